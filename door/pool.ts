// Gateway sessions for users whose protocol has none: a few per user, shared by all of the user's clients.

import { type Caller, fingerprint } from './caller.ts';
import { Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Requests of a user that run at the same time without waiting for each other in a server. */
const maxPerUser = 4;
/** The gateway's client has no capabilities: a server has nobody to ask. */
const opening = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'mcpgen-door', version: '1' } };

export class Pool {
  readonly #sessions: Sessions;
  readonly #byUser = new Map<string, Session[]>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** An unused session, or if there may be no more, the least busy one. */
  take(caller: Caller): Session | Refusal {
    const user = fingerprint(caller);
    const own = (this.#byUser.get(user) ?? []).filter((session) => this.#sessions.has(session));
    const [idlest] = own.toSorted((a, b) => a.open - b.open);
    if (idlest && (idlest.open === 0 || own.length >= maxPerUser)) return idlest;
    const another = this.open(caller);
    if (another instanceof Refusal) return idlest ?? another;
    this.#forget();
    this.#byUser.set(user, [...own, another]);
    return another;
  }

  /** One that is for one request only. */
  open(caller: Caller): Session | Refusal {
    return this.#sessions.begin(caller, opening);
  }

  /** Users that have not been here for long. */
  #forget(): void {
    for (const [user, own] of this.#byUser)
      if (!own.some((session) => this.#sessions.has(session))) this.#byUser.delete(user);
  }
}
