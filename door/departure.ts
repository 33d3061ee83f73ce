// Shutdown without clients noticing: the door serves until another pod can, then sends clients there and waits for running calls.

import type { Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** Time after which no client is sent here any more, once the pod is about to stop. */
const leadMs = 2000;
/** Minimum share of the time that calls get. */
const callsShare = 0.25;
/** Proxies may send clients here for longer: the pod stops once none has come for this long. */
const quietMs = 2000;
const lookMs = 100;

export class Departure {
  readonly #http: Server;
  readonly #open = new Set<ServerResponse>();
  readonly #ending = new AbortController();
  #hasBegun = false;
  #lastUsed = 0;

  constructor(http: Server) {
    this.#http = http;
  }

  /** It still serves, but another pod may take over soon. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Aborts when clients must go elsewhere. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Tracks an open answer: one that begins after shutdown has begun is the last of its connection. */
  watch(response: ServerResponse): void {
    this.#lastUsed = Date.now();
    if (this.ending.aborted) response.shouldKeepAlive = false;
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  /** Shuts down within `ms`, after `lead`; `takeOver` settles when another pod serves, or at its deadline. */
  async go(ms: number, takeOver: (deadline: number) => Promise<void>, lead = leadMs): Promise<void> {
    this.#hasBegun = true;
    const end = Date.now() + lead + ms;
    await pause(lead);
    await takeOver(end - ms * callsShare);
    this.#ending.abort();
    // A connection that is closed while its client sends the next call would lose it: so the answer before says that it ends.
    for (const response of this.#open) response.shouldKeepAlive = false;
    this.#lastUsed = Date.now();
    await this.#quiet(end, Math.min(quietMs, ms / 4));
    this.#http.close();
    this.#http.closeIdleConnections();
  }

  /** Waits until no answer is out, and nobody has come for `ms`. */
  async #quiet(end: number, ms: number): Promise<void> {
    const isQuiet = (): boolean => this.#open.size === 0 && Date.now() - this.#lastUsed >= ms;
    while (!isQuiet() && Date.now() < end) await pause(lookMs);
  }
}
