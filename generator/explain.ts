// What Docker mode guarantees for each server, and what restores it in a cluster, or why it is lost.

import { type CatalogServer, serverKind, type ServerKind } from './catalog/model.ts';
import type { Diagnostic } from './diagnostics.ts';
import { printable } from './printable.ts';
import type { ContainerWorkload, RemoteWorkload, Volume, Workload } from './workload/model.ts';

/** `kept`: the same; `changed`: another way or another strength, see `reason`; `lost`: nothing restores it. */
export type GuaranteeStatus = 'kept' | 'changed' | 'lost';

export interface Guarantee {
  readonly guarantee: string;
  readonly status: GuaranteeStatus;
  /** What `docker mcp gateway run` does. */
  readonly docker: string;
  /** The Kubernetes field that restores it; '' when it is lost. */
  readonly kubernetes: string;
  /** Why it is changed or lost, and what to do about it. */
  readonly reason?: string;
}

export interface ExplainedServer {
  readonly server: string;
  readonly kind: ServerKind;
  /** The Service; absent for a server without a pod. */
  readonly service?: string;
  /** Why there is no workload; then there are no guarantees. */
  readonly refused?: readonly string[];
  readonly guarantees: readonly Guarantee[];
}

/** One entry for each server, workload or not, sorted by catalog name. */
export function explain(
  servers: readonly CatalogServer[],
  workloads: readonly Workload[],
  diagnostics: readonly Diagnostic[],
): ExplainedServer[] {
  const byName = new Map(workloads.map((workload) => [workload.server.name, workload]));
  return servers.map((server) => {
    const workload = byName.get(server.name);
    const base = { server: server.name, kind: serverKind(server) };
    if (!workload) {
      const reasons = diagnostics.filter(({ severity, server: name }) => severity === 'error' && name === server.name);
      return { ...base, refused: reasons.map(({ message }) => message), guarantees: [] };
    }
    if (workload.kind === 'remote') return { ...base, guarantees: explainRemote(workload) };
    return { ...base, service: `mcp-${workload.name}`, guarantees: explainContainer(workload) };
  });
}

function explainContainer(workload: ContainerWorkload): Guarantee[] {
  return [
    explainLimits(workload),
    {
      guarantee: 'init',
      status: 'kept',
      docker: '--init: a process that reaps orphans',
      kubernetes: "the bridge's init.sh is the first process and reaps them",
    },
    {
      guarantee: 'no-new-privileges',
      status: 'kept',
      docker: '--security-opt no-new-privileges',
      kubernetes: 'securityContext.allowPrivilegeEscalation: false, and all capabilities dropped',
    },
    {
      guarantee: 'file system',
      status: 'changed',
      docker: 'a writable root file system',
      kubernetes: 'securityContext.readOnlyRootFilesystem: true',
      reason: 'only /tmp, the home directory and volumes can be written',
    },
    {
      guarantee: 'signature',
      status: 'lost',
      docker: 'the signatures of mcp/ images are checked before they run',
      kubernetes: '',
      reason: 'the gateway does not pull images here; pin digests and let an admission policy check signatures',
    },
    explainNetwork(workload),
    ...workload.volumes.map(explainVolume),
    ...explainEnvironment(workload),
    explainUser(workload),
    {
      guarantee: 'lifetime',
      status: workload.longLived ? 'kept' : 'changed',
      docker: workload.longLived ? 'one container for each client session' : 'one container for each call',
      kubernetes: 'one process for each client session, in one pod',
      ...(!workload.longLived && {
        reason: 'a process a call takes a second; gateway.longLived: false brings it back',
      }),
    },
  ];
}

function explainLimits({ resources }: ContainerWorkload): Guarantee {
  const { cpu = '1', memory = '2Gi' } = resources.limits ?? {};
  const own = resources.limits?.cpu !== undefined || resources.limits?.memory !== undefined;
  return {
    guarantee: 'limits',
    status: own ? 'changed' : 'kept',
    docker: '--cpus 1 --memory 2Gb',
    kubernetes: `resources.limits: cpu ${cpu}, memory ${memory}`,
    ...(own && { reason: "the catalog's own resources, which the gateway ignores" }),
  };
}

function explainNetwork({ egress }: ContainerWorkload): Guarantee {
  switch (egress.mode) {
    case 'none':
      return { guarantee: 'disableNetwork', status: 'kept', docker: '--network none', kubernetes: 'egress.mode: none' };
    case 'hosts':
      return {
        guarantee: 'allowHosts',
        status: 'changed',
        docker: `with --block-network, a proxy lets through ${egress.hosts.join(', ')}`,
        kubernetes: 'egress.mode: hosts',
        reason: 'a NetworkPolicy knows ports and addresses, not names: these ports of the internet are open',
      };
    case 'internet':
      return {
        guarantee: 'network',
        status: 'changed',
        docker: 'everything can be reached',
        kubernetes: 'egress.mode: internet',
        reason: 'the internet without private, link-local and metadata addresses; set egress.mode to all for the rest',
      };
  }
}

function explainVolume({ mountPath, readOnly, source }: Volume): Guarantee {
  const words = {
    persistentVolumeClaim: 'a PersistentVolumeClaim',
    existingClaim: 'an existing claim',
    emptyDir: 'an emptyDir',
    secret: 'a Secret',
    configMap: 'a ConfigMap',
    image: 'a part of the image',
  };
  return {
    guarantee: 'volume',
    status: 'changed',
    docker: `-v …:${mountPath}${readOnly ? ':ro' : ''}`,
    kubernetes: `${words[source.kind]} at ${mountPath}${readOnly ? ', read-only' : ''}`,
    reason: source.kind === 'persistentVolumeClaim' ? 'it starts empty' : 'its content is what you put there',
  };
}

function explainEnvironment({ env, secretEnv }: ContainerWorkload): Guarantee[] {
  const names = Object.keys(env);
  const secrets = Object.entries(secretEnv);
  return [
    ...secrets.map(([name, { name: secret, key }]): Guarantee => ({
      guarantee: 'secret',
      status: 'kept',
      docker: `-e ${name}, from Docker's secrets`,
      kubernetes: `env ${name} from the key ${key} of the Secret ${secret}`,
    })),
    ...(names.length > 0
      ? [
          {
            guarantee: 'env',
            status: 'kept',
            docker: names.map((name) => `-e ${name}`).join(' '),
            kubernetes: 'env',
          } as const,
        ]
      : []),
  ];
}

function explainUser({ runAs }: ContainerWorkload): Guarantee {
  if (runAs) {
    const { user, group } = runAs;
    const docker = `-u ${user}${group === undefined ? '' : `:${group}`}`;
    return {
      guarantee: 'user',
      status: 'kept',
      docker,
      kubernetes: `runAsUser: ${user}, runAsGroup: ${group ?? user}`,
    };
  }
  return {
    guarantee: 'user',
    status: 'changed',
    docker: "the image's own user, often root",
    kubernetes: "runAsUser: the chart's default, not root",
    reason: 'set podSecurityContext.runAsUser where the image needs another',
  };
}

function explainRemote({ url, headers, secrets, server }: RemoteWorkload): Guarantee[] {
  const guarantees: Guarantee[] = [
    {
      guarantee: 'remote',
      status: 'kept',
      docker: `the gateway calls ${url}`,
      kubernetes: "remote.url; the gateway's egress opens to the internet",
    },
  ];
  if (Object.keys(headers).length > 0) {
    guarantees.push({
      guarantee: 'headers',
      status: 'kept',
      docker: Object.keys(headers).join(', '),
      kubernetes:
        Object.keys(secrets).length > 0
          ? 'remote.headers, with values from Secrets by a file of the gateway'
          : 'remote.headers',
    });
  }
  if (server.oauthProviders.length > 0) {
    guarantees.push({
      guarantee: 'oauth',
      status: 'lost',
      docker: `Docker Desktop's login at ${server.oauthProviders.join(', ')}`,
      kubernetes: '',
      reason: 'there is no Docker Desktop; the headers must do',
    });
  }
  return guarantees;
}

/** For a terminal of `width` columns. What holds for most containers is said once, first. */
export function explainText(servers: readonly ExplainedServer[], width: number): string {
  const containers = servers.filter(({ kind, refused }) => kind === 'container' && !refused);
  const common = usual(containers);
  const shared = new Set(common.map((guarantee) => JSON.stringify(guarantee)));
  const blocks = servers.map(({ server, kind, service, refused, guarantees }) => {
    const suffix = service === undefined ? '' : ` is the Service ${service}`;
    const title = wrap(`${server} (${kind})${suffix}${refused ? ' is refused' : ''}`, '    ', width);
    const reasons = (refused ?? []).flatMap((reason) => wrap(`  ${reason}`, '    ', width));
    const own = guarantees.filter((guarantee) => !shared.has(JSON.stringify(guarantee)));
    return [...title, ...reasons, ...own.flatMap((guarantee) => guaranteeLines(guarantee, width))];
  });
  const first = [
    'Every container, where nothing else is said below',
    ...common.flatMap((guarantee) => guaranteeLines(guarantee, width)),
  ];
  const all = common.length === 0 ? blocks : [first, ...blocks];
  return all.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

/** The guarantees that are the same for most servers, of several. */
function usual(servers: readonly ExplainedServer[]): readonly Guarantee[] {
  const counts = new Map<string, number>();
  const texts = servers.flatMap(({ guarantees }) => guarantees.map((guarantee) => JSON.stringify(guarantee)));
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count > 1 && count > servers.length / 2);
  return common.map(([text]) => JSON.parse(text) as Guarantee);
}

function guaranteeLines({ guarantee, status, docker, kubernetes, reason }: Guarantee, width: number): string[] {
  const indent = ' '.repeat(28);
  return [
    ...wrap(`  ${status.padEnd(8)}${guarantee.padEnd(18)}${docker}`, indent, width),
    ...(kubernetes === '' ? [] : wrap(`${' '.repeat(25)}-> ${kubernetes}`, indent, width)),
    ...(reason === undefined ? [] : wrap(`${indent}(${reason})`, indent, width)),
  ];
}

/** Breaks at spaces; lines after the first begin with `indent`. A word longer than a line is left whole. */
function wrap(text: string, indent: string, width: number): string[] {
  const lines: string[] = [];
  let rest = printable(text);
  while (rest.length > width) {
    const start = /^ */.exec(rest)?.[0].length ?? 0;
    const before = rest.lastIndexOf(' ', width);
    const at = before > start ? before : rest.indexOf(' ', Math.max(width, start));
    if (at === -1) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at + 1);
  }
  return [...lines, rest];
}
