// What the gateway says in `initialize`: known of the gateway that the chart runs, learned from any other, and used to do the
// handshake of connections ahead.

import { isObject, parse } from './messages.ts';

export interface Handshake {
  /** JSON text of the parameters; equal for equal parameters. */
  readonly params: string;
}

/** docker/mcp-gateway v0.43. */
const usual = {
  protocolVersion: '2025-06-18',
  clientInfo: { name: 'docker-mcp-gateway', version: '1.0.0' },
  capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
};

/** The handshake of an `initialize` request, or undefined if the message has no parameters. */
export function handshakeOf(initialize: Buffer): Handshake | undefined {
  const params = parse(initialize)?.['params'];
  return params === undefined ? undefined : { params: JSON.stringify(sorted(params)) };
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

/** The last handshake seen, shared by all servers: they have one gateway, which says the same to each. */
export class KnownHandshake {
  #current: Handshake = { params: JSON.stringify(sorted(usual)) };
  readonly #listeners: (() => void)[] = [];

  get current(): Handshake {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  learn(handshake: Handshake): void {
    if (this.#current.params === handshake.params) return;
    this.#current = handshake;
    for (const listener of this.#listeners) listener();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}
