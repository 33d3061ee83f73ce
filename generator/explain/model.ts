// The explanation of a server: what Docker did, what runs here instead, why, and how to change it.

import type { ServerKind } from '../catalog/model.ts';

/** `kept`: the same; `changed`: another way or another strength; `lost`: nothing restores it; `open`: not known yet. */
export type Status = 'kept' | 'changed' | 'lost' | 'open';

/** One side of how a server runs. */
export interface Aspect {
  /** Such as `user`, `network` or `volume`. */
  readonly aspect: string;
  readonly status: Status;
  /** What `docker mcp gateway run` does. */
  readonly docker: string;
  /** What runs in the cluster; '' if nothing does. */
  readonly here: string;
  /** Why it is not the same. */
  readonly why?: string;
  /** What to write where, to have it otherwise. */
  readonly change?: string;
}

export interface ExplainedServer {
  /** The catalog's name. */
  readonly server: string;
  readonly kind: ServerKind;
  /** The Service; absent for a server without a pod. */
  readonly service?: string;
  /** Why it cannot run, and what to do; then there are no aspects. */
  readonly refused?: readonly { readonly message: string; readonly hint?: string }[];
  readonly aspects: readonly Aspect[];
}

/** Where an overlay has a field of a server. */
export function overlayKey(server: string, field: string): string {
  const name = /^[\w-]+$/.test(server) ? `.${server}` : `[${JSON.stringify(server)}]`;
  return `servers${name}.${field} in a file given with --overlay`;
}
