// The end of calls that are out when something is about to go: later ones are not waited for, or a busy client would hold it up for ever.

import { setTimeout as pause } from 'node:timers/promises';

/** A session, with the ids of its requests that have no answer yet. */
export interface Busy {
  readonly out: readonly string[];
}

const lookMs = 50;

/** Waits until the requests that are out now have been answered, at most so long; gives how many have not. */
export async function drained(sessions: readonly Busy[], limitMs: number): Promise<number> {
  const end = Date.now() + limitMs;
  let waiting = sessions.flatMap((session) => session.out.map((id) => ({ session, id })));
  for (;;) {
    waiting = waiting.filter(({ session, id }) => session.out.includes(id));
    if (waiting.length === 0 || Date.now() >= end) return waiting.length;
    await pause(lookMs);
  }
}
