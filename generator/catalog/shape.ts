// Which of Docker's files a YAML tree is, and what else it may be when it is none of them.

import type { FileKind } from '../diagnostics/file-kinds.ts';
import { findServerJson } from './import/server-json.ts';
import { isServerYaml } from './import/server-yaml.ts';
import { isTreeMap, type Tree } from '../tree.ts';

/**
 * `flat`: the legacy catalog; `server`: one entry of it; `profile`: a list of servers with snapshots; `server-yaml`: of
 * docker/mcp-registry; `server-json`: of the MCP registry.
 */
export type CatalogKind = 'flat' | 'server' | 'profile' | 'server-yaml' | 'server-json';

export function catalogKind(tree: Tree): CatalogKind | undefined {
  if (!isTreeMap(tree)) return undefined;
  if ('registry' in tree) return isRegistryFile(tree) ? undefined : 'flat';
  if (findServerJson(tree).length > 0) return 'server-json';
  if (Array.isArray(tree['servers'])) return 'profile';
  if (isServerYaml(tree)) return 'server-yaml';
  if (
    'name' in tree &&
    ['image', 'remote', 'sseEndpoint', 'tools'].some((field) => field in tree) &&
    !('services' in tree)
  )
    return 'server';
  return undefined;
}

/** `registry.yaml` names the enabled servers below the same key as a catalog, with nothing but a `ref`. */
function isRegistryFile(tree: { [key: string]: Tree }): boolean {
  const registry = tree['registry'];
  if (!isTreeMap(registry)) return false;
  const entries = Object.values(registry);
  const keys = entries.flatMap((entry) => (isTreeMap(entry) ? Object.keys(entry) : []));
  return entries.length > 0 && keys.includes('ref') && keys.every((key) => key === 'ref' || key === 'config');
}

/** What a file that is not a catalog seems to be. */
export function fileKind(tree: Tree): FileKind {
  if (tree === null) return 'empty';
  if (typeof tree === 'string') return 'text';
  if (Array.isArray(tree)) return 'list';
  const entries = Object.values(tree);
  const signs: [boolean, FileKind][] = [
    ['registry' in tree, 'registry'],
    ['services' in tree, 'compose'],
    ['mcpServers' in tree, 'client'],
    ['apiVersion' in tree && 'kind' in tree, 'manifest'],
    ['gateway' in tree || isTreeMap(tree['servers']), 'values'],
    ['catalogs' in tree, 'catalogs'],
    ['packages' in tree || 'remotes' in tree, 'server-json'],
    [entries.length > 0 && entries.every(isTreeMap), 'config'],
    [entries.length > 0 && entries.every(Array.isArray), 'tools'],
  ];
  return signs.find(([matches]) => matches)?.[1] ?? { keys: Object.keys(tree).slice(0, 5) };
}
