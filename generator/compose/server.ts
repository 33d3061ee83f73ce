// One server of the values as a service: the same command, environment, mounts, user and limits as the chart's pod.

import { compare } from '../diagnostics.ts';
import type { SecretRef, ServerValues, VolumeValues } from '../values/in-effect.ts';
import { limits, scratch, security } from './secure.ts';
import type { Service, ServiceFile, ServiceMount } from './model.ts';
import { envText, expand, literal, type SecretVariables } from './text.ts';

/** The name of a server's service and network, which the gateway dials; `mcp-<name>` in the chart too. */
export function serviceName(server: string): string {
  return `mcp-${server}`;
}

/** The name by which the relay dials a server, as the hosts file leads `mcp-<name>` to the relay itself. */
export function dialledName(server: string): string {
  return `${serviceName(server)}.servers`;
}

/** A shell that runs in any image, from the volume of the bridge (chart/templates/_bridge.tpl). */
const busybox = ['/bridge/loader', '--library-path', '/bridge', '/bridge/busybox'];
const shell = [...busybox, 'sh'];

/** `state` is where the bridge's scripts keep whether the server has answered. */
const state = '/mcpgen-state';

export interface ServerContext {
  readonly variables: SecretVariables;
  /** Changes with the scripts of the bridge. */
  readonly scriptsChecksum: string;
  /** Whether the relay dials it. */
  readonly relay: boolean;
}

export function toService(name: string, server: ServerValues, context: ServerContext): Service {
  const { environment, known } = toEnvironment(server, context.variables);
  const words = [...(server.command ?? []), ...(server.args ?? [])].map((word) => expand(word, known));
  const volumes = mountedVolumes(server);
  const home = homeOf(server, volumes);
  const emptyDirs = volumes.flatMap(([, { emptyDir, mountPath }]) =>
    emptyDir ? [scratch(mountPath, emptyDir.sizeLimit ?? server.scratchSizeLimit)] : [],
  );
  const mounts = volumes.flatMap(([volume, values]) => toMounts(name, volume, values));
  const secrets = volumes.flatMap(([, values]) => toSecretFiles(values));
  const hosts = (server.hostAliases ?? []).flatMap(({ ip, hostnames }) => hostnames.map((host) => `${host}=${ip}`));
  return {
    image: server.image,
    pull_policy: pullPolicy(server.imagePullPolicy),
    ...start(server, words, context),
    ...(server.workingDir !== undefined && { working_dir: literal(server.workingDir) }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...security(server.podSecurityContext, server.securityContext),
    tmpfs: [
      ...(server.http ? [] : [scratch(state, '1Mi')]),
      ...(volumes.some(([, { mountPath }]) => mountPath === '/tmp') ? [] : [scratch('/tmp', server.scratchSizeLimit)]),
      ...(home === undefined ? [] : [scratch(home, server.scratchSizeLimit)]),
      ...emptyDirs,
    ].map(literal),
    ...(server.http && mounts.length === 0
      ? {}
      : { volumes: [...(server.http ? [] : [bridgeMount]), ...mounts].map(literalMount) }),
    ...(secrets.length > 0 && { secrets: secrets.map((file) => ({ ...file, target: literal(file.target) })) }),
    networks: { [serviceName(name)]: { aliases: [dialledName(name)] } },
    ...(hosts.length > 0 && { extra_hosts: hosts }),
    ...limits(server.resources),
    ...(server.http ? {} : { depends_on: { setup: { condition: 'service_completed_successfully' } } }),
    restart: 'unless-stopped',
    stop_grace_period: `${server.terminationGracePeriodSeconds}s`,
  };
}

/** `IfNotPresent` is Compose's `missing`. */
export function pullPolicy(policy: string): string {
  return policy === 'IfNotPresent' ? 'missing' : policy.toLowerCase();
}

const bridgeMount: ServiceMount = { type: 'volume', source: 'bridge', target: '/bridge', read_only: true };

/** What the container runs and how it is asked whether it is ready, as in _container.tpl and _pod.tpl. */
function start(server: ServerValues, words: readonly string[], { scriptsChecksum }: ServerContext): Partial<Service> {
  if (server.http) {
    const program = server.command?.length ?? 0;
    return {
      ...(program > 0 && { entrypoint: words.slice(0, program) }),
      ...(words.length > program && { command: words.slice(program) }),
    };
  }
  const bridge = ['/bridge/docker-mcp-bridge', ...shell, '/bridge/run-server.sh', ...busybox];
  return {
    labels: { 'mcpgen.dev/scripts': scriptsChecksum },
    entrypoint: [...shell, '/bridge/init.sh', String(server.startSeconds), ...bridge],
    command: words,
    healthcheck: {
      test: ['CMD', ...shell, '/bridge/is-ready.sh', `${state}/start`],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: `${server.startSeconds + 75}s`,
      start_interval: '1s',
    },
  };
}

/** The server's volumes by name, and one that is mounted once more by the name of its first mount. */
function mountedVolumes({ volumes = {} }: ServerValues): [string, VolumeValues][] {
  return Object.entries(volumes).map(([name, volume]) => {
    const first = volume.sameAs === undefined ? undefined : volumes[volume.sameAs];
    if (volume.sameAs === undefined || !first) return [name, volume];
    const { subPath: _, readOnly: __, ...source } = first;
    return [volume.sameAs, { ...source, ...volume }];
  });
}

/** In the order of the chart's: each value may refer to those before it. */
function toEnvironment(
  { homeDir, secretEnv = {}, env = {} }: ServerValues,
  variables: SecretVariables,
): { environment: Record<string, string>; known: ReadonlyMap<string, string> } {
  const known = new Map<string, string>();
  if (homeDir !== '' && !('HOME' in env) && !('HOME' in secretEnv)) known.set('HOME', literal(homeDir));
  for (const [name, ref] of sorted(secretEnv)) known.set(name, variables.valueOf(ref));
  for (const [name, value] of sorted(env)) known.set(name, expand(envText(value), known));
  return { environment: Object.fromEntries(known), known };
}

function sorted<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => compare(a, b));
}

/** The home that is an empty folder, unless a volume or the environment puts it elsewhere (mcpgen.server.scratch). */
function homeOf(server: ServerValues, volumes: readonly [string, VolumeValues][]): string | undefined {
  const { homeDir, env = {}, secretEnv = {} } = server;
  const isTaken = homeDir === '/tmp' || volumes.some(([, { mountPath }]) => mountPath === homeDir);
  return homeDir === '' || isTaken || 'HOME' in env || 'HOME' in secretEnv ? undefined : homeDir;
}

function toMounts(server: string, volume: string, values: VolumeValues): ServiceMount[] {
  const { mountPath: target, subPath, readOnly, persistentVolumeClaim: claim, existingClaim } = values;
  const mount = { target, ...(readOnly && { read_only: true as const }) };
  if (claim || existingClaim !== undefined) {
    const volumeOptions = {
      // Docker fills a new volume with the image's files; Kubernetes does not.
      ...(!claim?.fill && { nocopy: true as const }),
      ...(subPath !== undefined && { subpath: subPath }),
    };
    return [
      {
        type: 'volume',
        source: existingClaim ?? `${server}-${volume}`,
        ...mount,
        ...(Object.keys(volumeOptions).length > 0 && { volume: volumeOptions }),
      },
    ];
  }
  if (values.image) {
    const image = subPath === undefined ? {} : { image: { subpath: subPath } };
    return [{ type: 'image', source: values.image.reference, ...mount, ...image }];
  }
  const folder = values.configMap ? 'config' : 'secrets';
  const bind = { read_only: true, bind: { create_host_path: false } } as const;
  const { name, items } = values.configMap ?? (values.secret?.items ? undefined : values.secret) ?? {};
  if (name === undefined) return [];
  return items
    ? items.map(({ key, path }) => ({
        type: 'bind',
        source: `./${folder}/${name}/${key}`,
        target: fileTarget(values, path),
        ...bind,
      }))
    : [{ type: 'bind', source: `./${folder}/${name}`, target, ...bind }];
}

/** Keys of a Secret that are files. */
function toSecretFiles(values: VolumeValues): ServiceFile[] {
  const { name = '', items = [] } = values.secret ?? {};
  return items.map(({ key, path }) => ({ source: secretId({ name, key }), target: fileTarget(values, path) }));
}

/** The name of a file of a Secret below `secrets` of the Compose file. */
export function secretId({ name, key }: SecretRef): string {
  return `${name}_${key}`;
}

function fileTarget({ mountPath, subPath }: VolumeValues, path: string): string {
  return subPath === path ? mountPath : `${mountPath}/${path}`;
}

function literalMount(mount: ServiceMount): ServiceMount {
  return { ...mount, source: literal(mount.source), target: literal(mount.target) };
}
