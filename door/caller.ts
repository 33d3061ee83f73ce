// The authenticated user of a request.

import { createHash } from 'node:crypto';

export interface Caller {
  /** As rules and the log name it: `key:<name>`, or what the token says, with its issuer's prefix. */
  readonly user: string;
  readonly groups: readonly string[];
  /** The client that the token was issued to; empty for keys. */
  readonly client: string;
  /** Two callers with the same one are the same: names alone could be those of two issuers. */
  readonly identity: string;
  /** Milliseconds since 1970, when that ends; undefined: it does not. */
  readonly expires: number | undefined;
}

/** Fingerprint of an identity, for places that compare it and need not read it. */
export function fingerprint({ identity }: Caller): string {
  return createHash('sha256').update(identity).digest('base64url').slice(0, 22);
}
