// The connections to one server that are kept ready, and the wait for one when there is none.

import type { ServerSettings } from './config.ts';
import type { Handshake, KnownHandshake } from './handshake.ts';
import type { Log } from './log.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';
import { WarmConnection, type WarmState } from './warm.ts';

export class UnavailableError extends Error {
  /** The JSON-RPC error with which the server refused the handshake, if it did. */
  readonly answer: unknown;

  constructor(message: string, answer?: unknown) {
    super(message);
    this.answer = answer;
  }
}

interface Waiter {
  readonly handshake: Handshake;
  readonly resolve: (connection: WarmConnection) => void;
  readonly reject: (error: UnavailableError) => void;
  readonly giveUp: () => void;
  timer: NodeJS.Timeout;
}

/** Failing attempts are so far apart; a call that waits makes them as frequent as the first is. */
const firstDelayMs = 250;
const maxDelayMs = 30_000;
/** To look for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3000;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 10_000;
/** Let the call that took a connection have the processor before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;
/** Without a miss for so long, one connection less is kept. */
const shrinkAfterMs = 60_000;

export class Pool {
  readonly #settings: ServerSettings;
  readonly #open: (handlers: UpstreamHandlers) => Upstream;
  readonly #known: KnownHandshake;
  readonly #metrics: ServerMetrics;
  readonly #log: Log;
  readonly #connections = new Set<WarmConnection>();
  readonly #waiters: Waiter[] = [];
  #target: number;
  #failures = 0;
  #nextAttemptAt = 0;
  #lastMissAt = 0;
  #lastError = '';
  #reachable = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = 0;
  #closed = false;

  constructor(
    settings: ServerSettings,
    open: (handlers: UpstreamHandlers) => Upstream,
    known: KnownHandshake,
    metrics: ServerMetrics,
    log: Log,
  ) {
    this.#settings = settings;
    this.#open = open;
    this.#known = known;
    this.#metrics = metrics;
    this.#log = log;
    this.#target = settings.warm.min;
    known.onChange(() => this.#shakeAll());
  }

  /** Whether the last attempt to reach the server succeeded. */
  get reachable(): boolean {
    return this.#reachable;
  }

  get lastError(): string {
    return this.#lastError;
  }

  /** Opens what is to be ready; with nothing to keep, one connection shows whether the server is there. */
  start(): void {
    this.#fill(this.#target === 0 ? 1 : 0);
  }

  /** Whether `take` will not have to wait. */
  get isReady(): boolean {
    return [...this.#connections].some(({ state }) => state === 'ready');
  }

  /**
   * A connection on which this handshake is done. Rejects with an `UnavailableError` if the server cannot be reached within
   * the limit; one that is starting by then may take the time that a handshake may take.
   */
  take(handshake: Handshake, limitMs: number): Promise<WarmConnection> {
    this.#known.learn(handshake);
    const ready = this.#findReady(handshake);
    if (ready) {
      this.#metrics.warmHits.add(1);
      return Promise.resolve(this.#handOver(ready));
    }
    this.#metrics.warmMisses.add(1);
    this.#lastMissAt = Date.now();
    this.#target = Math.min(Math.max(this.#settings.warm.max, this.#settings.warm.min), this.#target + 1);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new UnavailableError(this.#lastError || `it cannot be reached within ${limitMs / 1000} s`));
      };
      const timer = setTimeout(() => {
        const isStarting = [...this.#connections].some(({ state }) => state === 'handshaking');
        if (isStarting) this.#waitOn(waiter);
        else giveUp();
      }, limitMs);
      const waiter: Waiter = { handshake, resolve, reject, giveUp, timer };
      this.#waiters.push(waiter);
      // A call that waits does not have to wait for the end of a long back-off.
      this.#nextAttemptAt = Math.min(this.#nextAttemptAt, Date.now() + firstDelayMs);
      this.#fill();
    });
  }

  /** A connection without a handshake, for a client that speaks otherwise. */
  openPlain(handlers: UpstreamHandlers): Upstream {
    return this.#open(handlers);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const connection of this.#connections) this.#drop(connection);
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(new UnavailableError('the relay is stopping'));
    }
  }

  #findReady(handshake: Handshake): WarmConnection | undefined {
    for (const connection of this.#connections) {
      if (connection.state !== 'ready') continue;
      if (connection.fresh && connection.handshake?.params === handshake.params) return connection;
      this.#drop(connection);
    }
    return undefined;
  }

  #handOver(connection: WarmConnection): WarmConnection {
    this.#connections.delete(connection);
    connection.leave();
    this.#failures = 0;
    this.#count();
    this.#fillLater(refillDelayMs);
    return connection;
  }

  #drop(connection: WarmConnection): void {
    this.#connections.delete(connection);
    connection.leave();
    connection.upstream.release();
    this.#count();
  }

  #count(): void {
    let ready = 0;
    for (const { state } of this.#connections) if (state === 'ready') ready++;
    this.#metrics.warm.set(ready);
    this.#metrics.warmTarget.set(this.#target);
  }

  /** The gateway speaks otherwise than before: what is ready is of no use. */
  #shakeAll(): void {
    for (const connection of this.#connections) {
      if (connection.state === 'ready') this.#drop(connection);
      else if (connection.state === 'connected') this.#shake(connection);
    }
    this.#fillLater(0);
  }

  #shake(connection: WarmConnection): void {
    const handshaking = [...this.#connections].filter(({ state }) => state === 'handshaking');
    const waiter = this.#waiters.find(
      ({ handshake }) => !handshaking.some((other) => other.handshake?.params === handshake.params),
    );
    const handshake = waiter?.handshake ?? this.#known.current;
    if (handshake) connection.shake(handshake);
  }

  #waitOn(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    waiter.timer = setTimeout(waiter.giveUp, this.#settings.handshakeTimeoutSeconds * 1000);
  }

  /** The first who waits for this handshake. */
  #nextWaiter(handshake: Handshake | undefined): Waiter | undefined {
    const index = this.#waiters.findIndex((waiter) => waiter.handshake.params === handshake?.params);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    clearTimeout(waiter?.timer);
    return waiter;
  }

  #progress(connection: WarmConnection): void {
    if (connection.state === 'connected') {
      this.#setReachable(true, '');
      this.#shake(connection);
      return;
    }
    this.#metrics.handshakeSeconds.observe(connection.handshakeSeconds);
    this.#count();
    const waiter = this.#nextWaiter(connection.handshake);
    if (waiter) waiter.resolve(this.#handOver(connection));
    else if (connection.handshake?.params !== this.#known.current?.params) this.#drop(connection);
    // It is the next one's turn.
    for (const other of this.#waiters) this.#waitOn(other);
    this.#fillLater(this.#waiters.length > 0 ? 0 : refillDelayMs);
  }

  #failed(connection: WarmConnection, before: WarmState, reason: string): void {
    this.#connections.delete(connection);
    this.#count();
    if (this.#closed) return;
    const started = before === 'handshaking' || before === 'connected';
    this.#log.info(
      started ? 'server did not start' : before === 'ready' ? 'warm connection lost' : 'server not reached',
      {
        reason,
        failures: this.#failures,
      },
    );
    this.#metrics.warmFailures.add(1);
    if (before === 'ready' && Date.now() - connection.openedAt > shortLifeMs) this.#failures = 0;
    else this.#backOff(before === 'connecting' ? maxUnreachedDelayMs : maxDelayMs);
    if (before !== 'ready') this.#setReachable(before !== 'connecting', reason);
    // Who waits for a server that is not there may be lucky in time; a server that starts and fails will fail again.
    if (before === 'handshaking') {
      this.#nextWaiter(connection.handshake)?.reject(new UnavailableError(reason, connection.error));
    }
    this.#fill();
  }

  #setReachable(reachable: boolean, error: string): void {
    if (reachable !== this.#reachable)
      this.#log.info(reachable ? 'server is reachable' : 'server is not reachable', { error });
    this.#reachable = reachable;
    this.#lastError = error;
    this.#metrics.up.set(reachable ? 1 : 0);
  }

  #backOff(longestMs: number): void {
    const longest = this.#waiters.length > 0 ? firstDelayMs : longestMs;
    const delay = Math.min(longest, firstDelayMs * 2 ** this.#failures);
    this.#failures++;
    // Not all servers, and not all relays, at the same moment.
    this.#nextAttemptAt = Date.now() + delay * (0.8 + 0.4 * Math.random());
  }

  /** Opens as many connections as are missing, or waits until that is allowed. */
  #fill(atLeast = 0): void {
    if (this.#closed) return;
    this.#shrink();
    const wanted = Math.max(this.#target, this.#waiters.length, atLeast) - this.#connections.size;
    if (wanted <= 0) return;
    const wait = this.#nextAttemptAt - Date.now();
    if (wait > 0) {
      this.#fillLater(wait);
      return;
    }
    // Those that nobody waits for start one after the other. And while a server fails, one attempt shows as much as many.
    const starting = [...this.#connections].filter(
      ({ state }) => state === 'connecting' || state === 'handshaking',
    ).length;
    const count = Math.min(wanted, Math.min(Math.max(1, this.#waiters.length), maxStarting) - starting);
    for (let index = 0; index < count; index++) {
      const events = {
        progress: (connection: WarmConnection) => this.#progress(connection),
        failed: (connection: WarmConnection, before: WarmState, reason: string) =>
          this.#failed(connection, before, reason),
      };
      this.#connections.add(new WarmConnection(this.#open, this.#settings.handshakeTimeoutSeconds * 1000, events));
    }
  }

  #fillLater(delayMs: number): void {
    if (this.#closed) return;
    const at = Math.max(Date.now() + delayMs, this.#nextAttemptAt);
    if (this.#timer && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#fill();
    }, at - Date.now());
  }

  #shrink(): void {
    if (Date.now() - this.#lastMissAt > shrinkAfterMs && this.#target > this.#settings.warm.min) {
      this.#target--;
      this.#lastMissAt = Date.now();
    }
    for (const connection of this.#connections) {
      if (this.#connections.size <= Math.max(this.#target, this.#waiters.length)) break;
      if (connection.state === 'ready') this.#drop(connection);
    }
    if (this.#target > this.#settings.warm.min) this.#fillLater(shrinkAfterMs);
  }
}
