// The gateway's sessions of users whose protocol has none: a few for each, shared by all clients of that user.

import { type Caller, fingerprint } from './caller.ts';
import { Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** As many requests of a user are served without one waiting for another in a server. */
const maxPerUser = 4;
/** What the gateway is told: nobody is there whom a server could ask something. */
const opening = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'mcpgen-door', version: '1' } };

export class Pool {
  readonly #sessions: Sessions;
  readonly #byUser = new Map<string, Session[]>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** A session that nothing else uses, or of those that there may be, the one that has least to do. */
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
