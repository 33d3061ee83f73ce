// What is decided of a server's start and user: by what, and what comes of it.

import type { CatalogServer } from '../../catalog/model.ts';
import type { ImageFacts } from '../../image/facts.ts';
import type { Feature } from './choose-user.ts';
import type { Home } from './homes.ts';

/** What is decided by, besides the facts. */
export interface IdentityInput {
  readonly server: CatalogServer;
  readonly facts: ImageFacts;
  /** The catalog's command, evaluated; empty where it has none. */
  readonly args: readonly string[];
  /** The catalog's user, evaluated; null where it has none. */
  readonly user: string | null;
  /** The server's variables; values of secrets are references to them, or left out. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly options: IdentityOptions;
}

/** A volume of the catalog. */
export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  /** The user has said where it is to be mounted. */
  readonly isFixed?: boolean;
}

export interface IdentityOptions {
  /** `--allow-root SERVER` names this server. */
  readonly allowRoot: boolean;
  readonly features: ReadonlySet<Feature>;
  /** The chart's `defaults.podSecurityContext.runAsUser`. */
  readonly defaultUser: number;
  /** The chart's `defaults.homeDir`. */
  readonly defaultHome: string;
}

/** The decision, in Kubernetes' words. */
export interface Decision {
  /** With the digest of the lock. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly user: number;
  readonly group: number;
  readonly fsGroup: number;
  /** With `false` the pod's root is nobody outside. */
  readonly hostUsers?: false;
  /** What HOME is; an emptyDir goes there unless the image has files in it. Absent: the catalog sets HOME. */
  readonly home?: Home;
  /** Further volumes: writable places, and parts of the image mounted into directories that were closed. */
  readonly volumes: readonly ImageVolume[];
  /** Where the catalog's volumes are mounted instead, by name. */
  readonly moved: Readonly<Record<string, string>>;
  /** Names of the catalog's volumes that hide files of the image; Docker fills a named volume with them, Kubernetes does not. */
  readonly hidesFiles: readonly string[];
}

/** A volume that the facts ask for. Without `subPath` an emptyDir, else that part of the image, read-only. */
export interface ImageVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}
