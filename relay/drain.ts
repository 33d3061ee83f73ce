// Waits for running calls before a shutdown; not for later ones, or a busy client would delay it forever.

import { setTimeout as pause } from 'node:timers/promises';

/** A session, with the ids of its requests that have no answer yet. */
export interface Busy {
  readonly out: readonly string[];
}

const lookMs = 50;

/** Waits until the running requests are answered, at most this long; returns how many are not. */
export async function drained(sessions: readonly Busy[], limitMs: number): Promise<number> {
  const end = Date.now() + limitMs;
  let waiting = sessions.flatMap((session) => session.out.map((id) => ({ session, id })));
  for (;;) {
    waiting = waiting.filter(({ session, id }) => session.out.includes(id));
    if (waiting.length === 0 || Date.now() >= end) return waiting.length;
    await pause(lookMs);
  }
}
