// The connections to one server that are kept ready, and the wait for one when there is none.

import { Backoff } from './backoff.ts';
import type { ServerSettings } from './config.ts';
import type { Handshake, KnownHandshake } from './handshake.ts';
import type { Log } from './log.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Dial, Upstream, UpstreamHandlers } from './upstream.ts';
import { WarmTarget } from './warm-target.ts';
import { type Patience, Waiters } from './waiters.ts';
import { WarmConnection, type WarmEvents, type WarmState } from './warm.ts';

/** Starts that fail are at most so far apart. */
const maxDelayMs = 30_000;
/** To look for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3000;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 10_000;
/** Let the call that took a connection have the processor before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;

export class Pool {
  readonly #settings: ServerSettings;
  readonly #open: Dial;
  readonly #known: KnownHandshake;
  readonly #metrics: ServerMetrics;
  readonly #log: Log;
  readonly #connections = new Set<WarmConnection>();
  readonly #waiters = new Waiters(
    () => this.#inState('handshaking').length > 0,
    () => this.#lastError,
  );
  readonly #events: WarmEvents = {
    progress: (connection) => this.#progress(connection),
    failed: (connection, before, reason) => this.#failed(connection, before, reason),
  };
  readonly #target: WarmTarget;
  readonly #backoff = new Backoff();
  #lastError = '';
  #reachable = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = 0;
  #closed = false;

  constructor(settings: ServerSettings, open: Dial, known: KnownHandshake, metrics: ServerMetrics, log: Log) {
    this.#settings = settings;
    this.#open = open;
    this.#known = known;
    this.#metrics = metrics;
    this.#log = log;
    this.#target = new WarmTarget(settings);
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
    this.#fill();
  }

  /** Whether `take` will not have to wait. */
  get isReady(): boolean {
    return this.#inState('ready').length > 0;
  }

  /** A connection on which this handshake is done. Rejects with an `UnavailableError` when the patience is at its end. */
  async take(handshake: Handshake, patience: Patience): Promise<WarmConnection> {
    this.#known.learn(handshake);
    const ready = this.#findReady(handshake);
    if (ready) {
      this.#metrics.warmHits.add(1);
      return this.#handOver(ready);
    }
    this.#metrics.warmMisses.add(1);
    this.#target.grow();
    const served = this.#waiters.wait(handshake, patience);
    this.#backoff.hurry();
    this.#fill();
    return served;
  }

  /** A connection without a handshake, for a client that speaks otherwise. */
  openPlain(handlers: UpstreamHandlers): Upstream {
    return this.#open(handlers);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const connection of this.#connections) this.#drop(connection);
    this.#waiters.rejectAll('the relay is stopping');
  }

  #inState(...states: readonly WarmState[]): WarmConnection[] {
    return [...this.#connections].filter(({ state }) => states.includes(state));
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
    this.#backoff.succeeded();
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
    this.#metrics.warm.set(this.#inState('ready').length);
    this.#metrics.warmTarget.set(this.#target.value);
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
    const underWay = this.#inState('handshaking').map((other) => other.handshake);
    const handshake = this.#waiters.nextHandshake(underWay) ?? this.#known.current;
    if (handshake) connection.shake(handshake);
  }

  #progress(connection: WarmConnection): void {
    if (connection.state === 'connected') {
      this.#setReachable(true, '');
      this.#shake(connection);
      return;
    }
    this.#metrics.handshakeSeconds.observe(connection.handshakeSeconds);
    this.#count();
    if (this.#waiters.wants(connection.handshake)) this.#waiters.serve(this.#handOver(connection));
    else if (connection.handshake?.params !== this.#known.current?.params) this.#drop(connection);
    this.#fillLater(this.#waiters.size > 0 ? 0 : refillDelayMs);
  }

  #failed(connection: WarmConnection, before: WarmState, reason: string): void {
    this.#connections.delete(connection);
    this.#count();
    if (this.#closed) return;
    const started = before === 'handshaking' || before === 'connected';
    const what = started ? 'server did not start' : before === 'ready' ? 'warm connection lost' : 'server not reached';
    this.#log.info(what, { reason, failures: this.#backoff.failures });
    this.#metrics.warmFailures.add(1);
    if (before === 'ready' && Date.now() - connection.openedAt > shortLifeMs) this.#backoff.succeeded();
    else this.#backoff.failed(before === 'connecting' ? maxUnreachedDelayMs : maxDelayMs, this.#waiters.size > 0);
    if (before !== 'ready') this.#setReachable(before !== 'connecting', reason);
    // Who waits for a server that is not there may be lucky in time; a server that starts and fails will fail again.
    if (before === 'handshaking') this.#waiters.startFailed(connection, reason);
    this.#fill();
  }

  #setReachable(reachable: boolean, error: string): void {
    if (reachable !== this.#reachable)
      this.#log.info(reachable ? 'server is reachable' : 'server is not reachable', { error });
    this.#reachable = reachable;
    this.#lastError = error;
    this.#metrics.up.set(reachable ? 1 : 0);
  }

  /** Opens as many connections as are missing, or waits until that is allowed. */
  #fill(): void {
    if (this.#closed) return;
    this.#shrink();
    // One connection at least shows whether a server is there.
    const atLeast = this.#reachable ? 0 : 1;
    const wanted = Math.max(this.#target.value, this.#waiters.size, atLeast) - this.#connections.size;
    if (wanted <= 0) return;
    const wait = this.#backoff.waitMs;
    if (wait > 0) {
      this.#fillLater(wait);
      return;
    }
    // Those that nobody waits for start one after the other. And while a server fails, one attempt shows as much as many.
    const starting = this.#inState('connecting', 'handshaking').length;
    const count = Math.min(wanted, Math.min(Math.max(1, this.#waiters.size), maxStarting) - starting);
    for (let index = 0; index < count; index++) {
      const timeoutMs = this.#settings.handshakeTimeoutSeconds * 1000;
      this.#connections.add(new WarmConnection(this.#open, timeoutMs, this.#events));
    }
  }

  #fillLater(delayMs: number): void {
    if (this.#closed) return;
    const at = Date.now() + Math.max(delayMs, this.#backoff.waitMs);
    if (this.#timer && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#fill();
    }, at - Date.now());
  }

  #shrink(): void {
    this.#target.shrink();
    for (const connection of this.#inState('ready')) {
      if (this.#connections.size <= Math.max(this.#target.value, this.#waiters.size)) break;
      this.#drop(connection);
    }
    const { shrinksInMs } = this.#target;
    if (shrinksInMs !== undefined) this.#fillLater(shrinksInMs);
  }
}
