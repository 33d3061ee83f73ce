// The services beside the servers: the gateway, the relay, the network that they share, and what prepares the volumes.

import { createHash } from 'node:crypto';
import { jsonText } from '../printable.ts';
import { shellWord } from '../shell.ts';
import { type ChartValues, containersOf, hasRelay, imageText, serversOf } from '../values/in-effect.ts';
import { writeYaml } from '../yaml/write.ts';
import type { ChartFiles, Service, ServiceFile } from './model.ts';
import { limits, scratch, security } from './secure.ts';
import { pullPolicy, serviceName } from './server.ts';
import { allowedTools, gatewayCatalog, relayAddresses, relayConfig, remoteSecrets } from './settings.ts';
import { envText, expand, literal, type SecretVariables } from './text.ts';

/** The variable of `.env` with the bearer token of clients. */
export const tokenVariable = 'MCP_GATEWAY_AUTH_TOKEN';
const token = `\${${tokenVariable}:?write ${tokenVariable}=VALUE to .env, for example with openssl rand -hex 32}`;

/** A file that the service `setup` copies to a volume: its place there, and its text. */
export interface SetupFile {
  readonly volume: 'docker' | 'relay' | 'scripts' | 'bridge';
  readonly path: string;
  readonly text: string;
}

/** The image of a part of the chart, or the gateway's where it has none. */
function imageOf(values: ChartValues, part: 'gateway' | 'bridge' | 'relay'): Pick<Service, 'image' | 'pull_policy'> {
  const { image } = values[part];
  const policy =
    typeof image === 'string' || image.pullPolicy === '' ? values.gateway.image.pullPolicy : image.pullPolicy;
  return { image: imageText(image) || imageText(values.gateway.image), pull_policy: pullPolicy(policy) };
}

/** Everything that containers read and no image has. */
export function setupFiles(values: ChartValues, files: ChartFiles): SetupFile[] {
  const tools = allowedTools(values);
  const features = { features: { 'dynamic-tools': 'disabled', 'mcp-oauth-dcr': 'disabled' } };
  const scripts = (volume: 'bridge' | 'scripts', from: ReadonlyMap<string, string>): SetupFile[] =>
    [...from].map(([path, text]) => ({ volume, path, text }));
  return [
    { volume: 'docker', path: 'config.json', text: jsonText(features) },
    { volume: 'docker', path: 'mcp/catalogs/catalog.yaml', text: writeYaml(gatewayCatalog(values)) },
    ...(tools ? [{ volume: 'docker', path: 'mcp/catalogs/tools.yaml', text: writeYaml(tools) } as const] : []),
    ...(hasRelay(values)
      ? ([
          { volume: 'relay', path: 'config.json', text: jsonText(relayConfig(values)) },
          { volume: 'relay', path: 'relay.mjs', text: files.relay },
        ] as const)
      : []),
    ...(remoteSecrets(values).length > 0 ? scripts('scripts', files.gateway) : []),
    ...scripts('bridge', files.bridge),
  ];
}

/** Changes with the texts of some files. */
export function checksum(files: readonly SetupFile[], ...volumes: readonly SetupFile['volume'][]): string {
  const texts = files.filter(({ volume }) => volumes.includes(volume)).map(({ path, text }) => [path, text]);
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}

/** A volume that a group may write to, as `fsGroup` does it in a pod. */
export interface GroupVolume {
  readonly volume: string;
  readonly group: number;
}

/** Copies the bridge as the chart's init container does, then the files, then gives the volumes of servers to their groups. */
const setupScript = `set -eu
path=$1
shift
sh /scripts/install.sh "$path" pods
for volume in docker relay scripts; do
  if [ -d "/files/$volume" ]; then cp -Rf "/files/$volume/." "/$volume/"; fi
done
while [ $# -gt 0 ]; do
  group=$1 volume=/volumes/$2
  shift 2
  if [ "$(stat -c %g "$volume")" = "$group" ]; then continue; fi
  chgrp -R "$group" "$volume"
  chmod -R g+rwX "$volume"
  find "$volume" -type d -exec chmod g+s {} +
done
`;

/** Runs once, before all others. Docker writes its files into its own file system, which so cannot be read-only. */
export function setupService(
  values: ChartValues,
  files: readonly SetupFile[],
  groups: readonly GroupVolume[],
): Service {
  const volumes = [...new Set(files.map(({ volume }) => volume))];
  return {
    ...imageOf(values, 'bridge'),
    labels: { 'mcpgen.dev/files': checksum(files, ...volumes) },
    entrypoint: ['sh', '-c', literal(setupScript), 'setup'],
    command: [values.bridge.path, ...groups.flatMap(({ volume, group }) => [String(group), volume])].map(literal),
    user: '0:0',
    cap_drop: ['ALL'],
    ...(groups.length > 0 && { cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'] }),
    security_opt: ['no-new-privileges:true'],
    volumes: [
      ...volumes.map((volume) => ({ type: 'volume' as const, source: volume, target: `/${volume}` })),
      ...groups.map(({ volume }) => ({
        type: 'volume' as const,
        source: volume,
        target: `/volumes/${volume}`,
        volume: { nocopy: true as const },
      })),
    ],
    configs: files.map(configOf),
    network_mode: 'none',
    ...limits(values.bridge.resources),
  };
}

/** The name of a file below `configs`. */
export function configName({ volume, path }: SetupFile): string {
  return `${volume}_${path.replaceAll('/', '_')}`;
}

function configOf(file: SetupFile): ServiceFile {
  const folder = file.volume === 'bridge' ? '/scripts' : `/files/${file.volume}`;
  return { source: configName(file), target: `${folder}/${file.path}` };
}

/** Holds the network that gateway and relay share, so that each of them can start again by itself. */
export function networkService(values: ChartValues): Service {
  const { gateway } = values;
  return {
    ...imageOf(values, 'gateway'),
    entrypoint: ['tail', '-f', '/dev/null'],
    init: true,
    ...security(gateway.podSecurityContext, gateway.securityContext),
    networks: Object.fromEntries(
      ['gateway', ...containersOf(values).map(([name]) => serviceName(name))].map((name) => [name, {}]),
    ),
    ports: [`127.0.0.1:${gateway.service.port}:${gateway.port}`],
    ...(hasRelay(values) && { extra_hosts: relayAddresses(values).map(([name, ip]) => `${serviceName(name)}=${ip}`) }),
    ...limits({ limits: { cpu: '0.1', memory: '16Mi' } }),
    restart: 'unless-stopped',
  };
}

const shared = { network_mode: 'service:network', restart: 'unless-stopped' } as const;
const afterSetup = { setup: { condition: 'service_completed_successfully' } } as const;
const withNetwork = { network: { condition: 'service_started', restart: true } } as const;

export function relayService(values: ChartValues, files: readonly SetupFile[]): Service {
  const { gateway, relay } = values;
  return {
    ...imageOf(values, 'relay'),
    labels: { 'mcpgen.dev/files': checksum(files, 'relay') },
    entrypoint: ['node', '--max-old-space-size=64', '/relay/relay.mjs', '/relay/config.json'],
    environment: { [tokenVariable]: token },
    ...security(gateway.podSecurityContext, gateway.securityContext),
    volumes: [{ type: 'volume', source: 'relay', target: '/relay', read_only: true }],
    ...shared,
    ...limits(relay.resources),
    healthcheck: {
      test: [
        'CMD',
        'node',
        '-e',
        `fetch("http://127.0.0.1:${relay.port}/startz").then((r) => { if (!r.ok) throw r; })`,
      ],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: `${gateway.waitForServers.timeoutSeconds + 60}s`,
      start_interval: '1s',
    },
    depends_on: { ...afterSetup, ...withNetwork },
  };
}

export function gatewayService(values: ChartValues, files: readonly SetupFile[], variables: SecretVariables): Service {
  const { gateway } = values;
  const remote = remoteSecrets(values);
  return {
    ...imageOf(values, 'gateway'),
    labels: { 'mcpgen.dev/files': checksum(files, 'docker', 'scripts') },
    ...(remote.length > 0 && { entrypoint: ['sh', '-c', literal(writeSecrets(values)), 'gateway'] }),
    command: gatewayArgs(values).map(literal),
    environment: {
      HOME: '/home/mcp',
      [tokenVariable]: token,
      ...(!hasRelay(values) &&
        containersOf(values).some(([, { http }]) => http) && { DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1' }),
      ...Object.fromEntries(
        Object.entries(gateway.extraEnv).map(([name, value]) => [name, expand(envText(value), new Map())]),
      ),
      ...Object.fromEntries(remote.map(({ ref }, index) => [`SECRET_${index}`, variables.valueOf(ref)])),
    },
    ...security(gateway.podSecurityContext, gateway.securityContext),
    tmpfs: [scratch('/home/mcp', '64Mi'), scratch('/run/mcpgen', '1Mi')],
    volumes: [
      { type: 'volume', source: 'docker', target: '/home/mcp/.docker', read_only: true },
      ...(remote.length > 0
        ? [{ type: 'volume', source: 'scripts', target: '/scripts', read_only: true } as const]
        : []),
    ],
    ...shared,
    ...limits(gateway.resources),
    healthcheck: {
      test: ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${gateway.port}/health`],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: `${gateway.startup.timeoutSeconds}s`,
      start_interval: '2s',
    },
    depends_on: { ...afterSetup, ...withNetwork, ...gatewayWaitsFor(values) },
  };
}

/** The relay waits for the servers. Without it, Compose does. */
function gatewayWaitsFor(values: ChartValues): Record<string, { condition: string }> {
  if (hasRelay(values)) return { relay: { condition: 'service_healthy' } };
  const waits = values.gateway.waitForServers.enabled;
  return Object.fromEntries(
    containersOf(values).map(([name, { required, http }]) => [
      serviceName(name),
      { condition: waits && required && !http ? 'service_healthy' : 'service_started' },
    ]),
  );
}

/** What the gateway is started with (mcpgen.gateway.args). */
function gatewayArgs(values: ChartValues): string[] {
  const { gateway } = values;
  const isWritten = remoteSecrets(values).length > 0;
  return [
    `--transport=${gateway.transport}`,
    `--port=${gateway.port}`,
    '--static=true',
    '--catalog=catalog.yaml',
    `--secrets=${isWritten ? '/run/mcpgen/secrets.env' : '/dev/null'}`,
    isWritten
      ? '--registry=/run/mcpgen/registry.yaml'
      : `--servers=${serversOf(values)
          .map(([name]) => name)
          .join(',')}`,
    ...(allowedTools(values) ? ['--tools-config=/home/mcp/.docker/mcp/catalogs/tools.yaml'] : []),
    `--log-calls=${gateway.logCalls}`,
    `--verbose=${gateway.verbose}`,
    `--block-secrets=${gateway.blockSecrets}`,
    ...gateway.interceptors.map((interceptor) => `--interceptor=${interceptor}`),
    ...gateway.extraArgs,
  ];
}

/** Before the gateway, the script that the chart runs in an init container: it needs the memory of this container. */
function writeSecrets(values: ChartValues): string {
  const entries = [
    ...remoteSecrets(values).map(({ id, ref }) => `${id} ${ref.name} ${ref.key}`),
    ...serversOf(values).map(([name, { remote, required, http }]) => {
      const kind = remote ? 'remote' : required ? 'required' : 'optional';
      return `${kind}=${name}${http ? `:${http.port}` : ''}`;
    }),
  ];
  const words = entries.map(shellWord).join(' ');
  return `sh /scripts/write-secrets.sh /run/mcpgen ${words} && exec /docker-mcp gateway run "$@"`;
}
