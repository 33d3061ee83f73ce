// How many connections to a server are kept ready: one more for each session that had to wait, one fewer after a quiet while.

import type { ServerSettings } from './config.ts';

/** Time without a miss after which one connection fewer is kept. */
const maxShrinkAfterMs = 60_000;

export class WarmTarget {
  readonly #min: number;
  readonly #max: number;
  readonly #shrinkAfterMs: number;
  #value: number;
  #shrinkAt = 0;

  constructor({ warm: { min, max }, idleSeconds }: ServerSettings) {
    this.#min = min;
    this.#max = max;
    this.#value = min;
    // When the last session has been idle long enough to release its server, the floor is reached as well.
    const steps = max - min + 1;
    this.#shrinkAfterMs = idleSeconds > 0 ? Math.min(maxShrinkAfterMs, (idleSeconds * 1000) / steps) : maxShrinkAfterMs;
  }

  get value(): number {
    return this.#value;
  }

  /** Until the next step down, or undefined at the floor. */
  get shrinksInMs(): number | undefined {
    return this.#value > this.#min ? Math.max(0, this.#shrinkAt - Date.now()) : undefined;
  }

  /** A session had to wait. */
  grow(): void {
    this.#value = Math.min(this.#max, this.#value + 1);
    this.#shrinkAt = Date.now() + this.#shrinkAfterMs;
  }

  /** One step down, if it is time. */
  shrink(): void {
    if (this.shrinksInMs !== 0) return;
    this.#value--;
    this.#shrinkAt = Date.now() + this.#shrinkAfterMs;
  }
}
