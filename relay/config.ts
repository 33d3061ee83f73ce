// The relay's configuration: one JSON file, checked, with defaults.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ConfigError, type Reader, readRoot } from './config-reader.ts';
import { type DefinitionMode, type Definitions, definitionModes } from './definitions.ts';
import type { GatewayAddress } from './gateway-client.ts';
import type { Headers } from './http.ts';
import type { Address } from './upstream.ts';
import { isLevel, type Level } from './log.ts';
import type { TraceSettings } from './traces.ts';

export interface ServerSettings {
  /** Server processes that are kept ready: at least `min`, and up to `max` while sessions use them up. */
  readonly warm: { readonly min: number; readonly max: number };
  /** Time without traffic after which a session releases its server process; 0: never. */
  readonly idleSeconds: number;
  /** Time without traffic after which a session counts as abandoned and is closed; 0: never. */
  readonly abandonedSeconds: number;
  /** Time without a message after which a server with an open call counts as lost; 0: never. */
  readonly callSilenceSeconds: number;
  /** Time limit of one attempt to connect. */
  readonly connectTimeoutSeconds: number;
  /** Time limit of the server's answer to `initialize`, including its start. */
  readonly handshakeTimeoutSeconds: number;
  /** Time that a new session waits for an unreachable server. */
  readonly initializeSeconds: number;
  /** Time that a call waits for an unreachable server, if its session has lost it. */
  readonly reconnectSeconds: number;
  /** Longest message of a server that is passed on; 0: no limit. */
  readonly maxMessageMiB: number;
  /** Most processes that sessions of protocol 2026-07-28 share; 0: each session has its own. */
  readonly sharedProcesses: number;
  /** The server keeps state for its session, so the session fails if the server is lost, and never counts as idle. */
  readonly stateful: boolean;
  /** Whether the gateway's start waits for it. */
  readonly required: boolean;
}

export interface ServerConfig extends ServerSettings {
  readonly name: string;
  readonly listen: Address;
  /** A bridge. */
  readonly target?: Address;
  /** Its pods, including those that are not ready: a server that cannot start tells why. */
  readonly unready?: Address;
  /** A server that speaks HTTP. */
  readonly url?: URL;
  readonly transport: 'streamable-http' | 'sse';
  readonly headers: Headers;
  /** Why it cannot be used: a value that its headers need is missing. */
  readonly problem?: string;
  /** Command that shows the reason if nothing answers at its address. */
  readonly look: string;
  /** Prefix that the gateway adds to the names of the server's tools. */
  readonly prefix?: string;
  /** The only tools of the server that the gateway offers; undefined: all. */
  readonly allowTools?: readonly string[];
  /** Recorded definitions of its tools; undefined: none are recorded. */
  readonly definitions?: Definitions;
}

export interface Config {
  readonly metrics: Address | undefined;
  readonly gatewayHealth: URL | undefined;
  /** Where the gateway's clients find it. */
  readonly gateway: GatewayAddress | undefined;
  readonly logLevel: Level;
  /** What to do with a server whose tools differ from their recorded definitions. */
  readonly toolDefinitions: DefinitionMode;
  /** Undefined: no traces. */
  readonly traces: TraceSettings | undefined;
  /** How long the gateway's start waits for required servers, and for the others. */
  readonly startSeconds: { readonly required: number; readonly optional: number };
  readonly servers: readonly ServerConfig[];
}

const defaults: ServerSettings = {
  warm: { min: 1, max: 4 },
  idleSeconds: 600,
  abandonedSeconds: 86_400,
  callSilenceSeconds: 300,
  connectTimeoutSeconds: 2,
  handshakeTimeoutSeconds: 45,
  initializeSeconds: 10,
  reconnectSeconds: 0.9,
  maxMessageMiB: 20,
  sharedProcesses: 4,
  stateful: false,
  required: true,
};

type Environment = { readonly [name: string]: string | undefined };

/** Reads the text of the file; `${NAME}` in headers and URLs is taken from the environment. */
export function readConfig(text: string, environment: Environment): Config {
  const root = readRoot(text);
  const listen = root.object('listen');
  const start = root.object('startSeconds');
  const logLevel = environment['LOG_LEVEL'] ?? root.value('logLevel') ?? 'info';
  if (!isLevel(logLevel))
    throw new ConfigError(`logLevel ${String(logLevel)} is invalid: use debug, info, warn or error`);
  const metrics = listen.text('metrics');
  const gateway = root.object('gateway');
  const health = gateway.text('health');
  const base = readSettings(root.object('defaults'), defaults);
  const servers = root.object('servers');
  return {
    metrics: metrics === undefined ? undefined : readListen(metrics, 'listen.metrics'),
    gatewayHealth: health === undefined ? undefined : readUrl(health, 'gateway.health'),
    gateway: readGateway(gateway, environment),
    logLevel,
    toolDefinitions: readMode(root),
    traces: readTraces(root.object('traces')),
    startSeconds: { required: start.number('required', 120), optional: start.number('optional', 15) },
    servers: servers.names().map((name) => readServer(name, servers.object(name), base, environment)),
  };
}

function readGateway(reader: Reader, environment: Environment): GatewayAddress | undefined {
  const url = reader.text('url');
  if (url === undefined) return undefined;
  const transport = reader.text('transport') ?? 'streaming';
  if (transport !== 'streaming' && transport !== 'sse')
    throw new ConfigError(`gateway.transport ${transport} is invalid: use streaming or sse`);
  const headers = readHeaders('gateway', reader, environment);
  const problem = problemOf(headers);
  if (problem !== undefined) throw new ConfigError(`gateway: ${problem}`);
  return { url: readUrl(url, 'gateway.url'), transport, headers };
}

function readTraces(reader: Reader): TraceSettings | undefined {
  const url = reader.text('url');
  return url === undefined ? undefined : { url: readUrl(url, 'traces.url'), ratio: reader.number('ratio', 0) };
}

function readServer(name: string, reader: Reader, base: ServerSettings, environment: Environment): ServerConfig {
  const listen = reader.text('listen');
  const target = reader.text('target');
  const unready = reader.text('unready');
  const url = reader.text('url');
  if (listen === undefined) throw new ConfigError(`server ${name}: listen is missing`);
  if ((target === undefined) === (url === undefined)) throw new ConfigError(`server ${name}: set either target or url`);
  const prefix = reader.text('prefix');
  const allowTools = reader.texts('allowTools');
  const definitions = reader.object('toolDefinitions');
  const transport = reader.text('transport') ?? 'streamable-http';
  if (transport !== 'streamable-http' && transport !== 'sse')
    throw new ConfigError(`server ${name}: transport ${transport} is invalid: use streamable-http or sse`);
  const { problem, ...headers } = readOwnHeaders(name, reader, environment);
  return {
    name,
    ...readSettings(reader, base),
    listen: readAddress(listen, `server ${name}: listen`),
    ...(target !== undefined && { target: readAddress(target, `server ${name}: target`) }),
    ...(unready !== undefined && { unready: readAddress(unready, `server ${name}: unready`) }),
    ...(url !== undefined && { url: readUrl(expand(url, environment), `server ${name}: url`) }),
    transport,
    look: reader.text('look') ?? `kubectl describe pods -l mcpgen.dev/server=${name}`,
    ...headers,
    ...(problem !== undefined && { problem }),
    ...(prefix !== undefined && prefix !== '' && { prefix }),
    ...(allowTools && { allowTools }),
    ...(reader.value('toolDefinitions') !== undefined && {
      definitions: new Map(definitions.names().map((tool) => [tool, definitions.text(tool) ?? ''])),
    }),
  };
}

function readMode(root: Reader): DefinitionMode {
  const text = root.text('toolDefinitions') ?? 'warn';
  const mode = definitionModes.find((known) => known === text);
  if (!mode) throw new ConfigError(`toolDefinitions ${text} is invalid: use ${definitionModes.join(', ')}`);
  return mode;
}

/** A missing or invalid value from a Secret is a problem of this server only. */
function readOwnHeaders(
  name: string,
  reader: Reader,
  environment: Environment,
): Pick<ServerConfig, 'headers' | 'problem'> {
  const optional = reader.object('optional');
  const [missing] = optional.names().filter((variable) => (environment[variable] ?? '').trim() === '');
  if (missing !== undefined) return { headers: {}, problem: optional.text(missing) ?? `${missing} is not set` };
  const headers = readHeaders(`server ${name}`, reader, environment);
  const problem = problemOf(headers);
  return problem === undefined ? { headers } : { headers: {}, problem };
}

/** Trims values, because a Secret made from a file ends in a newline; whether HTTP allows them is checked later. */
function readHeaders(owner: string, reader: Reader, environment: Environment): Headers {
  const headers = reader.object('headers');
  const texts = headers.names().map((name) => [name, headers.text(name) ?? ''] as const);
  const problem = problemOf(Object.fromEntries(texts));
  if (problem !== undefined) throw new ConfigError(`${owner}: ${problem}`);
  return Object.fromEntries(texts.map(([name, text]) => [name, expand(text, environment).trim()]));
}

function problemOf(headers: Headers): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return `header ${name} cannot be sent: it contains characters that HTTP does not allow`;
    }
  }
  return undefined;
}

function readSettings(reader: Reader, base: ServerSettings): ServerSettings {
  const warm = reader.object('warm');
  const min = warm.number('min', base.warm.min);
  return {
    warm: { min, max: Math.max(min, warm.number('max', base.warm.max)) },
    idleSeconds: reader.number('idleSeconds', base.idleSeconds),
    abandonedSeconds: reader.number('abandonedSeconds', base.abandonedSeconds),
    callSilenceSeconds: reader.number('callSilenceSeconds', base.callSilenceSeconds),
    connectTimeoutSeconds: reader.number('connectTimeoutSeconds', base.connectTimeoutSeconds),
    handshakeTimeoutSeconds: reader.number('handshakeTimeoutSeconds', base.handshakeTimeoutSeconds),
    initializeSeconds: reader.number('initializeSeconds', base.initializeSeconds),
    reconnectSeconds: reader.number('reconnectSeconds', base.reconnectSeconds),
    maxMessageMiB: reader.number('maxMessageMiB', base.maxMessageMiB),
    sharedProcesses: reader.number('sharedProcesses', base.sharedProcesses),
    stateful: reader.boolean('stateful', base.stateful),
    required: reader.boolean('required', base.required),
  };
}

/** `:port` is every address, of IPv6 and IPv4, or of IPv4 alone without IPv6: Node.js does that if there is no host. */
export function readListen(text: string, what: string): Address {
  return text.startsWith(':')
    ? { host: '', port: readAddress(`localhost${text}`, what).port }
    : readAddress(text, what);
}

export function readAddress(text: string, what: string): Address {
  const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw new ConfigError(`${what}: ${text} is not a valid host:port`);
  return { host: match[1] ?? match[2] ?? '', port };
}

function readUrl(text: string, what: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError(`${what} must be an http or https URL`);
  return new URL(text);
}

function expand(text: string, environment: Environment): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new ConfigError(`the environment variable ${name} is not set`);
    return value;
  });
}
