// The connections to one server that are kept ready, and the wait for one when there is none.

import { Alarm } from './alarm.ts';
import { Backoff } from './backoff.ts';
import type { ServerSettings } from './config.ts';
import type { Loss, Stage } from './failure.ts';
import type { Handshake, KnownHandshake } from './handshake.ts';
import type { Lister } from './lister.ts';
import type { ServerMetrics } from './metrics.ts';
import type { ServerStatus } from './status.ts';
import type { Dial, Upstream, UpstreamHandlers } from './upstream.ts';
import { WarmTarget } from './warm-target.ts';
import { type Patience, Waiters } from './waiters.ts';
import { WarmConnection, type WarmEvents, type WarmState } from './warm.ts';

/** The longest wait after a failed start. */
const maxDelayMs = 15_000;
/** Looking for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3000;
/** A start that took too long gets more time, at most so many times as much: on a busy node, restarts would never end. */
const maxPatience = 4;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 10_000;
/** Let the call that took a connection have the processor before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;

export interface PoolContext {
  readonly settings: ServerSettings;
  readonly dial: Dial;
  readonly known: KnownHandshake;
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
  readonly #backoff = new Backoff();
  readonly #alarm = new Alarm(() => this.#fill());
  /** Starts in a row that took too long. */
  #slowStarts = 0;
  #closed = false;

  constructor(context: PoolContext) {
    this.#context = context;
    this.#target = new WarmTarget(context.settings);
    this.#waiters = new Waiters(
      () => this.#inState('handshaking').length > 0,
      () => context.status.reason,
    );
    context.known.onChange(() => this.#shakeAll());
  }

  /** Opens what is to be there: what is kept ready, and one for whoever wants to know what the server offers. */
  fill(): void {
    this.#fillLater(0);
  }

  /** Whether `take` will not have to wait. */
  get isReady(): boolean {
    return this.#inState('ready').length > 0;
  }

  /** A connection on which this handshake is done. Rejects with an `UnavailableError` when the patience is at its end. */
  async take(handshake: Handshake, patience: Patience): Promise<WarmConnection> {
    this.#context.known.learn(handshake);
    const ready = this.#findReady(handshake);
    if (ready) {
      this.#context.metrics.warmHits.add(1);
      return this.#handOver(ready);
    }
    this.#context.metrics.warmMisses.add(1);
    this.#target.grow();
    const served = this.#waiters.wait(handshake, patience);
    this.#backoff.hurry();
    this.#fill();
    return served;
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
    this.#context.metrics.warm.set(this.#inState('ready').length);
    this.#context.metrics.warmTarget.set(this.#target.value);
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
    const handshake = this.#waiters.nextHandshake(underWay) ?? this.#context.known.current;
    if (handshake) connection.shake(handshake);
  }

  #progress(connection: WarmConnection): void {
    const { status, metrics, known, lister } = this.#context;
    if (connection.state === 'connected') {
      status.connected();
      this.#shake(connection);
      return;
    }
    const { handshake, result } = connection;
    this.#slowStarts = 0;
    // Whatever it was that is back, it may offer something else.
    if (status.served()) lister.look();
    if (handshake && result !== undefined) this.#context.served(handshake, result);
    metrics.handshakeSeconds.observe(connection.handshakeSeconds);
    this.#count();
    if (this.#waiters.wants(connection.handshake)) this.#waiters.serve(this.#handOver(connection));
    else if (connection.handshake?.params !== known.current.params) this.#drop(connection);
    else if (lister.wants) void lister.use(this.#handOver(connection));
    this.#fillLater(this.#waiters.size > 0 ? 0 : refillDelayMs);
  }

  #failed(connection: WarmConnection, before: WarmState, loss: Loss): void {
    this.#connections.delete(connection);
    this.#count();
    if (this.#closed) return;
    this.#context.metrics.warmFailures.add(1);
    const isUnreached = before === 'connecting';
    if (before === 'handshaking' && loss.status === undefined) this.#slowStarts++;
    if (before === 'ready' && Date.now() - connection.openedAt > shortLifeMs) this.#backoff.succeeded();
    else this.#backoff.failed(isUnreached ? maxUnreachedDelayMs : maxDelayMs, this.#waiters.size > 0);
    if (before === 'ready') this.#context.status.noted('call', loss);
    else this.#context.status.failed(stageOf(before, loss), loss);
    // Who waits for a server that is not there may be lucky in time; a server that starts and fails will fail again.
    if (before === 'handshaking') this.#waiters.startFailed(connection);
    this.#fill();
  }

  /** Opens as many connections as are missing, or waits until that is allowed. */
  #fill(): void {
    if (this.#closed) return;
    this.#shrink();
    const { lister, status, settings, dial } = this.#context;
    // One connection at least shows whether a server is there.
    const more = lister.wants || !status.isCertain ? 1 : 0;
    const wanted =
      Math.max(this.#target.value + (lister.wants ? 1 : 0), this.#waiters.size, more) - this.#connections.size;
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
      const timeoutMs = settings.handshakeTimeoutSeconds * 1000 * Math.min(maxPatience, 1 + this.#slowStarts);
      this.#connections.add(new WarmConnection(dial, timeoutMs, this.#events));
    }
  }

  #fillLater(delayMs: number): void {
    if (!this.#closed) this.#alarm.set(Math.max(delayMs, this.#backoff.waitMs));
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

function stageOf(before: WarmState, { isUnresolved, status }: Loss): Stage {
  if (before === 'connecting') return isUnresolved === true ? 'resolve' : 'connect';
  return status === undefined ? 'handshake' : 'start';
}
