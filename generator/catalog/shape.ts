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
    [isMisnamed(tree), 'misnamed'],
    ['gateway' in tree || isTreeMap(tree['servers']), 'values'],
    ['catalogs' in tree, 'catalogs'],
    ['packages' in tree || 'remotes' in tree, 'server-json'],
    [entries.some(isReference) && entries.every(isReference), 'rootless-registry'],
    [entries.some(isEntry), 'rootless'],
    [entries.length > 0 && entries.every(isTreeMap), 'config'],
    [entries.length > 0 && entries.every(Array.isArray), 'tools'],
  ];
  return signs.find(([matches]) => matches)?.[1] ?? { keys: Object.keys(tree).slice(0, 5) };
}

/** A map of servers under another name than the gateway reads; the chart's values have some of the same fields, in other forms. */
function isMisnamed(tree: { [key: string]: Tree }): boolean {
  const { servers } = tree;
  if (!isTreeMap(servers) || ['gateway', 'relay', 'bridge', 'defaults', 'networkPolicy'].some((key) => key in tree)) {
    return false;
  }
  return ['displayName', 'version', 'title'].some((key) => key in tree) || Object.values(servers).some(isEntry);
}

/** An entry of a catalog, by fields that neither a config nor the chart's values have in this form. */
function isEntry(tree: Tree): boolean {
  if (!isTreeMap(tree) || !('image' in tree || 'remote' in tree)) return false;
  const lists = ['env', 'secrets', 'volumes', 'config'].some((field) => Array.isArray(tree[field]));
  const remote = tree['remote'];
  return (
    lists ||
    ['type', 'title', 'user', 'allowHosts', 'extraHosts', 'disableNetwork'].some((field) => field in tree) ||
    (isTreeMap(remote) && 'transport_type' in remote)
  );
}

function isReference(tree: Tree): boolean {
  return isTreeMap(tree) && 'ref' in tree && Object.keys(tree).every((key) => key === 'ref' || key === 'config');
}
