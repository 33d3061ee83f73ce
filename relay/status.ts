// Whether a server serves, since when, and its last failure: logged once, and counted.

import { describeFailure, type Failure, isUnreached, type Loss, type Stage } from './failure.ts';
import type { Log } from './log.ts';
import type { ServerMetrics } from './metrics.ts';

/** `failed`: reached, but its process does not start; `unreachable`: nothing answers at its address. */
export type State = 'starting' | 'serving' | 'failed' | 'unreachable';

export const states: readonly State[] = ['starting', 'serving', 'failed', 'unreachable'];

/** How long unreachable servers are not reported: their pods may start at the same time as the relay's. */
const quietMs = 10_000;

export class ServerStatus {
  readonly #look: string;
  readonly #metrics: ServerMetrics;
  readonly #log: Log;
  #state: State = 'starting';
  #since = new Date();
  #failure: Failure | undefined;
  /** What was logged last, without what changes from one attempt to the next. */
  #told = '';
  /** Since it served, one attempt has failed. */
  #isDoubtful = false;
  readonly #createdAt = Date.now();

  constructor(look: string, metrics: ServerMetrics, log: Log) {
    this.#look = look;
    this.#metrics = metrics;
    this.#log = log;
    this.#publish();
  }

  get state(): State {
    return this.#state;
  }

  /** Whether the last attempt showed that it serves. */
  get isCertain(): boolean {
    return this.#state === 'serving' && !this.#isDoubtful;
  }

  get since(): Date {
    return this.#since;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What went wrong last, in words; empty if it serves. */
  get reason(): string {
    return this.#failure && !this.isCertain ? describeFailure(this.#failure) : '';
  }

  /** It accepts a connection, which says nothing about a server that failed to start. */
  connected(): void {
    if (this.#state === 'unreachable') this.#enter('starting');
  }

  /** It answered `initialize`; true if it did not serve before. */
  served(): boolean {
    this.#isDoubtful = false;
    if (this.#state === 'serving') return false;
    this.#enter('serving');
    this.#told = '';
    this.#log.info('the server is serving');
    return true;
  }

  /** It could not be reached, or did not start. */
  failed(stage: Stage, loss: Loss): void {
    this.noted(stage, loss);
    // A single attempt may have met a pod on its way out, or a busy node.
    if (this.#state === 'serving' && !this.#isDoubtful) {
      this.#isDoubtful = true;
      return;
    }
    const state = isUnreached(stage) && !loss.isFinal ? 'unreachable' : 'failed';
    if (state !== this.#state) this.#enter(state);
    if (state === 'unreachable' && Date.now() - this.#createdAt < quietMs) return;
    // Other times and process ids in a server's words are not another reason.
    const words = this.reason.replaceAll(/\d+/g, '0');
    if (words === this.#told) return;
    this.#told = words;
    this.#log.warn(state === 'failed' ? 'the server does not start' : 'the server is unreachable', {
      ...fieldsOf(stage, loss),
      look: isUnreached(stage) ? this.#look : undefined,
    });
  }

  /** Something went wrong, but the server may still serve. */
  noted(stage: Stage, loss: Loss): void {
    this.#failure = { ...loss, stage, at: new Date() };
    this.#metrics.failures(stage).add(1);
    this.#log.debug('failure', fieldsOf(stage, loss));
  }

  #enter(state: State): void {
    this.#state = state;
    this.#since = new Date();
    this.#publish();
  }

  #publish(): void {
    this.#metrics.up.set(this.#state === 'serving' ? 1 : 0);
    for (const state of states) this.#metrics.state(state).set(state === this.#state ? 1 : 0);
  }
}

function fieldsOf(stage: Stage, { reason, status, lastLine }: Loss): { [name: string]: string | number | undefined } {
  return { stage, reason, status, lastLine };
}
