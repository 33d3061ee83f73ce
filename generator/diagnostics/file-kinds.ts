// Kinds of files that a user may have meant: what each looks like, and what to do with it.

/** What a file that is not a catalog seems to be; `keys` for a map of unknown purpose. */
export type FileKind =
  | 'empty'
  | 'text'
  | 'list'
  | 'registry'
  | 'compose'
  | 'client'
  | 'manifest'
  | 'values'
  | 'misnamed'
  | 'rootless'
  | 'rootless-registry'
  | 'catalogs'
  | 'server-json'
  | 'config'
  | 'tools'
  | { readonly keys: readonly string[] };

const remedy = 'pass a file with "registry:", a profile or catalog exported by docker mcp, or a single server entry';

const kinds: Readonly<Record<Extract<FileKind, string>, { readonly looksLike: string; readonly remedy: string }>> = {
  empty: { looksLike: 'an empty file', remedy },
  text: { looksLike: 'plain text', remedy },
  list: { looksLike: 'a list', remedy },
  registry: {
    looksLike: 'a registry.yaml (the enabled servers)',
    remedy: 'pass it with --registry, and the catalog as the argument',
  },
  compose: { looksLike: 'a Compose file', remedy },
  client: { looksLike: "an MCP client's configuration", remedy },
  manifest: { looksLike: 'a Kubernetes manifest', remedy },
  misnamed: {
    looksLike: 'a catalog whose root is called servers:',
    remedy: 'rename servers: to registry:, because the gateway reads nothing else',
  },
  rootless: {
    looksLike: 'the servers of a catalog without its root',
    remedy: 'write registry: above them, and indent them by two spaces',
  },
  'rootless-registry': {
    looksLike: 'a registry.yaml (the enabled servers) without its root',
    remedy: 'write registry: above the servers, indent them by two spaces, and pass the file with --registry',
  },
  values: { looksLike: "values of mcpgen's chart", remedy: 'pass it to helm as it is' },
  catalogs: {
    looksLike: "Docker's list of catalogs (catalog.json)",
    remedy: 'pass the catalog files that it names',
  },
  'server-json': { looksLike: 'an entry of the MCP registry (server.json)', remedy },
  config: {
    looksLike: 'a config.yaml (values of config properties)',
    remedy: 'pass it with --config, and the catalog as the argument',
  },
  tools: {
    looksLike: 'a tools.yaml (allow-lists of tools)',
    remedy: 'pass it with --tools-config, and the catalog as the argument',
  },
};

/** To be read after "it looks like", and as a hint. */
export function describeFile(kind: FileKind): { readonly looksLike: string; readonly remedy: string } {
  if (typeof kind === 'string') return kinds[kind];
  const looksLike = kind.keys.length > 0 ? `a map with the keys ${kind.keys.join(', ')}` : 'an empty map';
  return { looksLike, remedy };
}
