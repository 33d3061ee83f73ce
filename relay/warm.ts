// A connection to a server that no session uses yet: it connects, and completes as much of the MCP handshake as is possible in advance.

import type { Envelope } from './envelope.ts';
import { type Loss, printable } from './failure.ts';
import { type Handshake, opening } from './handshake.ts';
import { isObject, Method, ownId, parse, pingId, request, resultResponse } from './messages.ts';
import type { Dial, Upstream, UpstreamHandlers } from './upstream.ts';

export type WarmState = 'connecting' | 'connected' | 'handshaking' | 'ready' | 'gone';

export interface WarmEvents {
  /** It is `connected` or `ready` now. */
  progress(connection: WarmConnection): void;
  /** The server could not be reached, did not complete the handshake, or was lost since. */
  failed(connection: WarmConnection, before: WarmState, loss: Loss): void;
}

/** A process that a session has got. */
export interface Taken {
  readonly upstream: Upstream;
  /** What the server said before, in order. */
  readonly backlog: readonly { readonly bytes: Buffer; readonly envelope: Envelope }[];
  /** How it was lost, if that happened meanwhile. */
  readonly loss: Loss | undefined;
  /** Whether the process lives, as far as an answer shows: its end may not have been noticed yet. */
  isAlive(): Promise<boolean>;
}

/** Most that a server may send before it is used; a connection with more is closed. */
const maxBacklog = 64 << 10;
/** How long a server that waits for an answer may be handed over; later it may have given up. */
const maxRequestAgeMs = 5000;
/** Time for the answer to a ping; a server without one counts as slow, or as one that does not support pings. */
export const maxPingMs = 1000;
const handshakeId = ownId('handshake');

/**
 * `notifications/initialized` is not sent ahead: until then a server may send nothing but pings and log messages, so that
 * nothing of what it does for its client happens before there is one. A ping is answered here, log messages are kept.
 */
export class WarmConnection implements Taken, UpstreamHandlers {
  readonly upstream: Upstream;
  /** What the server said since its answer, in order. */
  readonly backlog: { readonly bytes: Buffer; readonly envelope: Envelope }[] = [];
  /** JSON text of the result of the handshake. */
  result: string | undefined;
  /** How it was lost, if that was after it had an owner. */
  loss: Loss | undefined;
  handshakeSeconds = 0;
  readonly openedAt = Date.now();
  #state: WarmState = 'connecting';
  #handshake: Handshake | undefined;
  readonly #events: WarmEvents;
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #backlogLength = 0;
  #oldestRequestAt: number | undefined;
  #pinged: ((isAlive: boolean) => void) | undefined;

  constructor(open: Dial, timeoutMs: number, events: WarmEvents) {
    this.#timeoutMs = timeoutMs;
    this.#events = events;
    this.upstream = open(this);
  }

  get state(): WarmState {
    return this.#state;
  }

  /** The handshake that was done, or is under way. */
  get handshake(): Handshake | undefined {
    return this.#handshake;
  }

  /** Whether nothing that the server has said would come too late for its user. */
  get fresh(): boolean {
    return this.#oldestRequestAt === undefined || Date.now() - this.#oldestRequestAt < maxRequestAgeMs;
  }

  /** Sends the request that begins a session; the connection must be `connected`. */
  shake(handshake: Handshake): void {
    this.#state = 'handshaking';
    this.#handshake = handshake;
    this.#startedAt = Date.now();
    const method = opening(handshake);
    this.upstream.write(request(handshakeId, method, handshake.params), { kind: 'request', id: handshakeId, method });
    this.#timer = setTimeout(
      () => this.giveUp({ reason: `no answer to ${method} within ${this.#timeoutMs / 1000} s` }),
      this.#timeoutMs,
    );
  }

  giveUp(loss: Loss): void {
    this.upstream.destroy();
    this.lost(loss);
  }

  /** Takes it out of use: from now on its new owner gets all events. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#state = 'gone';
  }

  /**
   * Whether the process lives, as far as an answer shows: its end may not have been noticed yet. Only after `initialized`, where that is
   * sent; the new protocol has no ping.
   */
  isAlive(): Promise<boolean> {
    if (this.loss !== undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), maxPingMs);
      this.#pinged = (isAlive) => {
        clearTimeout(timer);
        resolve(isAlive);
      };
      const isModern = this.#handshake?.era === 'modern';
      const method = isModern ? Method.discover : Method.ping;
      const bytes = request(pingId, method, isModern ? this.#handshake?.params : undefined);
      this.upstream.write(bytes, { kind: 'request', id: pingId, method });
    });
  }

  connected(): void {
    this.#state = 'connected';
    this.#events.progress(this);
  }

  message(bytes: Buffer, envelope: Envelope): void {
    if (envelope.kind === 'response' && envelope.id === handshakeId && this.#state === 'handshaking') {
      this.#answered(bytes);
    } else if (envelope.kind === 'response' && envelope.id === pingId) {
      this.#pinged?.(true);
    } else if (envelope.kind === 'request' && envelope.method === Method.ping && envelope.id !== undefined) {
      this.upstream.write(resultResponse(envelope.id, '{}'), { kind: 'response', id: envelope.id });
    } else if (envelope.kind !== 'invalid') {
      this.#keep(bytes, envelope);
    }
  }

  part(): void {
    this.giveUp({ reason: 'the server sent more than 1 MiB before it was used' });
  }

  drain(): void {
    // What is written here is short.
  }

  lost(loss: Loss): void {
    if (this.#state === 'gone') {
      this.loss ??= loss;
      this.#pinged?.(false);
      return;
    }
    clearTimeout(this.#timer);
    const before = this.#state;
    this.#state = 'gone';
    this.#events.failed(this, before, loss);
  }

  #answered(bytes: Buffer): void {
    const answer = parse(bytes);
    if (!isObject(answer?.['result'])) {
      const error = answer?.['error'];
      const words = isObject(error) ? printable(String(error['message'])) : '';
      const method = this.#handshake && opening(this.#handshake);
      this.giveUp({ reason: `the server refused ${method}: ${words}`, isRefusal: true });
      return;
    }
    clearTimeout(this.#timer);
    this.result = JSON.stringify(answer['result']);
    this.handshakeSeconds = (Date.now() - this.#startedAt) / 1000;
    this.#state = 'ready';
    this.#events.progress(this);
  }

  #keep(bytes: Buffer, envelope: Envelope): void {
    if (envelope.kind === 'request') this.#oldestRequestAt ??= Date.now();
    this.#backlogLength += bytes.length;
    if (this.#backlogLength > maxBacklog) this.giveUp({ reason: 'the server sent too much before it was used' });
    else this.backlog.push({ bytes, envelope });
  }
}
