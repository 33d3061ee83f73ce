// The door's configuration: one JSON file that the chart writes, checked, with defaults.

import { ConfigError, type Reader, readRoot } from '../relay/config-reader.ts';
import type { PeersConfig } from './peers.ts';
import { readListen } from '../relay/config.ts';
import { isLevel, type Level } from '../relay/log.ts';
import type { Address } from '../relay/upstream.ts';
import type { Admission } from './admission.ts';
import { checkPrefixes, type IssuerConfig, readIssuer } from './issuer-config.ts';
import { readRule, type Rule } from './rules.ts';

export type { IssuerConfig };

export interface Limits {
  readonly connections: number;
  readonly headerKiB: number;
  readonly bodyKiB: number;
  readonly answerMiB: number;
  /** Time within which a request must be complete. */
  readonly requestSeconds: number;
  readonly callsPerMinute: number;
  readonly sessions: number;
}

export interface Config {
  readonly listen: Address;
  readonly admin: Address;
  readonly gateway: URL;
  readonly gatewayToken: string;
  /** Where clients find the endpoint. */
  readonly path: string;
  readonly pod: string;
  /** Where the doors of all pods are; undefined: there is one. */
  readonly peers: PeersConfig | undefined;
  readonly admission: Admission;
  /** Folder with a file per key. */
  readonly keys: string | undefined;
  /** URL of the endpoint, for which tokens must be; empty: there are no issuers. */
  readonly resource: string;
  readonly issuers: readonly IssuerConfig[];
  /** Scopes that each token must have. */
  readonly scopes: readonly string[];
  /** Where the relay says what each server offers. */
  readonly relay: URL | undefined;
  /** Tools of servers that the relay does not know. */
  readonly tools: { readonly [server: string]: readonly string[] };
  readonly rules: readonly Rule[];
  /** Servers that keep state for a session. */
  readonly stateful: readonly string[];
  readonly limits: Limits;
  readonly waitSeconds: number;
  readonly idleSeconds: number;
  readonly drainSeconds: number;
  readonly maxAgeSeconds: number;
  readonly logLevel: Level;
}

const limits: Limits = {
  connections: 2000,
  headerKiB: 16,
  bodyKiB: 4096,
  answerMiB: 20,
  requestSeconds: 30,
  callsPerMinute: 600,
  sessions: 20,
};

type Environment = { readonly [name: string]: string | undefined };

export function readConfig(text: string, environment: Environment): Config {
  const root = readRoot(text);
  const logLevel = root.text('logLevel') ?? 'info';
  if (!isLevel(logLevel)) throw new ConfigError(`logLevel ${logLevel} is invalid: use debug, info, warn or error`);
  const gatewayToken = environment['MCP_GATEWAY_AUTH_TOKEN']?.trim();
  if (!gatewayToken) throw new ConfigError('the environment variable MCP_GATEWAY_AUTH_TOKEN is not set');
  const gateway = optionalUrl(root, 'gateway');
  if (!gateway) throw new ConfigError('configuration.gateway is missing');
  const issuers = readList(root.value('issuers'), 'issuers').map((one, index) =>
    readIssuer(one, `issuers[${index}]`, environment),
  );
  checkPrefixes(issuers);
  const peers = root.object('peers');
  const hosts = peers.texts('hosts') ?? [];
  const resource = optionalUrl(root, 'resource')?.href ?? '';
  if (issuers.length > 0 && resource === '')
    throw new ConfigError('resource is missing: issuers need the URL of the endpoint');
  return {
    listen: readListen(required(root, 'listen'), 'listen'),
    admin: readListen(required(root, 'admin'), 'admin'),
    gateway,
    gatewayToken,
    path: root.text('path') ?? '/mcp',
    pod: environment['POD_IP'] ?? '127.0.0.1',
    peers: hosts.length === 0 ? undefined : { hosts, port: peers.number('port', 0) },
    admission: {
      hosts: (root.texts('hosts') ?? []).map((host) => host.toLowerCase()),
      origins: root.texts('origins') ?? [],
    },
    keys: root.text('keys'),
    resource,
    issuers,
    scopes: root.texts('scopes') ?? [],
    relay: optionalUrl(root, 'relay'),
    tools: readTools(root.object('tools')),
    rules: readList(root.value('rules'), 'rules').map((rule, index) => readRule(rule, `rules[${index}]`)),
    stateful: root.texts('stateful') ?? [],
    limits: readLimits(root.object('limits')),
    waitSeconds: root.number('waitSeconds', 30),
    idleSeconds: root.number('idleSeconds', 3600),
    drainSeconds: root.number('drainSeconds', 20),
    maxAgeSeconds: 86_400 * root.number('maxAgeDays', 30),
    logLevel,
  };
}

function readLimits(reader: Reader): Limits {
  const entries = Object.entries(limits).map(([name, value]) => [name, reader.number(name, value as number)]);
  return Object.fromEntries(entries) as unknown as Limits;
}

function readTools(reader: Reader): { readonly [server: string]: readonly string[] } {
  return Object.fromEntries(reader.names().map((server) => [server, reader.texts(server) ?? []]));
}

function readList(value: unknown, name: string): readonly unknown[] {
  if (value !== undefined && !Array.isArray(value)) throw new ConfigError(`configuration.${name} must be a list`);
  return value ?? [];
}

function optionalUrl(reader: Reader, name: string): URL | undefined {
  const text = reader.text(name);
  if (text !== undefined && !URL.canParse(text)) throw new ConfigError(`configuration.${name} is not a URL`);
  return text === undefined ? undefined : new URL(text);
}

function required(reader: Reader, name: string): string {
  const text = reader.text(name);
  if (text === undefined) throw new ConfigError(`configuration.${name} is missing`);
  return text;
}
