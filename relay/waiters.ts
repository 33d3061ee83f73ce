// Sessions that wait for a connection to their server, in order of arrival.

import type { Handshake } from './handshake.ts';
import type { WarmConnection } from './warm.ts';

export class UnavailableError extends Error {}

export interface Patience {
  /** How long to wait for an unreachable server. */
  readonly reachSeconds: number;
  /** How much longer to wait for one that is starting by then. */
  readonly startSeconds: number;
}

interface Waiter {
  readonly handshake: Handshake;
  readonly patience: Patience;
  readonly resolve: (connection: WarmConnection) => void;
  readonly reject: (error: UnavailableError) => void;
  readonly gone: AbortSignal;
  /** For `gone`, which outlives this wait: a session waits each time that it loses its server. */
  readonly onGone: () => void;
  timer: NodeJS.Timeout;
  failedStarts: number;
  readonly since: number;
}

/** One failed start may be that of a terminating pod; a server that fails twice will keep failing. */
const maxFailedStarts = 2;
const nobodyWaits = 'no session waits any more';

export class Waiters {
  readonly #list: Waiter[] = [];
  readonly #isStarting: () => boolean;
  readonly #reason: () => string;

  /** `reason` says why the server does not serve, if that is known. */
  constructor(isStarting: () => boolean, reason: () => string) {
    this.#isStarting = isStarting;
    this.#reason = reason;
  }

  get size(): number {
    return this.#list.length;
  }

  /** Rejects with an `UnavailableError` when the time is up, or the waiting side is `gone`. */
  wait(handshake: Handshake, patience: Patience, gone: AbortSignal): Promise<WarmConnection> {
    if (gone.aborted) return Promise.reject(new UnavailableError(nobodyWaits));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#isStarting() && patience.startSeconds > 0) this.#waitForStart(waiter);
        else this.#giveUp(waiter);
      }, patience.reachSeconds * 1000);
      const onGone = (): void => this.#reject(waiter, nobodyWaits);
      const since = Date.now();
      const waiter: Waiter = { handshake, patience, resolve, reject, gone, onGone, timer, failedStarts: 0, since };
      this.#list.push(waiter);
      gone.addEventListener('abort', onGone);
    });
  }

  /** Whether somebody waits for a connection with this handshake. */
  wants(handshake: Handshake | undefined): boolean {
    return handshake !== undefined && this.#first(handshake) !== undefined;
  }

  /** Gives the connection to the first who waits for its handshake. */
  serve(connection: WarmConnection): void {
    const waiter = connection.handshake && this.#first(connection.handshake);
    if (!waiter) return;
    this.#remove(waiter);
    waiter.resolve(connection);
    // Starts succeed: the others may take the time of one from now on.
    for (const other of this.#list) if (other.patience.startSeconds > 0) this.#waitForStart(other);
  }

  /** A start failed, for one that waits for it: its second one is an error for it. */
  startFailed(connection: WarmConnection): void {
    const [waiter] = this.#list
      .filter(({ handshake }) => handshake.key === connection.handshake?.key)
      .toSorted((a, b) => a.failedStarts - b.failedStarts);
    if (!waiter || ++waiter.failedStarts < maxFailedStarts) return;
    this.#reject(waiter, this.#reason());
  }

  /** Waiting for such a handshake is pointless. */
  reject(isHopeless: (handshake: Handshake) => boolean, { message }: UnavailableError): void {
    for (const waiter of this.#list.filter(({ handshake }) => isHopeless(handshake))) this.#reject(waiter, message);
  }

  /** The first handshake that somebody waits for and that is not among those under way. */
  nextHandshake(underWay: readonly (Handshake | undefined)[]): Handshake | undefined {
    return this.#list.find(({ handshake }) => !underWay.some((other) => other?.key === handshake.key))?.handshake;
  }

  rejectAll(reason: string): void {
    this.reject(() => true, new UnavailableError(reason));
  }

  #first({ key }: Handshake): Waiter | undefined {
    return this.#list.find(({ handshake }) => handshake.key === key);
  }

  #reject(waiter: Waiter, reason: string): void {
    if (!this.#list.includes(waiter)) return;
    this.#remove(waiter);
    waiter.reject(new UnavailableError(reason));
  }

  #remove(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    waiter.gone.removeEventListener('abort', waiter.onGone);
    this.#list.splice(this.#list.indexOf(waiter), 1);
  }

  #waitForStart(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    waiter.timer = setTimeout(() => this.#giveUp(waiter), waiter.patience.startSeconds * 1000);
  }

  #giveUp(waiter: Waiter): void {
    const seconds = Math.round((Date.now() - waiter.since) / 100) / 10;
    const reason = this.#reason();
    const starting = `still starting after ${seconds} s`;
    if (this.#isStarting()) this.#reject(waiter, reason ? `${starting}; before that, ${reason}` : starting);
    else this.#reject(waiter, reason || `unreachable for ${seconds} s`);
  }
}
