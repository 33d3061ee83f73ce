// The values that a release has: those of the user over the chart's own, as far as mcpgen looks at them.

import { compare } from '../diagnostics.ts';
import { mergeValues } from '../overlay.ts';

/** A key of a Secret, as the values of the chart name it. */
export interface SecretRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface PodSecurity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

export interface ContainerSecurity {
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

export interface Quantities {
  readonly cpu?: string | number;
  readonly memory?: string | number;
}

export interface ResourceValues {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

export interface VolumeValues {
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  readonly persistentVolumeClaim?: { readonly size: string | number; readonly fill?: boolean };
  readonly existingClaim?: string;
  /** The name of the volume beside it that is mounted here, too. */
  readonly sameAs?: string;
  readonly emptyDir?: { readonly sizeLimit?: string | number };
  readonly secret?: FileValues;
  readonly configMap?: FileValues;
  readonly image?: { readonly reference: string };
  readonly nfs?: { readonly server: string; readonly path: string };
  readonly csi?: { readonly driver: string };
  readonly projected?: { readonly sources?: readonly unknown[] };
}

/** Where a server may connect to; `to` and `ports` as in a NetworkPolicy. */
export interface EgressValues {
  readonly mode: string;
  readonly hosts?: readonly string[];
  readonly to?: readonly unknown[];
  readonly ports?: readonly unknown[];
}

export interface FileValues {
  readonly name: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

/** How a server that runs elsewhere is spoken to. */
interface Sent {
  readonly transport?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, SecretRef>>;
}

/** A server of the values, with the chart's `defaults` below it. */
export interface ServerValues {
  readonly enabled?: boolean;
  readonly description?: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly secretEnv?: Readonly<Record<string, SecretRef>>;
  readonly volumes?: Readonly<Record<string, VolumeValues>>;
  readonly envFrom?: readonly unknown[];
  readonly egress: EgressValues;
  readonly hostUsers?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly resources: ResourceValues;
  readonly homeDir: string;
  readonly scratchSizeLimit: string | number;
  readonly podSecurityContext: PodSecurity;
  readonly securityContext: ContainerSecurity;
  readonly terminationGracePeriodSeconds: number;
  readonly required: boolean;
  readonly replicas: number;
  readonly startSeconds: number;
  readonly longLived?: boolean;
  readonly stateful?: boolean;
  readonly prefix?: string;
  readonly tools?: readonly string[];
  readonly allowTools?: readonly string[];
  readonly toolDefinitions?: Readonly<Record<string, string>>;
  readonly http?: Sent & {
    readonly port: number;
    readonly path?: string;
    readonly url?: string;
    readonly egress?: Pick<EgressValues, 'to' | 'ports'>;
  };
  readonly remote?: Sent & { readonly url: string };
}

/** What of `relay` goes into the relay's own configuration (mcpgen.relay.config). */
export const relaySettings = [
  'warm',
  'idleSeconds',
  'abandonedSeconds',
  'callSilenceSeconds',
  'connectTimeoutSeconds',
  'handshakeTimeoutSeconds',
  'initializeSeconds',
  'reconnectSeconds',
  'maxMessageMiB',
  'sharedProcesses',
] as const;

/** An image of the chart itself. */
export interface ImageValues {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** Empty: as the gateway's. */
  readonly pullPolicy: string;
}

/** Values of the chart, its own defaults included; `servers` have `defaults` below them already. */
export interface ChartValues {
  readonly gateway: {
    readonly image: ImageValues;
    readonly replicas: number;
    readonly transport: string;
    readonly port: number;
    readonly longLived: boolean;
    readonly logCalls: boolean;
    readonly verbose: boolean;
    readonly blockSecrets: boolean;
    readonly interceptors: readonly string[];
    readonly extraArgs: readonly string[];
    readonly extraEnv: Readonly<Record<string, unknown>>;
    readonly auth: { readonly existingSecret: string; readonly key: string };
    readonly secretEnv: Readonly<Record<string, SecretRef>>;
    readonly envFrom: readonly unknown[];
    readonly volumes: Readonly<Record<string, VolumeValues>>;
    readonly waitForServers: {
      readonly enabled: boolean;
      readonly timeoutSeconds: number;
      readonly optionalSeconds: number;
    };
    readonly startup: { readonly timeoutSeconds: number };
    readonly service: { readonly port: number };
    readonly resources: ResourceValues;
    readonly podSecurityContext: PodSecurity;
    readonly securityContext: ContainerSecurity;
  };
  readonly bridge: { readonly image: ImageValues | string; readonly path: string; readonly resources: ResourceValues };
  readonly relay: Readonly<Record<(typeof relaySettings)[number], unknown>> & {
    readonly enabled: boolean;
    readonly logLevel: string;
    readonly toolDefinitions: string;
    readonly image: ImageValues | string;
    readonly port: number;
    readonly resources: ResourceValues;
  };
  readonly networkPolicy: {
    readonly enabled: boolean;
    readonly flavor: string;
    readonly gatewayEgress: readonly Pick<EgressValues, 'to' | 'ports'>[];
  };
  readonly topology: string;
  readonly servers: Readonly<Record<string, ServerValues>>;
}

/** The chart's own values below the user's, and `defaults` below each server (mcpgen.server.merge). */
export function withDefaults(chartDefaults: object, own: object): ChartValues {
  const all = mergeValues(chartDefaults, own) as { defaults: object; servers: Record<string, object> };
  const servers = Object.entries(all.servers).map(([name, server]) => [name, mergeValues(all.defaults, server)]);
  return { ...all, servers: Object.fromEntries(servers) } as unknown as ChartValues;
}

/** The servers that are on, sorted by name. */
export function serversOf({ servers }: ChartValues): [string, ServerValues][] {
  return Object.entries(servers)
    .filter(([, { enabled = true }]) => enabled)
    .sort(([a], [b]) => compare(a, b));
}

/** The keys of Secrets that a server is given as variables, by those. */
export function secretsOf({ secretEnv, remote, http }: ServerValues): Readonly<Record<string, SecretRef>> {
  return { ...secretEnv, ...remote?.secrets, ...http?.secrets };
}

/** Those with a container: not those that run elsewhere. */
export function containersOf(values: ChartValues): [string, ServerValues][] {
  return serversOf(values).filter(([, { remote, http }]) => !remote && http?.url === undefined);
}

/** By the rule of `mcpgen.relay.on` (chart/templates/_relay.tpl). */
export function hasRelay(values: ChartValues): boolean {
  return values.relay.enabled && serversOf(values).some(([, { remote }]) => !remote);
}

/** An image of the chart itself in one text, by the rule of `mcpgen.ownImage` (chart/templates/_platform.tpl); empty: none. */
export function imageText(image: ImageValues | string): string {
  if (typeof image === 'string') return image;
  const { repository, tag, digest } = image;
  if (repository === '' || (digest === '' && tag === '')) return repository;
  return digest === '' ? `${repository}:${tag}` : `${repository}@${digest}`;
}
