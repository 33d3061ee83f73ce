// What of the values Compose has nothing for: said, never dropped silently.

import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { type ChartValues, containersOf, relaySettings, serversOf, type VolumeValues } from '../values/in-effect.ts';

/** Values that a Compose file is made of; below a key with `true` all are. */
interface Known {
  readonly [key: string]: true | Known;
}

const container: Known = {
  allowPrivilegeEscalation: true,
  readOnlyRootFilesystem: true,
  capabilities: true,
  seccompProfile: true,
};
const pod: Known = {
  runAsNonRoot: true,
  runAsUser: true,
  runAsGroup: true,
  fsGroup: true,
  fsGroupChangePolicy: true,
  supplementalGroups: true,
  seccompProfile: true,
};
const server: Known = {
  ...Object.fromEntries(
    ['description', 'enabled', 'image', 'imagePullPolicy', 'command', 'args', 'workingDir', 'env', 'secretEnv'].map(
      (key) => [key, true as const],
    ),
  ),
  ...Object.fromEntries(
    [
      'volumes',
      'hostAliases',
      'homeDir',
      'scratchSizeLimit',
      'terminationGracePeriodSeconds',
      'startSeconds',
      'required',
    ].map((key) => [key, true as const]),
  ),
  ...Object.fromEntries(
    ['longLived', 'stateful', 'prefix', 'tools', 'allowTools', 'toolDefinitions', 'remote'].map((key) => [
      key,
      true as const,
    ]),
  ),
  egress: { mode: true, hosts: true },
  http: { port: true, path: true, url: true, transport: true, headers: true, secrets: true },
  resources: true,
  podSecurityContext: pod,
  securityContext: container,
};
const known: Known = {
  gateway: {
    image: true,
    transport: true,
    port: true,
    longLived: true,
    logCalls: true,
    verbose: true,
    blockSecrets: true,
    interceptors: true,
    extraArgs: true,
    extraEnv: true,
    waitForServers: true,
    startup: true,
    service: { port: true },
    resources: true,
    podSecurityContext: pod,
    securityContext: container,
  },
  bridge: { image: true, path: true, resources: true },
  relay: {
    enabled: true,
    image: true,
    port: true,
    logLevel: true,
    toolDefinitions: true,
    ...Object.fromEntries(relaySettings.map((key) => [key, true as const])),
    resources: true,
  },
  defaults: server,
};

/** Docker has addresses for about 30 networks unless its daemon has other settings, and some are in use. */
const maxNetworks = 25;

/** `own` is what was compiled and overlaid, `values` that with the chart's defaults. */
export function checkForCompose(own: object, values: ChartValues): Diagnostic[] {
  const { servers = {}, ...others } = own as { servers?: Record<string, object> };
  const ignored = [
    ...unknownPaths(others, known, ''),
    ...Object.entries(servers).flatMap(([name, entry]) => unknownPaths(entry, server, `servers.${name}.`)),
  ];
  const containers = containersOf(values);
  const internal = serversOf(values).flatMap(([name, { http }]) => (http?.url === undefined ? [] : [name]));
  const open = containers.filter(([, { egress }]) => egress.mode === 'hosts').map(([name]) => name);
  return [
    ...(ignored.length > 0 ? [diagnose('not-in-compose/values', { paths: ignored })] : []),
    ...(open.length > 0 ? [diagnose('not-in-compose/hosts', { servers: open })] : []),
    ...(internal.length > 0 ? [diagnose('not-in-compose/internal', { servers: internal })] : []),
    ...(containers.length > maxNetworks ? [diagnose('not-in-compose/networks', { count: containers.length + 1 })] : []),
    ...containers.flatMap(([name, { volumes = {} }]) =>
      Object.entries(volumes).flatMap(([volume, source]) => {
        const kind = unmountable(source, volumes);
        return kind === undefined ? [] : [diagnose('not-in-compose/volume', { server: name, volume, kind })];
      }),
    ),
  ];
}

/** The kind of a volume that Compose has nothing for; two mounts cannot have one tmpfs, which is what an emptyDir becomes. */
function unmountable(source: VolumeValues, volumes: Readonly<Record<string, VolumeValues>>): string | undefined {
  if (source.sameAs !== undefined && volumes[source.sameAs]?.emptyDir) return 'sameAs an emptyDir';
  return ['nfs', 'csi', 'projected', 'downwardAPI'].find((candidate) => candidate in source);
}

function unknownPaths(tree: object, expected: Known, prefix: string): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const below = expected[key];
    if (below === undefined) return [`${prefix}${key}`];
    if (below === true || typeof value !== 'object' || value === null) return [];
    return unknownPaths(value as object, below, `${prefix}${key}.`);
  });
}
