// A client's session. It outlives the gateway's session: if that is lost, another one is opened with the client's first parameters.

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isObject } from '../relay/messages.ts';
import { type Gateway, isLost, type Lost, readMessages, readText } from './gateway.ts';
import type { SessionFacts } from './seal.ts';

/** What the gateway knows of a session. */
export interface Attached {
  readonly id: string;
  readonly version: string;
  /** JSON text of its answer to `initialize`. */
  readonly greeting: string;
}

const retryMs = 250;
const maxGreeting = 1 << 20;
const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export class Session {
  readonly id: string;
  readonly facts: SessionFacts;
  lastUsed = Date.now();
  /** Requests of the client that wait for an answer, and its stream. */
  open = 0;
  /** How often the gateway has lost the session. */
  losses = 0;
  /** Servers that were used, and how often the gateway had lost the session by then. */
  readonly #used = new Map<string, number>();
  readonly #isCarriedOn: boolean;
  readonly #gateway: Gateway;
  #attached: Attached | undefined;
  #attaching: Promise<Attached | Lost> | undefined;
  #isOver = false;

  constructor(id: string, facts: SessionFacts, gateway: Gateway, isCarriedOn = false) {
    this.#isCarriedOn = isCarriedOn;
    this.id = id;
    this.facts = facts;
    this.#gateway = gateway;
  }

  /** The name that the client gives itself. */
  get clientName(): string {
    const params = parsed(this.facts.params);
    const info = isObject(params) ? params['clientInfo'] : undefined;
    return isObject(info) && typeof info['name'] === 'string' ? info['name'] : '';
  }

  /** Distinguishes it from others, and grants no access. */
  get label(): string {
    return createHash('sha256').update(this.id).digest('base64url').slice(0, 10);
  }

  /** Runs something in the session, which is not idle until that is done. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.open++;
    try {
      return await work();
    } finally {
      this.open--;
      this.lastUsed = Date.now();
    }
  }

  /** The gateway's session, which is opened if there is none; waits for the gateway until `deadline`. */
  async attach(deadline: number): Promise<Attached | Lost> {
    if (this.#attached) return this.#attached;
    this.#attaching ??= this.#openUntil(deadline).finally(() => (this.#attaching = undefined));
    return this.#attaching;
  }

  /** Notes that a server is used; true once after each loss, because the server's state for this session may be gone. */
  hasLostState(server: string): boolean {
    const before = this.#used.get(server) ?? (this.#isCarriedOn ? -1 : this.losses);
    this.#used.set(server, this.losses);
    return before !== this.losses;
  }

  /** The gateway does not know this session any more. */
  detach({ id }: Attached): void {
    if (this.#attached?.id !== id) return;
    this.#attached = undefined;
    this.losses++;
  }

  /** Releases the gateway's session. A client that comes back gets another one, unless its own session was closed. */
  async release(isOver = false): Promise<void> {
    this.#isOver ||= isOver;
    const attached = this.#attached;
    this.#attached = undefined;
    if (!attached) return;
    const { id, version } = attached;
    const reply = await this.#gateway.send({ method: 'DELETE', session: id, version });
    if (!isLost(reply)) reply.resume();
  }

  async #openUntil(deadline: number): Promise<Attached | Lost> {
    for (;;) {
      const result = await this.#open();
      if (!isLost(result)) {
        this.#attached = result;
        // It has ended while it was opened.
        if (this.#isOver) await this.release();
        return result;
      }
      if (result.wasSent || Date.now() + retryMs > deadline) return result;
      await pause(retryMs);
    }
  }

  /** `wasSent` of a loss: retrying is pointless. */
  async #open(): Promise<Attached | Lost> {
    const body = `{"jsonrpc":"2.0","id":"mcpgen-door","method":"initialize","params":${this.facts.params}}`;
    const reply = await this.#gateway.send({ method: 'POST', body });
    if (isLost(reply)) return { ...reply, wasSent: false };
    if (reply.statusCode !== 200) {
      const text = (await readText(reply)).slice(0, 200).trim();
      return {
        lost: `it answered initialize with status ${reply.statusCode}: ${text}`,
        wasSent: reply.statusCode !== 503,
      };
    }
    let answer: unknown;
    const sink = { message: (text: string) => (answer ??= parsed(text)), drained: () => undefined };
    const ending = await readMessages(reply, maxGreeting, sink);
    const id = reply.headers['mcp-session-id'];
    const result = isObject(answer) ? answer['result'] : undefined;
    if (typeof id !== 'string' || !isObject(result)) {
      const error = isObject(answer) && isObject(answer['error']) ? String(answer['error']['message']) : 'no answer';
      return { lost: `it refused initialize: ${error.slice(0, 200)}`, wasSent: ending === 'ended' };
    }
    const version = typeof result['protocolVersion'] === 'string' ? result['protocolVersion'] : '2025-06-18';
    const done = await this.#gateway.send({ method: 'POST', session: id, version, body: initialized });
    if (isLost(done)) return { ...done, wasSent: false };
    done.resume();
    return { id, version, greeting: JSON.stringify(result) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
