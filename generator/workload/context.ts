// What is known besides a server's own entry, when its workload is built.

import type { Config } from '../catalog/expression.ts';
import type { CatalogServer } from '../catalog/model.ts';
import type { CredentialContext } from './credentials.ts';
import type { Reach } from './internal.ts';
import type { SecretMap } from './secrets.ts';
import type { StartContext } from './start.ts';
import type { VolumeRule } from './volume-rules.ts';

/** What is known besides the server's own entry. */
export interface BuildContext extends StartContext, CredentialContext {
  /** The gateway's config file: all servers' properties. */
  readonly config: Config;
  /** Secrets that the user mapped, by their catalog name. */
  readonly secrets: SecretMap;
  readonly volumeRules: readonly VolumeRule[];
  readonly allowTools: ReadonlyMap<string, readonly string[]>;
  /** Remote servers that the user says are of their own network. */
  readonly internal: ReadonlySet<string>;
  readonly reach: Reach;
  /** Whether the overlay sets or removes this field of the server, so that what the catalog says of it is not written. */
  readonly isOverlaid: (server: CatalogServer, ...fields: readonly string[]) => boolean;
}
