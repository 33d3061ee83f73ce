// The values of the chart that mcpgen writes: names and shapes of schemas/values.schema.json.

import type { Resources, SecretKey } from '../workload/model.ts';

/** One source beside `mountPath`. */
export interface ValuesVolume {
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  readonly persistentVolumeClaim?: { readonly size: string; readonly fill?: true };
  readonly existingClaim?: string;
  readonly sameAs?: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly secret?: ValuesFile;
  readonly configMap?: ValuesFile;
  readonly image?: { readonly reference: string };
}

/** A Secret or ConfigMap; with `items` only these keys of it. */
export interface ValuesFile {
  readonly name: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

/** A server that runs elsewhere. */
export interface ValuesRemote {
  readonly url: string;
  readonly transport: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, SecretKey>>;
  readonly allowPlainCredentials?: true;
}

/** An entry of `servers`. */
export interface ValuesServer {
  readonly description?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly secretEnv?: Readonly<Record<string, SecretKey>>;
  readonly volumes?: Readonly<Record<string, ValuesVolume>>;
  readonly egress?: { readonly mode: string; readonly hosts?: readonly string[] };
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly tools?: readonly string[];
  readonly allowTools?: readonly string[];
  /** Hashes by tool. */
  readonly toolDefinitions?: Readonly<Record<string, string>>;
  readonly prefix?: string;
  readonly longLived?: boolean;
  readonly resources?: Resources;
  readonly homeDir?: string;
  readonly hostUsers?: boolean;
  readonly podSecurityContext?: {
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly fsGroup: number;
    readonly runAsNonRoot?: boolean;
  };
  readonly remote?: ValuesRemote;
  readonly http?: ValuesRemote;
}

/** What of an image reference differs from the chart's default. */
export interface ValuesImage {
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Images of the chart itself. */
export interface ValuesImages {
  readonly gateway?: ValuesImage;
  readonly relay?: ValuesImage;
}

export interface Values {
  readonly gateway?: { readonly image: ValuesImage };
  readonly relay?: { readonly image: ValuesImage };
  readonly servers: Readonly<Record<string, ValuesServer>>;
}
