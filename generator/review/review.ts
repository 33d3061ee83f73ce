// From a compilation to what a review looks at.

import { createHash } from 'node:crypto';
import type { Compiled } from '../compile.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { ExplainedServer } from '../explain/model.ts';
import { usualAspects } from '../explain/usual.ts';
import { graphOf } from '../graph/graph.ts';
import { type Graph, type GraphServer, secretId } from '../graph/model.ts';
import type { TextFile } from '../load.ts';
import { version } from '../version.ts';
import { type ChartValues, imageText, type ServerValues, withDefaults } from '../values/in-effect.ts';
import type { Flag, Review, ReviewServer } from './model.ts';

export interface ReviewInput {
  readonly compiled: Compiled;
  readonly explained: readonly ExplainedServer[];
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly TextFile[];
  readonly chartDefaults: object;
}

export function review({ compiled, explained, diagnostics, files, chartDefaults }: ReviewInput): Review {
  const values = withDefaults(chartDefaults, compiled.values);
  const graph = graphOf(values);
  const catalogNames = new Map(compiled.workloads.map(({ name, server }) => [name, server.name]));
  const warned = new Set(diagnostics.flatMap(({ severity, server }) => (severity === 'warning' ? (server ?? []) : [])));
  const { common, servers } = usualAspects(explained);
  return {
    version,
    inputs: files.map(({ name, text }) => ({ name, digest: createHash('sha256').update(text).digest('hex') })),
    graph,
    servers: graph.servers.map((server): ReviewServer => {
      const isWarned = warned.has(catalogNames.get(server.name) ?? server.name);
      return reviewServer(server, values.servers[server.name], graph, isWarned);
    }),
    release: releaseOf(values, graph),
    diagnostics,
    common,
    explained: servers,
  };
}

function reviewServer(
  server: GraphServer,
  values: ServerValues | undefined,
  graph: Graph,
  isWarned: boolean,
): ReviewServer {
  const base = {
    ...server,
    description: values?.description ?? '',
    tools: values?.allowTools ?? values?.tools ?? [],
    flags: flagsOf(server, values, graph, isWarned),
  };
  if (!values || server.kind !== 'container') return { ...base, command: [], variables: [], limits: '' };
  const { cpu = 'none', memory = 'none' } = values.resources.limits ?? {};
  return {
    ...base,
    image: splitDigest(values.image),
    user: userOf(values),
    command: [...(values.command ?? []), ...(values.args ?? [])],
    variables: Object.keys(values.env ?? {}),
    limits: `${cpu} CPU, ${memory}`,
  };
}

function splitDigest(image: string): { name: string; digest: string } {
  const [name = '', digest = ''] = image.split('@');
  return { name, digest };
}

function userOf({ podSecurityContext, hostUsers }: ServerValues): string {
  const { runAsUser, runAsGroup } = podSecurityContext;
  const user = runAsUser === undefined ? "the image's user" : `${runAsUser}:${runAsGroup ?? runAsUser}`;
  return hostUsers === false ? `${user}, in a user namespace` : user;
}

function flagsOf(
  { reach: { scope }, secrets, volumes, kind }: GraphServer,
  values: ServerValues | undefined,
  { users }: Graph,
  isWarned: boolean,
): Flag[] {
  const ids = [...secrets.map(secretId), ...volumes.flatMap(({ id }) => id ?? [])];
  const ofContainer: readonly (readonly [Flag, boolean])[] =
    !values || kind !== 'container'
      ? []
      : [
          ['root', values.podSecurityContext.runAsUser === 0],
          ['privileges', hasPrivileges(values)],
          ['unpinned', splitDigest(values.image).digest === ''],
        ];
  const found: readonly (readonly [Flag, boolean])[] = [
    ...ofContainer,
    ['everything', scope === 'everything'],
    ['internet', scope === 'internet'],
    ['shared', ids.some((id) => (users.get(id)?.length ?? 0) > 1)],
    ['warned', isWarned],
  ];
  return found.flatMap(([flag, isSet]) => (isSet ? [flag] : []));
}

/** More than PodSecurity "restricted" and the chart's own settings leave. */
function hasPrivileges({ securityContext, automountServiceAccountToken }: ServerValues): boolean {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = securityContext;
  return (
    allowPrivilegeEscalation !== false ||
    readOnlyRootFilesystem !== true ||
    (capabilities?.add ?? []).length > 0 ||
    automountServiceAccountToken === true
  );
}

function releaseOf({ gateway, bridge, networkPolicy }: ChartValues, graph: Graph): Review['release'] {
  const { image, relay, secrets, reach } = graph.gateway;
  const own = imageText(bridge.image);
  return [
    ['Gateway', image],
    ['Relay', relay ?? 'off'],
    ['Bridge of the servers', own === '' ? image : own],
    ['Network policies', networkPolicy.enabled ? networkPolicy.flavor : 'off'],
    ['Secrets of the gateway', secrets.map(({ name, key = 'all keys', as }) => `${name}/${key} as ${as}`).join(', ')],
    ['What else it may connect to', reach.length === 0 ? 'nothing' : reach.join(', ')],
    ['Calls that seem to contain secrets', gateway.blockSecrets ? 'refused' : 'let through'],
    ['Interceptors', gateway.interceptors.length === 0 ? 'none' : gateway.interceptors.join(', ')],
  ];
}
