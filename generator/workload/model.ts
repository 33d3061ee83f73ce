// One server with everything resolved except the values of secrets: what will run, in Kubernetes' words.

import type { CatalogServer } from '../catalog/model.ts';

/** A key of a Secret; its value is never known here. */
export interface SecretKey {
  /** The Secret's name. */
  readonly name: string;
  readonly key: string;
  /** The server starts without the variable where the Secret or its key is not there. */
  readonly optional?: true;
}

/** Where a volume's content comes from. `size` is a Kubernetes quantity. */
export type VolumeSource =
  /** `fill`: with the image's files at that place, while it is empty. */
  | { readonly kind: 'persistentVolumeClaim'; readonly size: string; readonly fill?: true }
  | { readonly kind: 'existingClaim'; readonly claimName: string }
  /** Another volume of the server, mounted once more. */
  | { readonly kind: 'sameAs'; readonly volume: string }
  | { readonly kind: 'emptyDir'; readonly sizeLimit?: string }
  /** With `key`: that key alone, as the file at `mountPath`. */
  | { readonly kind: 'secret' | 'configMap'; readonly name: string; readonly key?: string }
  /** A part of an image, read-only. */
  | { readonly kind: 'image'; readonly reference: string; readonly subPath: string };

export interface Volume {
  /** A DNS label, unique within the server. */
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly source: VolumeSource;
  /** For what is a named volume in Docker: its name, which servers may share there. */
  readonly dockerVolume?: string;
}

/** What the server may reach; the chart's NetworkPolicy. */
export type Egress =
  | { readonly mode: 'none' | 'internet' }
  /** `host:port` each */
  | { readonly mode: 'hosts'; readonly hosts: readonly string[] };

export interface Resources {
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
  readonly requests?: { readonly cpu?: string; readonly memory?: string };
}

/** Who the processes of a server are. */
export interface RunAs {
  readonly user: number;
  /** Absent: the number of the user. */
  readonly group?: number;
  readonly fsGroup?: number;
  /** Root inside a user namespace of the pod's own, nobody outside. */
  readonly hostUsers?: false;
}

interface WorkloadBase {
  /** A DNS label: the key in the values, and the Service `mcp-<name>`. */
  readonly name: string;
  /** The entry that it is made of. */
  readonly server: CatalogServer;
  /** Tools that the server is known to have. */
  readonly tools: readonly string[];
  /** The only tools to offer, where the user said so. */
  readonly allowTools?: readonly string[];
  /** Put before each tool's name by the gateway, with `__`. */
  readonly prefix: string;
}

/** A server that runs in a pod. */
export interface ContainerWorkload extends WorkloadBase {
  readonly kind: 'container';
  readonly image: string;
  /** The image's ENTRYPOINT; absent when nothing told it. */
  readonly command?: readonly string[];
  /** The catalog's `command`. `$(NAME)` refers to `secretEnv`; Kubernetes expands it. */
  readonly args: readonly string[];
  /** Plain values; `$(NAME)` as in `args`. */
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv: Readonly<Record<string, SecretKey>>;
  readonly volumes: readonly Volume[];
  /** Absent: the chart's default. */
  readonly runAs?: RunAs;
  /** Where HOME is, and whether an emptyDir may go there. Absent: the chart's default. */
  readonly home?: { readonly path: string; readonly isEmpty: boolean };
  readonly egress: Egress;
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly resources: Resources;
  readonly longLived: boolean;
}

/** A server that runs elsewhere: on the internet, where the gateway calls it itself, or in the user's own network. */
export interface RemoteWorkload extends WorkloadBase {
  readonly kind: 'remote';
  readonly url: string;
  /** `sse` or `streamable-http` */
  readonly transport: string;
  /** Of the user's own network: the relay calls it. */
  readonly isInternal: boolean;
  /** `${NAME}` refers to `secrets`; whoever calls expands it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretKey>>;
  /** The user said that what looks like a credential in `url` or `headers` is none. */
  readonly allowsPlain: boolean;
}

export type Workload = ContainerWorkload | RemoteWorkload;
