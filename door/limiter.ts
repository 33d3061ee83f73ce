// Rate limit of each user: a token bucket that refills within a minute.

interface Bucket {
  left: number;
  at: number;
}

const maxBuckets = 10_000;

export class Limiter {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes one; otherwise the seconds until there is one again. */
  take(identity: string, now = Date.now()): number | undefined {
    const bucket = this.#buckets.get(identity) ?? { left: this.#perMinute, at: now };
    bucket.left = Math.min(this.#perMinute, bucket.left + ((now - bucket.at) * this.#perMinute) / 60_000);
    bucket.at = now;
    if (bucket.left < 1) return Math.max(1, Math.ceil(((1 - bucket.left) * 60) / this.#perMinute));
    bucket.left -= 1;
    // The last one used comes last, so that the first ones are full again.
    this.#buckets.delete(identity);
    this.#buckets.set(identity, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= maxBuckets) break;
      this.#buckets.delete(oldest);
    }
    return undefined;
  }
}
