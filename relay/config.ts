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
  /** Server processes that are kept ready: never fewer than `min`, and up to `max` while they are used up. */
  readonly warm: { readonly min: number; readonly max: number };
  /** A session without traffic for so long lets its server process go; 0: never. */
  readonly idleSeconds: number;
  /** A session without traffic for so long is taken for abandoned, and its connection closed; 0: never. */
  readonly abandonedSeconds: number;
  /** A server that says nothing for so long while a call is out is given up; 0: never. */
  readonly callSilenceSeconds: number;
  /** Limit of one attempt to open a connection. */
  readonly connectTimeoutSeconds: number;
  /** Limit of the server's answer to `initialize`, its start included. */
  readonly handshakeTimeoutSeconds: number;
  /** So long a new connection of the gateway waits for a server that cannot be reached. */
  readonly initializeSeconds: number;
  /** So long a call of a session without a server waits for one that cannot be reached. */
  readonly reconnectSeconds: number;
  /** A longer message of the server is not passed on; 0: no limit. */
  readonly maxMessageMiB: number;
  /** So many processes at most are shared by sessions of protocol 2026-07-28; 0: each has its own. */
  readonly sharedProcesses: number;
  /** The server keeps state for its session: the session fails when it is lost, and is never idle. */
  readonly stateful: boolean;
  /** The gateway's start waits for it. */
  readonly required: boolean;
}

export interface ServerConfig extends ServerSettings {
  readonly name: string;
  readonly listen: Address;
  /** A bridge. */
  readonly target?: Address;
  /** Its pods, also those that are not ready: for when none is, as a server that cannot start says why. */
  readonly unready?: Address;
  /** A server that speaks HTTP. */
  readonly url?: URL;
  readonly transport: 'streamable-http' | 'sse';
  readonly headers: Headers;
  /** Why it cannot be used: it lacks something that its headers are made of. */
  readonly problem?: string;
  /** Where the reason is, if nothing answers at its address: what Kubernetes knows of its pods, unless it has none. */
  readonly look: string;
  /** What the gateway puts before the names of the server's tools. */
  readonly prefix?: string;
  /** The only tools of the server that the gateway offers; undefined: all. */
  readonly allowTools?: readonly string[];
  /** Recorded definitions of its tools; undefined: none were. */
  readonly definitions?: Definitions;
}

export interface Config {
  readonly metrics: Address | undefined;
  readonly gatewayHealth: URL | undefined;
  /** Where the gateway's clients find it. */
  readonly gateway: GatewayAddress | undefined;
  readonly logLevel: Level;
  /** What becomes of a server whose tools are not as recorded. */
  readonly toolDefinitions: DefinitionMode;
  /** Undefined: no traces. */
  readonly traces: TraceSettings | undefined;
  /** So long the gateway's start is held up for required servers, and for the others. */
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

/** What a Secret lacks, or has and HTTP does not allow, is the problem of this one server, and not of the others. */
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

/** Values are without what a Secret that was made from a file ends in; whether HTTP allows them is still open. */
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

/** `:port` is every address, of both families, or of IPv4 where there is no IPv6: Node.js listens so without a host. */
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
