// The server.yaml of docker/mcp-registry: one server, with what it runs in `run` and `config` (its `ToTile`, pkg/catalog/tile.go).

import { diagnose } from '../../diagnostics.ts';
import { type Path, positionOf, type SourceFile } from '../../source.ts';
import { isTreeMap, listOf, mapOf, textOf, type Tree, type TreeMap } from '../../tree.ts';
import { checkSchema } from '../schema.ts';
import type { Imported } from './imported.ts';

/** No entry of a catalog has these two. */
export function isServerYaml(tree: TreeMap): boolean {
  return 'name' in tree && ('run' in tree || 'about' in tree) && !('registry' in tree) && !('services' in tree);
}

const ofRun = ['command', 'volumes', 'user', 'allowHosts', 'disableNetwork'];
const asIs = ['type', 'image', 'longLived', 'remote', 'tools', 'dynamic'];

export function importServerYaml(source: SourceFile, tree: TreeMap): Imported {
  const run = mapOf(tree['run']);
  const config = mapOf(tree['config']);
  const parameters = mapOf(config['parameters']);
  const ownEnv = listOf(config['env']).map(mapOf);
  const env = [
    ...ownEnv.map(({ name, value }) => ({ name: name ?? null, value: value ?? null })),
    ...Object.entries(mapOf(run['env'])).map(([name, value]) => ({ name, value })),
  ];
  const secrets = listOf(config['secrets']).map((secret) =>
    // Docker publishes that a secret is not required unless it says so.
    isTreeMap(secret) ? { ...secret, required: secret['required'] ?? 'false' } : secret,
  );
  const { description = null } = config;
  const name = textOf(tree['name']);
  const schema = { ...parameters, name, description, properties: withoutDefaults(parameters['properties']) };
  const about = { position: positionOf(source, ['run' in tree ? 'run' : 'about'], 'key'), server: name };
  return {
    name,
    tree: {
      name,
      ...pick(tree, asIs),
      ...pick(run, ofRun),
      ...('title' in mapOf(tree['about']) && { title: mapOf(tree['about'])['title'] as Tree }),
      ...(env.length > 0 && { env }),
      ...(secrets.length > 0 && { secrets }),
      ...(isTreeMap(parameters['properties']) && { config: [schema] }),
      ...('oauth' in tree && { oauth: { providers: tree['oauth'] as Tree } }),
    },
    origin: (path) => originOf(path, ownEnv.length, Object.keys(mapOf(run['env']))),
    diagnostics: [
      ...checkSchema('server-yaml', tree, source).map((diagnostic) => ({ ...diagnostic, server: name })),
      diagnose('imported/server-yaml', {}, about),
    ],
  };
}

/** Docker's catalog has no defaults of properties: nothing ever applies them. */
function withoutDefaults(properties: Tree | undefined): Tree {
  const entries = Object.entries(mapOf(properties)).map(([name, property]): [string, Tree] => {
    const { default: _, ...rest } = mapOf(property);
    return [name, rest];
  });
  return Object.fromEntries(entries);
}

function pick(map: TreeMap, keys: readonly string[]): TreeMap {
  return Object.fromEntries(keys.flatMap((key) => (key in map ? [[key, map[key] as Tree]] : [])));
}

function originOf(path: Path, ownEnv: number, runEnv: readonly string[]): Path {
  const [field, index, ...rest] = path;
  if (field === undefined) return path;
  if (ofRun.includes(String(field))) return ['run', ...path];
  if (field === 'secrets') return ['config', ...path];
  if (field === 'title') return ['about', 'title'];
  if (field === 'config') return ['config', 'parameters', ...rest];
  if (field === 'oauth') return ['oauth', ...rest];
  if (field !== 'env' || index === undefined) return path;
  const ofRunEnv = Number(index) - ownEnv;
  return ofRunEnv < 0 ? ['config', ...path] : ['run', 'env', runEnv[ofRunEnv] ?? ''];
}
