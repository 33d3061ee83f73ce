// The ready connections to one server, and the wait for one if there is none.

import { Alarm } from './alarm.ts';
import type { ServerSettings } from './config.ts';
import type { Eras } from './eras.ts';
import type { Loss } from './failure.ts';
import type { Handshake, KnownHandshake } from './handshake.ts';
import type { Lister } from './lister.ts';
import type { ServerMetrics } from './metrics.ts';
import { isShared } from './sharing.ts';
import { Starts } from './starts.ts';
import type { ServerStatus } from './status.ts';
import type { Dial, Upstream, UpstreamHandlers } from './upstream.ts';
import { type Patience, UnavailableError, Waiters } from './waiters.ts';
import { WarmConnection, type WarmEvents, type WarmState } from './warm.ts';
import { WarmTarget } from './warm-target.ts';

/** Lets the call that took a connection run before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;

export interface PoolContext {
  readonly settings: ServerSettings;
  readonly dial: Dial;
  readonly known: KnownHandshake;
  readonly eras: Eras;
  readonly metrics: ServerMetrics;
  readonly status: ServerStatus;
  /** Gets a connection when it wants one and no session does. */
  readonly lister: Lister;
  /** The server has answered the handshake, with this JSON text. */
  served(handshake: Handshake, result: string): void;
}

export class Pool {
  readonly #context: PoolContext;
  readonly #connections = new Set<WarmConnection>();
  readonly #waiters: Waiters;
  readonly #events: WarmEvents = {
    progress: (connection) => this.#progress(connection),
    failed: (connection, before, loss) => this.#failed(connection, before, loss),
  };
  readonly #target: WarmTarget;
  readonly #starts: Starts;
  readonly #alarm = new Alarm(() => this.#fill());
  /** It was opened only to ask for the new protocol. */
  #asking: WarmConnection | undefined;
  #closed = false;

  constructor(context: PoolContext) {
    this.#context = context;
    this.#target = new WarmTarget(context.settings);
    this.#starts = new Starts(context.settings, context.status, context.metrics);
    this.#waiters = new Waiters(
      () => this.#inState('handshaking').length > 0,
      () => context.status.reason,
    );
    context.known.onChange(() => {
      this.#count();
      this.#fillLater(0);
    });
  }

  /** Opens what is to be there: what is kept ready, and one for whoever wants to know what the server offers. */
  fill(): void {
    this.#fillLater(0);
  }

  /** Whether `take` will not have to wait. */
  isReady(handshake: Handshake): boolean {
    return this.#inState('ready').some(({ handshake: done }) => done?.key === handshake.key);
  }

  /** A connection on which this handshake is done. Rejects with an `UnavailableError` when the time is up, or `gone`. */
  async take(handshake: Handshake, patience: Patience, gone: AbortSignal): Promise<WarmConnection> {
    this.#context.known.learn(handshake);
    const ready = this.spare(handshake);
    if (ready) {
      this.#context.metrics.warmHits.add(1);
      return ready;
    }
    this.#context.metrics.warmMisses.add(1);
    if (handshake.era === 'legacy' && this.#context.eras.isModernOnly) throw modernOnly();
    // Where sessions share it, one is enough for all that wait.
    if (!isShared(this.#context.settings, handshake)) this.#target.grow();
    const served = this.#waiters.wait(handshake, patience, gone);
    this.#starts.backoff.hurry();
    this.#fill();
    return served;
  }

  /** One that is ready, for whoever has another one already; undefined: there is none at this moment. */
  spare(handshake: Handshake): WarmConnection | undefined {
    const ready = this.#findReady(handshake);
    return ready && this.#handOver(ready);
  }

  /** A connection without a handshake, for a client that speaks otherwise. */
  openPlain(handlers: UpstreamHandlers): Upstream {
    return this.#context.dial(handlers);
  }

  close(): void {
    this.#closed = true;
    this.#alarm.stop();
    for (const connection of this.#connections) this.#drop(connection);
    this.#waiters.rejectAll('the relay is stopping');
  }

  #inState(...states: readonly WarmState[]): WarmConnection[] {
    return [...this.#connections].filter(({ state }) => states.includes(state));
  }

  #findReady(handshake: Handshake): WarmConnection | undefined {
    for (const connection of this.#inState('ready')) {
      if (!connection.fresh) this.#drop(connection);
      else if (connection.handshake?.key === handshake.key) return connection;
    }
    return undefined;
  }

  #handOver(connection: WarmConnection): WarmConnection {
    this.#connections.delete(connection);
    connection.leave();
    this.#starts.backoff.succeeded();
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
    const { metrics, eras } = this.#context;
    metrics.warm.set(this.#inState('ready').filter(({ handshake }) => handshake?.key === eras.kept.key).length);
    metrics.warmTarget.set(this.#target.value);
  }

  #shake(connection: WarmConnection): void {
    const { eras, known } = this.#context;
    if (connection === this.#asking) {
      connection.shake(known.current('modern'));
      return;
    }
    const underWay = this.#inState('handshaking').map((other) => other.handshake);
    connection.shake(this.#waiters.nextHandshake(underWay) ?? eras.kept);
  }

  #progress(connection: WarmConnection): void {
    const { status, eras, lister } = this.#context;
    if (connection.state === 'connected') {
      status.connected();
      this.#shake(connection);
      return;
    }
    const { handshake, result } = connection;
    if (!handshake || result === undefined) return;
    if (connection === this.#asking) this.#asking = undefined;
    eras.answered(handshake, true);
    if (eras.isModernOnly) this.#waiters.reject(({ era }) => era === 'legacy', modernOnly());
    // Whatever it was that is back, it may offer something else.
    if (this.#starts.succeeded(connection)) lister.look();
    this.#context.served(handshake, result);
    this.#count();
    if (this.#waiters.wants(handshake)) this.#waiters.serve(this.#handOver(connection));
    else if (lister.wants) void lister.use(this.#handOver(connection));
    else if (handshake.key !== eras.kept.key) this.#drop(connection);
    this.#fillLater(this.#waiters.size > 0 ? 0 : refillDelayMs);
  }

  #failed(connection: WarmConnection, before: WarmState, loss: Loss): void {
    const { eras } = this.#context;
    const { handshake } = connection;
    const isAsking = connection === this.#asking;
    this.#connections.delete(connection);
    if (isAsking) this.#asking = undefined;
    this.#count();
    if (this.#closed) return;
    // One that speaks the old protocol may end at the question, or say nothing.
    if (handshake && (loss.isRefusal === true || (isAsking && !eras.refusesLegacy))) eras.answered(handshake, false);
    // Before it counts as a failure, the server is asked for the new protocol.
    if (!isAsking && loss.isRefusal === true && eras.question) this.#fill();
    else if (!isAsking || eras.refusesLegacy) this.#startFailed(connection, before, loss);
    else this.#fill();
  }

  #startFailed(connection: WarmConnection, before: WarmState, loss: Loss): void {
    this.#starts.failed(connection, before, loss, this.#waiters.size > 0);
    // Who waits for a server that is not there may be lucky in time; a server that starts and fails will fail again.
    if (before === 'handshaking') this.#waiters.startFailed(connection);
    this.#fill();
  }

  /** Opens as many connections as are missing, or waits until that is allowed. */
  #fill(): void {
    if (this.#closed) return;
    this.#shrink();
    const { lister, status, eras } = this.#context;
    const starting = this.#inState('connecting', 'handshaking');
    const isQuiet = starting.length === 0 && (this.#waiters.size === 0 || eras.refusesLegacy);
    if (eras.question && !this.#asking && isQuiet) this.#asking = this.#open();
    // One connection at least shows whether a server is there.
    const more = lister.wants || !status.isCertain ? 1 : 0;
    const count = Math.max(this.#target.value + (lister.wants ? 1 : 0), this.#waiters.size, more);
    const wanted = count - this.#useful().length;
    if (wanted <= 0) return;
    const wait = this.#starts.backoff.waitMs;
    if (wait > 0) {
      this.#fillLater(wait);
      return;
    }
    // Those that nobody waits for start one after the other. And while a server fails, one attempt shows as much as many.
    const allowed = Math.min(Math.max(1, this.#waiters.size), maxStarting) - starting.length;
    for (let index = 0; index < Math.min(wanted, allowed); index++) this.#open();
  }

  #open(): WarmConnection {
    const connection = new WarmConnection(this.#context.dial, this.#starts.timeoutMs, this.#events);
    this.#connections.add(connection);
    return connection;
  }

  /** All except those with a handshake that sessions no longer use, which stay until others are ready. */
  #useful(): WarmConnection[] {
    const { key } = this.#context.eras.kept;
    return [...this.#connections].filter(
      (connection) =>
        connection !== this.#asking &&
        (!connection.handshake || connection.handshake.key === key || this.#waiters.wants(connection.handshake)),
    );
  }

  #fillLater(delayMs: number): void {
    if (!this.#closed) this.#alarm.set(Math.max(delayMs, this.#starts.backoff.waitMs));
  }

  #shrink(): void {
    this.#target.shrink();
    const useful = new Set(this.#useful());
    const ready = this.#inState('ready').toSorted((a, b) => Number(useful.has(a)) - Number(useful.has(b)));
    const isEnough = ready.filter((connection) => useful.has(connection)).length >= this.#target.value;
    for (const connection of ready) {
      const isSpare = this.#connections.size > Math.max(this.#target.value, this.#waiters.size);
      if (!isSpare || (!useful.has(connection) && !isEnough)) break;
      this.#drop(connection);
    }
    const { shrinksInMs } = this.#target;
    if (shrinksInMs !== undefined) this.#fillLater(shrinksInMs);
  }
}

function modernOnly(): UnavailableError {
  return new UnavailableError('the server supports only protocol 2026-07-28, and this gateway does not');
}
