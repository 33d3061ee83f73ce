// The sessions in this door, by id. It resumes a session that it does not know, if the session belongs to the caller.

import type { Log } from '../relay/log.ts';
import { type Caller, fingerprint } from './caller.ts';
import type { Gateway } from './gateway.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import { keptParams, type Seal, type SessionFacts } from './seal.ts';
import { Session } from './session.ts';

export interface SessionLimits {
  /** Sessions of one user that the gateway keeps at the same time. */
  readonly perUser: number;
  /** Time without traffic after which a session releases the gateway's session. */
  readonly idleSeconds: number;
  /** Lifetime of an id. */
  readonly maxAgeSeconds: number;
}

const sweepMs = 30_000;
const maxEnded = 10_000;
const unknown = new Refusal(404, ErrorCode.NoSession, 'unknown session: send initialize to open a new one');

export class Sessions {
  readonly #limits: SessionLimits;
  readonly #seal: Seal;
  readonly #gateway: Gateway;
  readonly #pod: string;
  readonly #log: Log;
  readonly #byId = new Map<string, Session>();
  /** Ids that clients have ended, the last ones. */
  readonly #ended = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: SessionLimits, seal: Seal, gateway: Gateway, pod: string, log: Log) {
    this.#limits = limits;
    this.#seal = seal;
    this.#gateway = gateway;
    this.#pod = pod;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(), sweepMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** A new session; the gateway does not know of it yet. */
  begin(caller: Caller, params: { readonly [field: string]: unknown }): Session | Refusal {
    const kept = keptParams(params);
    if (kept === undefined)
      return new Refusal(400, ErrorCode.InvalidParams, 'initialize needs protocolVersion and clientInfo');
    const facts = { user: fingerprint(caller), pod: this.#pod, begun: Math.floor(Date.now() / 1000), params: kept };
    const id = this.#seal.close(facts);
    if (id === undefined)
      return new Refusal(400, ErrorCode.InvalidParams, 'the capabilities of initialize are too long: 2 KB at most');
    return this.#add(new Session(id, facts, this.#gateway));
  }

  /** The caller's session of this id. To everybody else it does not exist. */
  find(id: string, caller: Caller): Session | Refusal {
    const known = this.#byId.get(id);
    const user = fingerprint(caller);
    if (known) return known.facts.user === user ? known : unknown;
    if (this.#ended.has(id)) return unknown;
    const facts = this.#seal.open(id);
    if (facts?.user !== user || Date.now() / 1000 - facts.begun > this.#limits.maxAgeSeconds) return unknown;
    this.#log.info('session resumed', { begunIn: facts.pod });
    return this.#add(new Session(id, facts, this.#gateway, true));
  }

  /** Whether this door still has the session: it may have released it. */
  has({ id }: Session): boolean {
    return this.#byId.has(id);
  }

  /** The facts in the id of a caller's session; undefined: it belongs to another caller. */
  facts(id: string, caller: Caller): SessionFacts | undefined {
    const facts = this.#byId.get(id)?.facts ?? this.#seal.open(id);
    return facts?.user === fingerprint(caller) && !this.#ended.has(id) ? facts : undefined;
  }

  async end(session: Session): Promise<void> {
    this.#byId.delete(session.id);
    this.#ended.add(session.id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= maxEnded) break;
      this.#ended.delete(oldest);
    }
    await session.release(true);
  }

  /** A session that could not be opened. */
  drop(session: Session): void {
    this.#byId.delete(session.id);
  }

  /** Releases idle sessions; their ids stay valid. */
  sweep(now = Date.now()): void {
    const limit = this.#limits.idleSeconds * 1000;
    for (const session of this.#byId.values()) {
      if (session.open === 0 && now - session.lastUsed > limit) this.#letGo(session);
    }
  }

  #letGo(session: Session): void {
    this.#byId.delete(session.id);
    void session.release();
  }

  #add(session: Session): Session | Refusal {
    const own = [...this.#byId.values()].filter(({ facts }) => facts.user === session.facts.user);
    if (own.length >= this.#limits.perUser) {
      const [idle] = own.filter(({ open }) => open === 0).toSorted((a, b) => a.lastUsed - b.lastUsed);
      if (!idle) {
        const text = `you have ${own.length} sessions with open requests, which is the limit: close one, or ask for a higher door.limits.sessions`;
        return new Refusal(429, ErrorCode.Limit, text, { 'retry-after': '10' });
      }
      this.#letGo(idle);
    }
    this.#byId.set(session.id, session);
    return session;
  }
}
