// Starts of a server's processes: how they are reported, how long each may take, and when the next one is allowed.

import { Backoff } from './backoff.ts';
import type { ServerSettings } from './config.ts';
import type { Loss, Stage } from './failure.ts';
import type { ServerMetrics } from './metrics.ts';
import type { ServerStatus } from './status.ts';
import type { WarmConnection, WarmState } from './warm.ts';

/** The longest wait after a failed start. */
const maxDelayMs = 15_000;
/** Looking for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3000;
/** A start that was too slow gets up to this many times as much time: on a busy node, restarts would never end. */
const maxPatience = 4;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 10_000;

export class Starts {
  readonly backoff = new Backoff();
  readonly #settings: ServerSettings;
  readonly #status: ServerStatus;
  readonly #metrics: ServerMetrics;
  /** Starts in a row that took too long. */
  #slowOnes = 0;

  constructor(settings: ServerSettings, status: ServerStatus, metrics: ServerMetrics) {
    this.#settings = settings;
    this.#status = status;
    this.#metrics = metrics;
  }

  get timeoutMs(): number {
    return this.#settings.handshakeTimeoutSeconds * 1000 * Math.min(maxPatience, 1 + this.#slowOnes);
  }

  /** The server has answered a handshake; whether it did not serve before. */
  succeeded({ handshakeSeconds }: WarmConnection): boolean {
    this.#slowOnes = 0;
    this.#metrics.handshakeSeconds.observe(handshakeSeconds);
    return this.#status.served();
  }

  failed({ openedAt }: WarmConnection, before: WarmState, loss: Loss, isWaitedFor: boolean): void {
    this.#metrics.warmFailures.add(1);
    if (before === 'handshaking' && loss.status === undefined) this.#slowOnes++;
    if (before === 'ready' && Date.now() - openedAt > shortLifeMs) this.backoff.succeeded();
    else this.backoff.failed(before === 'connecting' ? maxUnreachedDelayMs : maxDelayMs, isWaitedFor);
    if (before === 'ready') this.#status.noted('call', loss);
    else this.#status.failed(stageOf(before, loss), loss);
  }
}

function stageOf(before: WarmState, { isUnresolved, status }: Loss): Stage {
  if (before === 'connecting') return isUnresolved === true ? 'resolve' : 'connect';
  return status === undefined ? 'handshake' : 'start';
}
