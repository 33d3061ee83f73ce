// Which of Docker's files a YAML tree is, and what else it may be when it is none of them.

import { isTreeMap, type Tree } from '../source.ts';

/** `flat`: the legacy catalog; `server`: one entry of it; `profile`: a list of servers with snapshots. */
export type CatalogKind = 'flat' | 'server' | 'profile';

export function catalogKind(tree: Tree): CatalogKind | undefined {
  if (!isTreeMap(tree)) return undefined;
  if ('registry' in tree) return isRegistryFile(tree) ? undefined : 'flat';
  if (Array.isArray(tree['servers'])) return 'profile';
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

/** For a file that is no catalog: what it looks like, and what to do with it. */
export function describeFile(tree: Tree): { looksLike: string; remedy: string } {
  const remedy = 'pass a file with "registry:", a profile or catalog exported by docker mcp, or a single server entry';
  if (tree === null) return { looksLike: 'an empty file', remedy };
  if (typeof tree === 'string') return { looksLike: 'plain text', remedy };
  if (Array.isArray(tree)) return { looksLike: 'a list', remedy };
  const known: [boolean, string, string][] = [
    [
      'registry' in tree,
      'a registry.yaml (the enabled servers)',
      'pass it with --registry, and the catalog as the argument',
    ],
    ['services' in tree, 'a Compose file', remedy],
    ['mcpServers' in tree, "an MCP client's configuration", remedy],
    ['apiVersion' in tree && 'kind' in tree, 'a Kubernetes manifest', remedy],
    ['gateway' in tree || isTreeMap(tree['servers']), "values of mcpgen's chart", 'it can go to helm as it is'],
    ['catalogs' in tree, "Docker's list of catalogs (catalog.json)", 'pass the catalog files that it names'],
    ['packages' in tree || 'remotes' in tree, 'an entry of the MCP registry (server.json)', remedy],
    [
      Object.values(tree).length > 0 && Object.values(tree).every(isTreeMap),
      'a config.yaml (values of config properties)',
      'pass it with --config, and the catalog as the argument',
    ],
    [
      Object.values(tree).length > 0 && Object.values(tree).every(Array.isArray),
      'a tools.yaml (allow-lists of tools)',
      'pass it with --tools-config, and the catalog as the argument',
    ],
  ];
  const found = known.find(([matches]) => matches);
  if (found) return { looksLike: found[1], remedy: found[2] };
  const keys = Object.keys(tree).slice(0, 5);
  return { looksLike: keys.length > 0 ? `a map with the keys ${keys.join(', ')}` : 'an empty map', remedy };
}
