// The server.json of the MCP registry, and its API's answers: as the gateway's `TransformToDocker` makes servers of them.

import { diagnose, type Diagnostic } from '../../diagnostics.ts';
import { type Path, positionOf, type SourceFile } from '../../source.ts';
import { isTreeMap, listOf, mapOf, textOf, type Tree, type TreeMap } from '../../tree.ts';
import type { Imported } from './imported.ts';
import {
  collectVariables,
  configSchema,
  convertArguments,
  convertEnv,
  convertRuntime,
  headerVariable,
  interpolate,
  isSecret,
  type Variables,
} from './inputs.ts';

/** Where the descriptions of servers stand in such a file; nothing if it is another. */
export function findServerJson(tree: TreeMap): readonly Path[] {
  const isServer = (one: Tree | undefined): boolean =>
    isTreeMap(one) &&
    'name' in one &&
    ['packages', 'remotes', '$schema'].some((key) => key in one) &&
    !('image' in one);
  if (isServer(tree)) return [[]];
  if (isServer(tree['server']) && !('type' in tree)) return [['server']];
  const list = listOf(tree['servers']);
  const isAnswer = list.length > 0 && list.every((entry) => isServer(mapOf(entry)['server']));
  return isAnswer ? list.flatMap((entry, index) => (isLatest(mapOf(entry)) ? [['servers', index, 'server']] : [])) : [];
}

/** A list has every version of a server; its registry says which is the latest. */
function isLatest({ _meta: meta }: TreeMap): boolean {
  const official = mapOf(mapOf(meta)['io.modelcontextprotocol.registry/official']);
  return textOf(official['isLatest']) !== 'false' && textOf(official['status']) !== 'deleted';
}

/** `base`: where the description stands. */
export function importServerJson(source: SourceFile, server: TreeMap, base: Path): Imported {
  const name = safeName(textOf(server['name']));
  const packages = listOf(server['packages']).map(mapOf);
  const index = packages.findIndex(isContainer);
  const chosen = packages[index];
  const remote = mapOf(listOf(server['remotes'])[0]);
  const hasRemote = textOf(remote['url']) !== '';
  const variables = collectVariables(server);
  const runtime = convertRuntime(chosen?.['runtimeArguments'], name);
  const about = { position: positionOf(source, [...base, 'name']), server: name };
  const command = convertArguments(chosen?.['packageArguments'], name);
  const env = convertEnv(chosen?.['environmentVariables'], variables, name);
  const config = configSchema(variables, name);
  const secrets = secretsOf(variables, name);
  const tree: TreeMap = {
    name,
    type: hasRemote ? 'remote' : 'server',
    ...(typeof server['title'] === 'string' && { title: server['title'] }),
    ...(chosen && { image: imageOf(chosen) }),
    ...(hasRemote && { remote: remoteOf(remote, name) }),
    ...(command.length > 0 && { command }),
    ...(env.length > 0 && { env }),
    ...(secrets.length > 0 && { secrets }),
    ...(config.length > 0 && { config }),
    ...(runtime.user !== '' && { user: runtime.user }),
    ...(runtime.volumes.length > 0 && { volumes: [...runtime.volumes] }),
  };
  const diagnostics: Diagnostic[] = [
    diagnose(
      'imported/server-json',
      { original: textOf(server['name']), name, hasRemote: hasRemote && chosen !== undefined },
      about,
    ),
  ];
  if (!chosen && !hasRemote) {
    const kinds = [...new Set(packages.map((one) => textOf(one['registryType'])))].filter(Boolean);
    diagnostics.splice(0, 1, diagnose('no-container', { server: name, kinds }, about));
  }
  if (runtime.ignored.length > 0) {
    diagnostics.push(diagnose('ignored-argument', { server: name, ignored: runtime.ignored }, about));
  }
  return { name, tree, origin: (path) => originOf(path, Math.max(index, 0)), diagnostics };
}

/** The gateway runs what speaks by standard input and output. */
function isContainer({ registryType, transport }: TreeMap): boolean {
  const type = isTreeMap(transport) ? textOf(transport['type']) : 'stdio';
  return textOf(registryType) === 'oci' && type === 'stdio';
}

/** A version is a digest or, though the gateway would write `@`, a tag. */
function imageOf({ identifier, version }: TreeMap): string {
  const [image, tag] = [textOf(identifier), textOf(version)];
  if (tag === '' || /@|:[^/]+$/.test(image)) return image;
  return tag.startsWith('sha256:') ? `${image}@${tag}` : `${image}:${tag}`;
}

function remoteOf(remote: TreeMap, server: string): Tree {
  const headers = listOf(remote['headers'])
    .map(mapOf)
    .map((header): [string, string] => {
      const isWhole = isSecret(header) && textOf(header['value']) === '';
      return [
        textOf(header['name']),
        isWhole ? `\${${headerVariable(header).toUpperCase()}}` : interpolate(header, server),
      ];
    });
  return {
    url: remote['url'] ?? null,
    transport_type: remote['type'] ?? null,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  };
}

function secretsOf(variables: Variables, server: string): Tree[] {
  const names = Object.entries(variables).filter(([, variable]) => isSecret(variable));
  return names.map(([name]) => ({ name: `${server}.${name}`, env: name.toUpperCase() }));
}

/** A name for volumes, secrets and config (`extractServerName`). */
function safeName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, '-').replace(/^[-_]+/, '') || 'server';
}

function originOf(path: Path, index: number): Path {
  const [field, ...rest] = path;
  const ofPackage: Record<string, Path> = {
    image: ['identifier'],
    command: ['packageArguments', ...rest],
    env: ['environmentVariables', ...rest],
    volumes: ['runtimeArguments'],
    user: ['runtimeArguments'],
    secrets: ['environmentVariables'],
  };
  const found = ofPackage[String(field)];
  if (found) return ['packages', index, ...found];
  return field === 'remote' ? ['remotes', 0, ...rest] : path;
}
