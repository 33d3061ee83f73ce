// What the gateway and the relay read: the catalog, the allowed tools and the relay's configuration, as the chart writes them.

import { compare } from '../diagnostics.ts';
import {
  type ChartValues,
  containersOf,
  hasRelay,
  relaySettings,
  type SecretRef,
  serversOf,
  type ServerValues,
} from '../values/in-effect.ts';
import { dialledName, serviceName } from './server.ts';

/** A secret of a remote server, by the name that the gateway's catalog has for it. */
export interface RemoteSecret {
  readonly id: string;
  readonly ref: SecretRef;
}

export function remoteSecrets(values: ChartValues): RemoteSecret[] {
  return serversOf(values).flatMap(([name, { remote }]) =>
    Object.entries(remote?.secrets ?? {})
      .sort(([a], [b]) => compare(a, b))
      .map(([key, ref]) => ({ id: `${name}.${key}`, ref })),
  );
}

/** The gateway's own catalog format, of which static mode uses these fields (chart/templates/_catalog.tpl). */
export function gatewayCatalog(values: ChartValues): object {
  const relay = hasRelay(values);
  const entries = serversOf(values).map(([name, server]) => [name, catalogEntry(name, server, values, relay)]);
  return { registry: Object.fromEntries(entries) };
}

function catalogEntry(name: string, server: ServerValues, { gateway }: ChartValues, relay: boolean): object {
  const { remote, http, prefix = '', tools = [], longLived = gateway.longLived } = server;
  const common = {
    longLived,
    ...(prefix !== '' && { prefix }),
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ name: tool })) }),
  };
  if (remote) {
    const { url, transport = 'streamable-http', headers = {}, secrets = {} } = remote;
    const names = Object.keys(secrets).sort(compare);
    return {
      type: 'remote',
      remote: { url, transport_type: transport, ...(Object.keys(headers).length > 0 && { headers }) },
      ...(names.length > 0 && { secrets: names.map((env) => ({ name: `${name}.${env}`, env })) }),
      ...common,
    };
  }
  if (http && !relay) {
    const url = `http://${serviceName(name)}:${http.port}${http.path ?? '/mcp'}`;
    return { type: 'remote', remote: { url, transport_type: 'streamable-http' }, ...common };
  }
  return { type: 'server', image: server.image, ...common };
}

/** The tools that each server may offer, or undefined where all may offer all. */
export function allowedTools(values: ChartValues): object | undefined {
  const entries = serversOf(values).flatMap(([name, { allowTools }]) => (allowTools ? [[name, allowTools]] : []));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Where each server's name leads in the network of the gateway: a loopback address of the relay (mcpgen.relay.servers). */
export function relayAddresses(values: ChartValues): [name: string, ip: string][] {
  return containersOf(values).map(([name], index) => [
    name,
    `127.0.${Math.floor(index / 250) + 1}.${(index % 250) + 1}`,
  ]);
}

/** The relay's configuration (mcpgen.relay.config). */
export function relayConfig(values: ChartValues): object {
  const { gateway, relay } = values;
  const { enabled, timeoutSeconds, optionalSeconds } = gateway.waitForServers;
  const seconds = enabled ? timeoutSeconds : 0;
  const url = `http://127.0.0.1:${gateway.port}`;
  const addresses = new Map(relayAddresses(values));
  return {
    listen: { metrics: `:${relay.port}` },
    gateway: {
      health: `${url}/health`,
      url: `${url}/${gateway.transport === 'sse' ? 'sse' : 'mcp'}`,
      transport: gateway.transport,
      headers: { Authorization: 'Bearer ${MCP_GATEWAY_AUTH_TOKEN}' },
    },
    startSeconds: { required: seconds, optional: Math.min(seconds, optionalSeconds) },
    logLevel: relay.logLevel,
    toolDefinitions: relay.toolDefinitions,
    defaults: Object.fromEntries(relaySettings.map((key) => [key, relay[key]])),
    servers: Object.fromEntries(
      containersOf(values).map(([name, server]) => [name, relayServer(name, server, addresses.get(name) ?? '', relay)]),
    ),
  };
}

function relayServer(
  name: string,
  server: ServerValues,
  ip: string,
  { handshakeTimeoutSeconds }: ChartValues['relay'],
): object {
  const { http, required, startSeconds, longLived, stateful, prefix, allowTools, toolDefinitions } = server;
  const host = dialledName(name);
  return {
    listen: `${ip}:4444`,
    required,
    ...(http ? { url: `http://${host}:${http.port}${http.path ?? '/mcp'}` } : { target: `${host}:4444` }),
    ...(longLived && { idleSeconds: 0 }),
    ...(startSeconds > Number(handshakeTimeoutSeconds) && { handshakeTimeoutSeconds: startSeconds }),
    ...(stateful !== undefined && { stateful }),
    ...(prefix !== undefined && { prefix }),
    ...(allowTools && { allowTools }),
    ...(toolDefinitions && { toolDefinitions }),
  };
}
