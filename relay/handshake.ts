// How the gateway begins a session: with `initialize`, or with `server/discover` of protocol 2026-07-28. Known for the gateway that
// the chart runs, learned from any other, and used to begin on connections in advance.

import type { Envelope } from './envelope.ts';
import { isObject, Method, parse } from './messages.ts';

/** `legacy`: a connection is initialized; `modern`: it is not, and each request says who asks. */
export type Era = 'legacy' | 'modern';

export interface Handshake {
  readonly era: Era;
  /** JSON text of the parameters; equal for equal parameters. */
  readonly params: string;
  /** A process that has answered one handshake is good for all with the same key: in the new protocol for any. */
  readonly key: string;
}

/** Docker/mcp-gateway v0.43. */
const usual = {
  protocolVersion: '2025-06-18',
  clientInfo: { name: 'docker-mcp-gateway', version: '1.0.0' },
  capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
};

const metaKeys = ['protocolVersion', 'clientInfo', 'clientCapabilities'].map((key) => `io.modelcontextprotocol/${key}`);
const [versionKey = ''] = metaKeys;

/** For servers that speak nothing else, until a gateway has said what it sends. */
const usualModern = handshakeFrom('modern', {
  _meta: {
    [versionKey]: '2026-07-28',
    'io.modelcontextprotocol/clientInfo': usual.clientInfo,
    'io.modelcontextprotocol/clientCapabilities': { roots: {}, sampling: {}, elicitation: { form: {} } },
  },
});

/** What a request says of how its session begins; undefined if it says nothing. */
export function handshakeOf(bytes: Buffer, { method }: Envelope): Handshake | undefined {
  const params = parse(bytes)?.['params'];
  if (method === Method.initialize) return params === undefined ? undefined : handshakeFrom('legacy', params);
  const meta = isObject(params) ? params['_meta'] : undefined;
  if (!isObject(meta) || typeof meta[versionKey] !== 'string') return undefined;
  const entries = metaKeys.filter((key) => key in meta).map((key) => [key, meta[key]]);
  return handshakeFrom('modern', { _meta: Object.fromEntries(entries) });
}

function handshakeFrom(era: Era, params: unknown): Handshake {
  const text = JSON.stringify(sorted(params));
  return { era, params: text, key: era === 'modern' ? era : text };
}

/** The request that begins a connection. */
export function opening({ era }: Handshake): string {
  return era === 'legacy' ? Method.initialize : Method.discover;
}

/** What an `initialize` is answered with for a server whose own answer is not known. */
export function standIn({ params }: Handshake, name: string): string {
  const { protocolVersion } = JSON.parse(params) as { readonly protocolVersion?: unknown };
  const listChanged = true;
  return JSON.stringify({
    protocolVersion: typeof protocolVersion === 'string' ? protocolVersion : usual.protocolVersion,
    capabilities: { tools: { listChanged }, prompts: { listChanged }, resources: { listChanged }, logging: {} },
    serverInfo: { name, version: '' },
  });
}

/** The last handshakes seen, shared by all servers, because the one gateway sends the same to each. */
export class KnownHandshake {
  readonly #current: Record<Era, Handshake> = { legacy: handshakeFrom('legacy', usual), modern: usualModern };
  #asksModern = false;
  readonly #listeners: (() => void)[] = [];

  current(era: Era): Handshake {
    return this.#current[era];
  }

  /** Whether the gateway begins by `server/discover`. */
  get asksModern(): boolean {
    return this.#asksModern;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  learn(handshake: Handshake): void {
    const { era } = handshake;
    const isNews = this.#current[era].key !== handshake.key || (era === 'modern' && !this.#asksModern);
    this.#current[era] = handshake;
    if (era === 'modern') this.#asksModern = true;
    if (!isNews) return;
    for (const listener of this.#listeners) listener();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}
