// Docker's words: what a catalog says of its servers, after its shape was checked.

import type { Path, SourceFile } from '../source.ts';

/** A list of `name` and `value`, in the order of the catalog. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/** A secret by its name in Docker's store, and the environment variable that gets its value. */
export interface CatalogSecret {
  readonly name: string;
  readonly env: string;
  /** The catalog says `required: false`. */
  readonly optional?: true;
}

/** A limit or request as Docker writes it: `memory: 512M`, `cpu: "0.5"`. */
export interface CatalogResources {
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
  readonly requests?: { readonly cpu?: string; readonly memory?: string };
}

/**
 * One entry of a catalog (docker/mcp-gateway `pkg/catalog/types.go`, type `Server`), without what only a person reads.
 * Absent lists are empty and absent texts are '', as in Go.
 */
export interface CatalogServer {
  /** The key of the catalog: what `--servers`, the config file and the tools file call it. */
  readonly name: string;
  readonly type: string;
  readonly image: string;
  readonly longLived: boolean;
  readonly remote: {
    readonly url: string;
    readonly transport: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** Deprecated in favour of `remote`, and still read. */
  readonly sseEndpoint: string;
  /** Names of OAuth providers; Docker Desktop holds their tokens. */
  readonly oauthProviders: readonly string[];
  readonly secrets: readonly CatalogSecret[];
  readonly env: readonly EnvEntry[];
  /** The arguments after the image: Docker's CMD, Kubernetes' `args`. */
  readonly command: readonly string[];
  /** `source:target[:mode]`, as for `docker run -v`. */
  readonly volumes: readonly string[];
  readonly user: string;
  readonly disableNetwork: boolean;
  /** `host:port` */
  readonly allowHosts: readonly string[];
  /** `host:address`, as for `docker run --add-host`. */
  readonly extraHosts: readonly string[];
  readonly tools: readonly string[];
  /** JSON Schemas of the properties that the config file may set, below `name`. */
  readonly config: readonly unknown[];
  readonly prefix: string;
  readonly resources: CatalogResources;
  /** Where the entry stands. */
  readonly source: SourceFile;
  readonly path: Path;
}

/** Servers by their catalog name. */
export type Catalog = ReadonlyMap<string, CatalogServer>;

/** How the gateway starts a server (docker/mcp-gateway `Configuration.Find`): `poci` is a container for each tool call. */
export type ServerKind = 'container' | 'remote' | 'poci';

export function serverKind({ image, sseEndpoint, remote }: CatalogServer): ServerKind {
  if (sseEndpoint !== '' || remote.url !== '') return 'remote';
  return image === '' ? 'poci' : 'container';
}
