// From a YAML tree to a catalog: which of Docker's files it is, whether its shape is right, and what its servers say.

import { diagnose, type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { type Path, positionOf, type SourceFile } from '../source.ts';
import { remembered } from '../remember.ts';
import { isTreeMap, listOf, mapOf, textOf, type Tree, type TreeMap } from '../tree.ts';
import type { Imported } from './import/imported.ts';
import { findServerJson, importServerJson } from './import/server-json.ts';
import { importServerYaml } from './import/server-yaml.ts';
import type { Catalog, CatalogResources, CatalogServer } from './model.ts';
import { checkSchema } from './schema.ts';
import { catalogKind, fileKind } from './shape.ts';

/** What one catalog file holds. A profile brings more than servers. */
export interface CatalogFile {
  readonly catalog: Catalog;
  /** For a profile: where each server's config stands, by server name. */
  readonly configPaths: ReadonlyMap<string, Path>;
  /** For a profile or an exported catalog: the allow-lists, by server name. */
  readonly allowTools: ReadonlyMap<string, readonly string[]>;
}

/** Reads any of the files that Docker calls a catalog, told apart by content. */
export const readCatalog = remembered(read);

function read(source: SourceFile): Result<CatalogFile | undefined> {
  const { tree } = source;
  switch (catalogKind(tree)) {
    case 'flat':
      return readFlat(source, tree as TreeMap);
    case 'server':
      return readSingle(source, tree as TreeMap);
    case 'profile':
      return readProfile(source, tree as TreeMap);
    case 'server-yaml':
      return readImported(source, [[importServerYaml(source, tree as TreeMap), []]]);
    case 'server-json': {
      const paths = findServerJson(tree as TreeMap);
      const trees = paths.map((path) => [mapOf(treeAt(tree, path)), path] as const);
      return readImported(
        source,
        trees.map(([server, path]) => [importServerJson(source, server, path), path]),
      );
    }
    default: {
      const about = { position: positionOf(source, []) };
      return { value: undefined, diagnostics: [diagnose('not-a-catalog', { kind: fileKind(tree) }, about)] };
    }
  }
}

/** `registry:` with a map of servers. */
function readFlat(source: SourceFile, tree: TreeMap): Result<CatalogFile> {
  const diagnostics = checkSchema('catalog', tree, source);
  const catalog = new Map<string, CatalogServer>();
  for (const [name, entry] of Object.entries(mapOf(tree['registry']))) {
    if (!isTreeMap(entry)) continue;
    const { value, diagnostics: found } = readServer(name, entry, source, ['registry', name]);
    diagnostics.push(...found);
    if (value) catalog.set(name, value);
  }
  return { value: { catalog, configPaths: new Map(), allowTools: new Map() }, diagnostics };
}

/** One server's fields at the root, with its name among them. */
function readSingle(source: SourceFile, tree: TreeMap): Result<CatalogFile> {
  const name = textOf(tree['name']);
  const { value, diagnostics } = readServer(name, tree, source, []);
  const catalog = new Map(value ? [[name, value]] : []);
  return { value: { catalog, configPaths: new Map(), allowTools: new Map() }, diagnostics };
}

/** A list of servers with snapshots: `docker mcp profile export`, `docker mcp catalog show --format yaml`. */
function readProfile(source: SourceFile, tree: TreeMap): Result<CatalogFile> {
  const diagnostics = checkSchema('profile', tree, source);
  const catalog = new Map<string, CatalogServer>();
  const configPaths = new Map<string, Path>();
  const allowTools = new Map<string, readonly string[]>();
  for (const [index, entry] of listOf(tree['servers']).entries()) {
    const path: Path = ['servers', index];
    const server = mapOf(mapOf(entry)['snapshot'])['server'];
    if (!isTreeMap(server)) {
      const { source: reference, image } = mapOf(entry);
      const called = textOf(reference) || textOf(image) || `servers[${index}]`;
      const about = { position: positionOf(source, path), server: called };
      diagnostics.push(diagnose('missing-snapshot', { index, called }, about));
      continue;
    }
    const name = textOf(server['name']);
    const serverPath = [...path, 'snapshot', 'server'];
    if (catalog.has(name)) diagnostics.push(duplicateServer(source, serverPath, name));
    const { value, diagnostics: found } = readServer(name, server, source, serverPath);
    diagnostics.push(...found);
    if (!value) continue;
    catalog.set(name, value);
    if (isTreeMap(mapOf(entry)['config'])) configPaths.set(name, [...path, 'config']);
    const tools = mapOf(entry)['tools'];
    if (Array.isArray(tools)) allowTools.set(name, tools.map(textOf));
  }
  return { value: { catalog, configPaths, allowTools }, diagnostics };
}

function duplicateServer(source: SourceFile, path: Path, name: string): Diagnostic {
  return diagnose('duplicate-server', { name }, { position: positionOf(source, [...path, 'name']), server: name });
}

/** Servers in another form, each with where it stands. */
function readImported(source: SourceFile, servers: readonly (readonly [Imported, Path])[]): Result<CatalogFile> {
  const diagnostics: Diagnostic[] = [];
  const catalog = new Map<string, CatalogServer>();
  for (const [{ name, tree, origin, diagnostics: found }, base] of servers) {
    diagnostics.push(...found);
    if (hasErrors(found)) continue;
    const relocated = { ...source, origin: (path: Path): Path => [...base, ...origin(path)] };
    if (catalog.has(name)) diagnostics.push(duplicateServer(relocated, [], name));
    const { value, diagnostics: ofServer } = readServer(name, tree, relocated, []);
    diagnostics.push(...ofServer);
    if (value) catalog.set(name, value);
  }
  return { value: { catalog, configPaths: new Map(), allowTools: new Map() }, diagnostics };
}

function treeAt(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (node, step) => (typeof step === 'number' ? listOf(node)[step] : mapOf(node)[step]),
    tree,
  );
}

function readServer(name: string, tree: TreeMap, source: SourceFile, path: Path): Result<CatalogServer | undefined> {
  const diagnostics = checkSchema('server', tree, source, { base: path }).map((diagnostic) => ({
    ...diagnostic,
    server: name,
  }));
  // Well-formed fields are read all the same, so that one run tells all mistakes. Not so without knowing what kind of server
  // it is: what would be said of the rest would mislead.
  const isLost =
    !isText(tree['image']) ||
    !isText(tree['sseEndpoint']) ||
    Array.isArray(tree['remote']) ||
    typeof tree['remote'] === 'string';
  if (isLost) return { value: undefined, diagnostics };
  const remote = mapOf(tree['remote']);
  const value: CatalogServer = {
    name,
    type: textOf(tree['type']),
    image: textOf(tree['image']),
    longLived: flag(tree['longLived']),
    remote: {
      url: textOf(remote['url']),
      transport: textOf(remote['transport_type']),
      headers: textMap(remote['headers']),
    },
    sseEndpoint: textOf(tree['sseEndpoint']),
    oauthProviders: listOf(mapOf(tree['oauth'])['providers']).map((provider) => textOf(mapOf(provider)['provider'])),
    secrets: listOf(tree['secrets'])
      .map(mapOf)
      .map(({ name: secretName, env, required }) => ({
        name: textOf(secretName),
        env: textOf(env),
        ...(typeof required === 'string' && !flag(required) && { optional: true as const }),
      }))
      .filter(({ name: secretName, env }) => secretName !== '' && env !== ''),
    env: listOf(tree['env'])
      .map((entry) => ({ name: textOf(mapOf(entry)['name']), value: textOf(mapOf(entry)['value']) }))
      .filter((entry) => entry.name !== ''),
    command: listOf(tree['command']).map(textOf),
    volumes: listOf(tree['volumes']).map(textOf),
    user: textOf(tree['user']),
    disableNetwork: flag(tree['disableNetwork']),
    allowHosts: listOf(tree['allowHosts']).map(textOf),
    extraHosts: listOf(tree['extraHosts']).map(textOf),
    tools: listOf(tree['tools']).map((tool) => textOf(mapOf(tool)['name'])),
    config: listOf(tree['config']),
    prefix: textOf(tree['prefix']),
    resources: mapOf(tree['resources']) as CatalogResources,
    source,
    path,
  };
  return { value, diagnostics };
}

// Null and absent are Go's zero values; so is here what the schema has refused, for what can be said of the rest.

function isText(tree: Tree | undefined): boolean {
  return tree === undefined || tree === null || typeof tree === 'string';
}

function textMap(tree: Tree | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(mapOf(tree)).map(([key, value]) => [key, textOf(value)]));
}

/** The texts that Go's yaml.v3 takes for true when it decodes into a bool (decode.go). */
function flag(tree: Tree | undefined): boolean {
  return /^(true|True|TRUE|y|Y|yes|on)$/.test(textOf(tree));
}
