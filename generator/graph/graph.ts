// From values in effect to the graph of a deployment.

import { compare } from '../diagnostics.ts';
import { type ChartValues, hasRelay, imageText, secretsOf, serversOf, type ServerValues } from '../values/in-effect.ts';
import { heldBy } from './held.ts';
import { type Graph, type GraphServer, scopes, secretId } from './model.ts';
import { peersOf, reachOf } from './reach.ts';
import { addTo } from '../grouped.ts';

export function graphOf(values: ChartValues): Graph {
  const servers = serversOf(values)
    .map(([name, server]) => serverOf(name, server, values))
    .sort((a, b) => compare(rank(a), rank(b)) || compare(a.name, b.name));
  const { gateway, relay, networkPolicy } = values;
  const { existingSecret, key } = gateway.auth;
  const token = existingSecret === '' ? '(generated)' : existingSecret;
  return {
    gateway: {
      image: imageText(gateway.image),
      ...(hasRelay(values) && { relay: imageText(relay.image) || imageText(gateway.image) }),
      ...heldBy({
        ...gateway,
        secrets: { MCP_GATEWAY_AUTH_TOKEN: { name: token, key }, ...gateway.secretEnv },
      }),
      reach: networkPolicy.enabled ? networkPolicy.gatewayEgress.flatMap(peersOf) : ['everything'],
    },
    servers,
    users: usersOf(servers),
    notes: notesOf(values, servers),
  };
}

/** Servers with the same reach are beside each other. */
function rank({ reach: { scope, targets } }: GraphServer): string {
  return `${scopes.indexOf(scope)} ${targets.join('\n')}`;
}

function serverOf(name: string, server: ServerValues, values: ChartValues): GraphServer {
  const { remote, http, image, envFrom, volumes } = server;
  const url = remote?.url ?? http?.url;
  const container = url === undefined ? { ...(envFrom && { envFrom }), ...(volumes && { volumes }) } : {};
  return {
    name,
    kind: remote ? 'remote' : url === undefined ? 'container' : 'internal',
    what: url ?? image,
    ...heldBy({ secrets: secretsOf(server), ...container }),
    reach: reachOf(server, values),
  };
}

function usersOf(servers: readonly GraphServer[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, secrets, volumes } of servers) {
    const ids = new Set([...secrets.map(secretId), ...volumes.flatMap(({ id }) => id ?? [])]);
    for (const id of ids) addTo(users, id, name);
  }
  return users;
}

function notesOf({ networkPolicy, topology }: ChartValues, servers: readonly GraphServer[]): string[] {
  const { enabled, flavor } = networkPolicy;
  const hasNames = servers.some(
    ({ reach: { scope, targets } }) => scope === 'hosts' && targets.some((target) => /^[^[]*[a-z*]/i.test(target)),
  );
  return [
    ...(enabled
      ? []
      : ['There are no network policies (networkPolicy.enabled: false): everything may reach everything.']),
    ...(enabled && hasNames && flavor === 'kubernetes'
      ? [
          'A NetworkPolicy knows no names: the port of a named host is open to the whole public internet. networkPolicy.flavor: cilium enforces the names.',
        ]
      : []),
    ...(topology === 'sidecars'
      ? ["All servers run in the gateway's pod (topology: sidecars), so each may reach what any of them may."]
      : []),
  ];
}
