// The link between a session and its server process: messages, unanswered calls, and the limits of their silence.

import { type CallObserver, Calls, type ProcessOrigin } from './calls.ts';
import type { ServerSettings } from './config.ts';
import type { Envelope } from './envelope.ts';
import type { GatewayEnd, Piece } from './gateway-end.ts';
import { ListChanges, type ListChangesContext } from './list-changes.ts';
import type { Log } from './log.ts';
import { describeLoss, type Loss, tooLong } from './failure.ts';
import type { Listens } from './listens.ts';
import { ErrorCode, errorResponse, isOwnId, Method } from './messages.ts';
import type { Outcome, ServerMetrics } from './metrics.ts';
import type { ServerStatus } from './status.ts';
import type { Translator } from './translator.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';

export interface LinkContext extends ListChangesContext {
  readonly settings: ServerSettings;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  readonly status: ServerStatus;
  /** Gets each call that ended; undefined: there is no observer. */
  readonly observer?: CallObserver | undefined;
}

export interface LinkEvents {
  /** The server process is gone, or given up; the gateway has been told of the calls that were out. */
  lost(calls: number): void;
  /** The session was idle, and has let its server process go. */
  idle(): void;
}

const listenEnvelope: Envelope = { kind: 'request', method: Method.listen };

export class ServerLink {
  readonly #gateway: GatewayEnd;
  readonly #context: LinkContext;
  readonly #events: LinkEvents;
  readonly #calls: Calls;
  #upstream: Upstream | undefined;
  /** A long message of the gateway is half passed on. */
  #inRequest = false;
  /** What is still to come of it was for a server that is gone. */
  #dropsRest = false;
  /** A long message of the server is half passed on. */
  #inAnswer = false;
  #ended = false;
  #heardAt = 0;
  #origin: ProcessOrigin = 'held';
  #usedSince = 0;
  readonly #translator: Translator;
  readonly #listens: Listens;
  readonly #changes: ListChanges;
  /** JSON text of what requests of the relay say of who asks. */
  #params: string | undefined;
  readonly #idleTimer: NodeJS.Timeout | undefined;
  readonly #silenceTimer: NodeJS.Timeout | undefined;

  constructor(gateway: GatewayEnd, context: LinkContext, translator: Translator, listens: Listens, events: LinkEvents) {
    this.#gateway = gateway;
    this.#context = context;
    this.#translator = translator;
    this.#listens = listens;
    this.#events = events;
    this.#calls = new Calls(context.metrics, context.observer);
    this.#changes = new ListChanges(context, {
      params: () => this.#params,
      ask: (bytes, envelope) => void this.#upstream?.write(bytes, envelope),
      tell: (notification) => void gateway.write(notification),
    });
    const { idleSeconds, callSilenceSeconds, stateful } = context.settings;
    if (idleSeconds > 0 && !stateful) this.#idleTimer = setTimeout(() => this.#checkIdle(), idleSeconds * 1000);
    if (callSilenceSeconds > 0) this.#silenceTimer = setTimeout(() => this.#checkSilence(), callSilenceSeconds * 1000);
  }

  /** `origin`: where the process came from, for the calls that waited for it. `params`: what requests of the relay say of who asks. */
  use(upstream: Upstream, origin: ProcessOrigin, params?: string): void {
    this.#upstream = upstream;
    this.#origin = origin;
    this.#usedSince = performance.now();
    this.#params = params;
    upstream.handlers = this.handlers;
    this.#context.metrics.attached.add(1);
    this.#idleTimer?.refresh();
    for (const request of this.#listens.requests) upstream.write(request, listenEnvelope);
  }

  /** What a connection to the server is to call. */
  get handlers(): UpstreamHandlers {
    return {
      connected: () => undefined,
      message: (bytes, envelope) => this.fromServer(bytes, envelope),
      part: (bytes, envelope) => this.fromServer(bytes, envelope),
      drain: () => this.#gateway.resume(),
      lost: (loss) => this.#lose('lost', ErrorCode.ConnectionClosed, loss),
    };
  }

  /** Passes on what the gateway says. */
  forward({ bytes, envelope, at }: Piece): void {
    const wasInRequest = this.#inRequest;
    this.#inRequest = envelope === undefined;
    if (envelope) {
      if (this.#calls.size === 0) this.#silenceTimer?.refresh();
      const origin = at < this.#usedSince ? this.#origin : 'held';
      if (!this.#calls.sent(bytes, envelope, { arrivedAt: at, origin })) return;
    }
    const text = envelope && !wasInRequest ? this.#translator.toServer(bytes, envelope) : bytes;
    this.#context.metrics.toServer.add(text.length);
    if (this.#upstream?.write(text, envelope) === false) this.#gateway.pause();
  }

  /** Passes a notification on to the server, if there is one. */
  forwardAside({ bytes, envelope }: Piece): void {
    this.#upstream?.write(bytes, envelope);
  }

  /** Records a message of the gateway that goes to no server process. */
  note({ bytes, envelope }: Piece): void {
    if (envelope) this.#calls.sent(bytes, envelope);
  }

  /** Refuses a request of which nothing, or nothing more, is passed on. */
  drop(piece: Piece, reason: string): void {
    this.#dropsRest = piece.envelope === undefined;
    this.refuse(piece, 'unavailable', reason);
  }

  /** Answers a request with an error of the relay; other messages need no answer. */
  refuse(piece: Piece, outcome: Outcome, reason: string): void {
    if (piece.envelope?.kind !== 'request' || piece.envelope.id === undefined) return;
    this.#calls.refused(piece.bytes, piece.envelope, piece.at, outcome);
    this.#gateway.refuse(piece.envelope.id, reason);
  }

  /** Drops a piece of a message that was for a server that is gone, and refuses it with the last one; false: it is of another. */
  refuseRest(piece: Piece): boolean {
    if (!this.#dropsRest) return false;
    if (piece.envelope) {
      this.#dropsRest = false;
      this.refuse(piece, 'lost', 'the server was lost while the request was sent');
    }
    return true;
  }

  fromServer(bytes: Buffer, envelope: Envelope | undefined): void {
    this.#silenceTimer?.refresh();
    this.#idleTimer?.refresh();
    this.#heardAt = Date.now();
    const { kind, overlong } = envelope ?? {};
    if (this.#inAnswer && (kind === 'invalid' || (overlong !== undefined && kind !== 'response'))) {
      const reason = overlong === undefined ? 'it was lost in the middle of an answer' : this.#tooLong(overlong);
      this.#lose('lost', ErrorCode.ConnectionClosed, { reason });
      return;
    }
    if (envelope?.kind === 'invalid') {
      this.#context.metrics.droppedLines.add(1);
      this.#context.log.debug('the server printed a line that is not a message', { bytes: bytes.length });
      return;
    }
    const wasInAnswer = this.#inAnswer;
    this.#inAnswer = envelope === undefined;
    if (envelope && this.#changes.take(bytes, envelope)) return;
    // The answer to a ping, too late.
    if (envelope?.kind === 'response' && (isOwnId(envelope.id) || this.#listens.has(envelope.id))) return;
    if (envelope?.method === Method.acknowledged) return;
    if (envelope) this.#calls.received(bytes, envelope);
    let text = envelope && !wasInAnswer ? this.#translator.toGateway(bytes, envelope) : bytes;
    if (overlong !== undefined && envelope?.id !== undefined) text = this.#refuseAnswer(envelope.id, overlong);
    if (!this.#gateway.write(text)) this.#upstream?.pause();
  }

  /** Completes an answer of which the gateway has the beginning, as an error: of two members of one name the last one counts. */
  #refuseAnswer(id: string, length: number): Buffer {
    this.#context.log.warn('an answer was too long, so its call failed', { bytes: length });
    const message = this.#gateway.reason(this.#tooLong(length));
    const members = errorResponse(id, { code: ErrorCode.InternalError, message }).subarray(1);
    return Buffer.concat([Buffer.from(','), members]);
  }

  #tooLong(length: number): string {
    return tooLong(`an answer of ${(length / 2 ** 20).toFixed(1)} MiB`, this.#context.settings.maxMessageMiB);
  }

  /** Whether one side waits for an answer of the other. */
  get isBusy(): boolean {
    return this.#calls.size > 0 || this.#calls.serverWaits || this.#inRequest;
  }

  /** Ids of the gateway's requests that wait for the server. */
  get out(): readonly string[] {
    return this.#calls.ids;
  }

  /** Milliseconds since the server said something. */
  get quietMs(): number {
    return Date.now() - this.#heardAt;
  }

  /** The gateway has room again. */
  resume(): void {
    this.#upstream?.resume();
  }

  /** The gateway has spoken. */
  touch(): void {
    this.#idleTimer?.refresh();
  }

  /** The gateway says no more; answers may still come. */
  end(): void {
    this.#ended = true;
    this.#upstream?.end();
  }

  /** Releases the server process for good. */
  close(): void {
    this.#detach()?.release();
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#silenceTimer);
    this.#calls.abandon('cancelled', 0, '');
  }

  #detach(): Upstream | undefined {
    const upstream = this.#upstream;
    if (!upstream) return undefined;
    this.#upstream = undefined;
    this.#translator.forget();
    this.#changes.forget();
    this.#context.metrics.attached.add(-1);
    this.#dropsRest = this.#inRequest;
    this.#inRequest = false;
    return upstream;
  }

  #lose(outcome: 'lost' | 'silent', code: number, loss: Loss): void {
    this.#detach()?.destroy();
    const { settings, log, metrics, status } = this.#context;
    const reason = describeLoss(loss);
    const calls = this.#calls.size;
    if (!this.#ended || calls > 0) {
      if (calls > 0) status.noted('call', loss);
      log[calls > 0 ? 'warn' : 'info']('a session lost its server', { reason, calls, stateful: settings.stateful });
      metrics.losses(outcome).add(1);
    }
    const messages = this.#calls.abandon(outcome, code, this.#gateway.reason(reason));
    if (this.#inAnswer) {
      // The gateway has half of a long message: nothing can be said on this connection any more.
      this.#gateway.destroy();
      return;
    }
    for (const message of messages) this.#gateway.write(message);
    this.#events.lost(calls);
  }

  #checkSilence(): void {
    this.#silenceTimer?.refresh();
    const isAsked = this.#calls.size > 0 || this.#inRequest;
    if (!this.#upstream || !isAsked || this.#calls.serverWaits) return;
    const reason = `no message from the server for ${this.#context.settings.callSilenceSeconds} s`;
    this.#lose('silent', ErrorCode.RequestTimeout, { reason });
  }

  #checkIdle(): void {
    this.#idleTimer?.refresh();
    if (!this.#upstream || this.isBusy) return;
    this.#detach()?.release();
    this.#context.metrics.reaped.add(1);
    this.#context.log.info('released the server process of an idle session');
    this.#events.idle();
  }
}
