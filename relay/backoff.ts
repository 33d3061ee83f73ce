// When to try a failing server again.

/** First pause between failing attempts; a waiting call resets it. */
const firstDelayMs = 250;

export class Backoff {
  #failures = 0;
  #nextAttemptAt = 0;

  /** Failed attempts since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** How long until an attempt is allowed; zero or less: now. */
  get waitMs(): number {
    return this.#nextAttemptAt - Date.now();
  }

  failed(longestMs: number, isWaitedFor: boolean): void {
    const longest = isWaitedFor ? firstDelayMs : longestMs;
    const delay = Math.min(longest, firstDelayMs * 2 ** this.#failures);
    this.#failures++;
    // Not all servers, and not all relays, at the same moment.
    this.#nextAttemptAt = Date.now() + delay * (0.8 + 0.4 * Math.random());
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Somebody waits, who does not have to wait for the end of a long delay. */
  hurry(): void {
    this.#nextAttemptAt = Math.min(this.#nextAttemptAt, Date.now() + firstDelayMs);
  }
}
