// Values of the chart as a Compose file: the same gateway, relay and servers on one host.

import { compare, diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { containersOf, hasRelay, type ServerValues, withDefaults } from '../values/in-effect.ts';
import { writeYaml } from '../yaml/write.ts';
import {
  checksum,
  configName,
  gatewayService,
  type GroupVolume,
  networkService,
  relayService,
  setupFiles,
  setupService,
  tokenVariable,
} from './gateway.ts';
import type { ChartFiles, ComposeFile } from './model.ts';
import { secretId, serviceName, toService } from './server.ts';
import { remoteSecrets } from './settings.ts';
import { literal, SecretVariables } from './text.ts';
import { checkForCompose } from './unsupported.ts';

export interface ComposeInput {
  /** What was compiled, with the overlay. */
  readonly values: object;
  /** The chart's values.yaml. */
  readonly chartDefaults: object;
  readonly files: ChartFiles;
}

export interface Composed {
  readonly file: ComposeFile;
  /** The variables that `.env` must have, sorted. */
  readonly variables: readonly string[];
  readonly text: string;
}

export function compose({ values: own, chartDefaults, files }: ComposeInput): Result<Composed> {
  const values = withDefaults(chartDefaults, own);
  const diagnostics: Diagnostic[] = checkForCompose(own, values);
  const servers = containersOf(values);
  const variables = new SecretVariables(
    [
      ...servers.flatMap(([, { secretEnv = {} }]) => Object.values(secretEnv)),
      ...remoteSecrets(values).map(({ ref }) => ref),
    ],
    [tokenVariable],
  );
  const texts = setupFiles(values, files);
  const context = { variables, scriptsChecksum: checksum(texts, 'bridge'), relay: hasRelay(values) };
  const groups = servers.flatMap(([name, server]) => groupVolumes(name, server));
  const services = {
    setup: setupService(values, texts, groups),
    network: networkService(values),
    ...(hasRelay(values) && { relay: relayService(values, texts) }),
    gateway: gatewayService(values, texts, variables),
    ...Object.fromEntries(servers.map(([name, server]) => [serviceName(name), toService(name, server, context)])),
  };
  const secrets = secretFiles(servers);
  const file: ComposeFile = {
    name: 'mcp',
    services,
    networks: {
      gateway: {},
      ...Object.fromEntries(
        servers.map(([name, { egress }]) => [serviceName(name), egress.mode === 'none' ? { internal: true } : {}]),
      ),
    },
    volumes: volumesOf(services, servers),
    configs: Object.fromEntries(texts.map((text) => [configName(text), { content: literal(text.text) }])),
    ...(Object.keys(secrets).length > 0 && { secrets }),
  };
  const needed = [tokenVariable, ...variables.all];
  diagnostics.push(
    diagnose('compose-variables', { variables: needed, files: Object.values(secrets).map((one) => one.file) }),
  );
  return { value: { file, variables: needed, text: writeYaml(file, { spaced }) }, diagnostics };
}

/** An empty line between services. */
function spaced(path: readonly (string | number)[]): boolean {
  return path.length === 0 || (path.length === 1 && path[0] === 'services');
}

/** Volumes that Compose makes, and the group that may write to each. */
function groupVolumes(name: string, { volumes = {}, podSecurityContext }: ServerValues): GroupVolume[] {
  const { fsGroup } = podSecurityContext;
  if (fsGroup === undefined) return [];
  return Object.entries(volumes).flatMap(([volume, { persistentVolumeClaim }]) =>
    persistentVolumeClaim ? [{ volume: `${name}-${volume}`, group: fsGroup }] : [],
  );
}

function volumesOf(
  services: ComposeFile['services'],
  servers: readonly [string, ServerValues][],
): ComposeFile['volumes'] {
  const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes);
  const names = mounts.flatMap(({ type, source }) => (type === 'volume' ? [source] : []));
  const existing = new Set(
    servers.flatMap(([, { volumes = {} }]) =>
      Object.values(volumes).flatMap(({ existingClaim }) => existingClaim ?? []),
    ),
  );
  return Object.fromEntries(
    [...new Set(names)].sort(compare).map((name) => [name, existing.has(name) ? { external: true as const } : {}]),
  );
}

/** The files of Secrets that servers mount. */
function secretFiles(servers: readonly [string, ServerValues][]): Record<string, { file: string }> {
  const items = servers.flatMap(([, { volumes = {} }]) =>
    Object.values(volumes).flatMap(({ secret }) =>
      (secret?.items ?? []).map(({ key }) => ({ name: secret?.name ?? '', key })),
    ),
  );
  const entries = items.map((ref) => [secretId(ref), { file: `./secrets/${ref.name}/${ref.key}` }] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => compare(a, b)));
}
