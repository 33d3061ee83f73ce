// From workloads to the text of a values file: only what differs from the chart's defaults, in a fixed order.

import { compare } from '../diagnostics.ts';
import type { ContainerWorkload, RemoteWorkload, RunAs, Volume, Workload } from '../workload/model.ts';
import type { RecordedTools } from '../image/lock.ts';
import { chartDefaults } from '../chart-defaults.ts';
import type { Values, ValuesImages, ValuesServer, ValuesVolume } from './model.ts';

/** The values of the chart, servers sorted by name. */
export function toValues(
  workloads: readonly Workload[],
  { gateway, relay }: ValuesImages = {},
  recorded: RecordedTools = new Map(),
): Values {
  const byName = [...workloads].sort((a, b) => compare(a.name, b.name));
  return {
    ...(gateway && isFilled(gateway) && { gateway: { image: gateway } }),
    ...(relay && isFilled(relay) && { relay: { image: relay } }),
    servers: Object.fromEntries(
      byName.map((workload) => [workload.name, toServer(workload, recorded.get(workload.name))]),
    ),
  };
}

function toServer(workload: Workload, recorded: Recorded | undefined): ValuesServer {
  const server = workload.kind === 'remote' ? toRemote(workload) : toContainer(workload);
  return {
    ...server,
    ...(workload.tools.length > 0 && { tools: [...new Set(workload.tools)].sort(compare) }),
    ...(workload.allowTools && { allowTools: [...new Set(workload.allowTools)].sort(compare) }),
    // The relay compares them, and has nothing to do with remote servers.
    ...(recorded && workload.kind === 'container' && { toolDefinitions: toDefinitions(recorded) }),
    ...(workload.prefix !== '' && { prefix: workload.prefix }),
  };
}

type Recorded = RecordedTools extends ReadonlyMap<string, infer Tools> ? Tools : never;

function toDefinitions(recorded: Recorded): Record<string, string> {
  return sorted(Object.fromEntries([...recorded].map(([tool, { definition }]) => [tool, definition])));
}

function toContainer(workload: ContainerWorkload): ValuesServer {
  const { runAs, egress, home } = workload;
  // A home that holds files of the image is not covered; the program is only told where it is.
  const env = home && !home.isEmpty ? { HOME: home.path, ...workload.env } : workload.env;
  const homeDir = home && (home.isEmpty ? home.path : '');
  return {
    image: workload.image,
    ...(workload.command && { command: workload.command }),
    ...(workload.args.length > 0 && { args: workload.args }),
    ...(isFilled(env) && { env: sorted(env) }),
    ...(isFilled(workload.secretEnv) && { secretEnv: sorted(workload.secretEnv) }),
    ...(workload.volumes.length > 0 && {
      volumes: Object.fromEntries(workload.volumes.map((volume) => [volume.name, toVolume(volume)])),
    }),
    ...(egress.mode !== 'internet' && { egress }),
    ...(workload.hostAliases.length > 0 && { hostAliases: workload.hostAliases }),
    ...(isFilled(workload.resources) && { resources: workload.resources }),
    ...(homeDir !== undefined && homeDir !== chartDefaults.homeDir && { homeDir }),
    ...(runAs && toSecurity(runAs)),
    ...(workload.longLived && { longLived: true }),
  };
}

function toSecurity({ user, group = user, fsGroup = group, hostUsers }: RunAs): ValuesServer {
  const isDefault = [user, group, fsGroup].every((id) => id === chartDefaults.runAsUser);
  if (isDefault && hostUsers === undefined) return {};
  return {
    ...(hostUsers === false && { hostUsers }),
    podSecurityContext: {
      runAsUser: user,
      runAsGroup: group,
      fsGroup,
      ...(user === 0 && { runAsNonRoot: false }),
    },
  };
}

function toRemote({ url, isInternal, transport, headers, secrets, allowsPlain }: RemoteWorkload): ValuesServer {
  const remote = {
    url,
    transport,
    ...(isFilled(headers) && { headers: sorted(headers) }),
    ...(isFilled(secrets) && { secrets: sorted(secrets) }),
    ...(allowsPlain && { allowPlainCredentials: true as const }),
  };
  return isInternal ? { http: remote } : { remote };
}

function toVolume({ mountPath, readOnly, source }: Volume): ValuesVolume {
  const mount = { mountPath, ...(readOnly && { readOnly }) };
  switch (source.kind) {
    case 'persistentVolumeClaim':
      return { ...mount, persistentVolumeClaim: { size: source.size, ...(source.fill && { fill: true }) } };
    case 'existingClaim':
      return { ...mount, existingClaim: source.claimName };
    case 'sameAs':
      return { ...mount, sameAs: source.volume };
    case 'emptyDir':
      return { ...mount, emptyDir: source.sizeLimit === undefined ? {} : { sizeLimit: source.sizeLimit } };
    case 'image':
      return { ...mount, subPath: source.subPath, image: { reference: source.reference } };
    case 'secret':
    case 'configMap': {
      const { kind, name, key } = source;
      if (key === undefined) return { ...mount, [kind]: { name } };
      return { ...mount, subPath: key, [kind]: { name, items: [{ key, path: key }] } };
    }
  }
}

function isFilled(map: object): boolean {
  return Object.keys(map).length > 0;
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => compare(a, b)));
}
