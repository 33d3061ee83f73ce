// One connection of the gateway: it lives as long as the gateway wants, whatever becomes of the server processes behind it.

import type { Socket } from 'node:net';
import { Calls } from './calls.ts';
import type { ServerSettings } from './config.ts';
import type { Envelope } from './envelope.ts';
import { Framer } from './frame.ts';
import { handshakeOf, type Handshake } from './handshake.ts';
import type { Log } from './log.ts';
import { ErrorCode, errorResponse, Method, notification, resultResponse } from './messages.ts';
import type { Outcome, ServerMetrics } from './metrics.ts';
import { type Pool, UnavailableError } from './pool.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';

export interface SessionContext {
  readonly name: string;
  readonly settings: ServerSettings;
  readonly pool: Pool;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  /** The gateway has to wait for the server; gives what is to be called if it does not get it. */
  waits(): () => void;
  /** The gateway asks for something. */
  requested(method: string | undefined): void;
}

/**
 * `detached`: without a server process until the gateway asks for something; `failed`: a stateful server was lost, and
 * every request is answered with an error.
 */
type State = 'new' | 'attaching' | 'attached' | 'detached' | 'failed' | 'closed';

interface Piece {
  readonly bytes: Buffer;
  /** Undefined: not the last piece of its message. */
  readonly envelope: Envelope | undefined;
}

/** When the gateway has closed its side, answers that are still to come have so much time. */
const lingerMs = 5000;

export class Session {
  readonly #socket: Socket;
  readonly #context: SessionContext;
  readonly #calls: Calls;
  readonly #queue: Piece[] = [];
  #state: State = 'new';
  #upstream: Upstream | undefined;
  #handshake: Handshake | undefined;
  /** JSON text of what the server answered to `initialize`. */
  #result: string | undefined;
  /** The gateway's `notifications/initialized`, for the server processes to come. */
  #initialized: Buffer | undefined;
  /** A long message of the gateway is half passed on. */
  #inRequest = false;
  /** What is still to come of it was for a server that is gone. */
  #dropsRest = false;
  /** A long message of the server is half passed on. */
  #inAnswer = false;
  #closing = false;
  readonly #idleTimer: NodeJS.Timeout | undefined;
  readonly #silenceTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, context: SessionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#calls = new Calls(context.metrics);
    context.metrics.sessions.add(1);
    context.metrics.sessionsTotal.add(1);
    const framer = new Framer({
      message: (bytes, envelope) => this.#fromGateway({ bytes, envelope }),
      part: (bytes, envelope) => this.#fromGateway({ bytes, envelope }),
    });
    socket.on('data', (chunk) => framer.push(chunk));
    socket.on('drain', () => this.#upstream?.resume());
    socket.on('end', () => {
      framer.end();
      this.#gatewayEnded();
    });
    socket.on('error', (error) => context.log.debug('connection of the gateway failed', { reason: error.message }));
    socket.on('close', () => this.close());
    const { idleSeconds, callSilenceSeconds, stateful } = context.settings;
    if (idleSeconds > 0 && !stateful) this.#idleTimer = setTimeout(() => this.#checkIdle(), idleSeconds * 1000);
    if (callSilenceSeconds > 0) this.#silenceTimer = setTimeout(() => this.#checkSilence(), callSilenceSeconds * 1000);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#detach()?.release();
    this.#state = 'closed';
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#silenceTimer);
    this.#calls.abandon('cancelled', 0, '');
    this.#socket.destroy();
    this.#context.metrics.sessions.add(-1);
  }

  // --- from the gateway ---

  #fromGateway(piece: Piece): void {
    const { envelope } = piece;
    this.#idleTimer?.refresh();
    if (envelope?.kind === 'request') this.#context.requested(envelope.method);
    if (this.#dropsRest) {
      if (!envelope) return;
      this.#dropsRest = false;
      if (envelope.kind === 'request') this.#refuse(envelope, 'lost', 'the server was lost while it was asked');
      return;
    }
    if (this.#state === 'attaching') this.#queue.push(piece);
    else if (this.#state === 'attached') this.#forward(piece);
    else if (this.#state === 'detached') this.#wake(piece);
    else if (this.#state === 'new') this.#begin(piece);
    else if (this.#state === 'failed' && envelope?.kind === 'request') {
      this.#refuse(envelope, 'lost', 'the server was lost, and the state of this session with it; open a new session');
    }
  }

  #forward({ bytes, envelope }: Piece): void {
    this.#inRequest = envelope === undefined;
    if (envelope) {
      if (envelope.method === Method.initialized) this.#initialized = bytes;
      if (this.#calls.size === 0) this.#silenceTimer?.refresh();
      if (!this.#calls.sent(bytes, envelope)) return;
    }
    this.#context.metrics.toServer.add(bytes.length);
    if (this.#upstream?.write(bytes, envelope) === false) this.#socket.pause();
  }

  /** The first message: `initialize`. Whatever else it may be, a server process shall say what it thinks of it. */
  #begin(piece: Piece): void {
    const { bytes, envelope } = piece;
    this.#handshake = envelope?.method === Method.initialize ? handshakeOf(bytes) : undefined;
    if (!this.#handshake || envelope?.id === undefined) {
      this.#queue.push(piece);
      this.#attachPlain();
      return;
    }
    const { id } = envelope;
    const started = Date.now();
    const refused = this.#context.pool.isReady ? undefined : this.#context.waits();
    this.#attach(
      (result) => {
        this.#context.metrics.initializeSeconds.observe((Date.now() - started) / 1000);
        this.#toGateway(resultResponse(id, result));
      },
      (error) => {
        this.#state = 'new';
        refused?.();
        if (error.answer !== undefined) this.#toGateway(errorResponse(id, error.answer));
        else this.#refuse(envelope, 'unavailable', `it is not available: ${error.message}`);
      },
    );
  }

  /** A message for a session without a server process: only a request is worth one. */
  #wake(piece: Piece): void {
    const { bytes, envelope } = piece;
    if (envelope && envelope.kind !== 'request' && envelope.kind !== 'batch') {
      this.#calls.sent(bytes, envelope);
      if (envelope.method === Method.initialized) this.#initialized = bytes;
      return;
    }
    if (envelope?.method === Method.ping && envelope.id !== undefined) {
      this.#toGateway(resultResponse(envelope.id, '{}'));
      return;
    }
    this.#queue.push(piece);
    if (!this.#handshake) {
      this.#attachPlain();
      return;
    }
    const before = this.#result;
    this.#attach(
      (result) => {
        this.#context.metrics.reattached.add(1);
        if (this.#initialized)
          this.#upstream?.write(this.#initialized, { kind: 'notification', method: Method.initialized });
        // A server that says something else of itself than before may have other tools: the gateway shall look.
        if (result !== before) this.#toGateway(notification(Method.toolListChanged));
      },
      (error) => {
        this.#state = 'detached';
        for (const { envelope: queued } of this.#queue.splice(0)) {
          this.#dropsRest = queued === undefined;
          if (queued?.kind === 'request') this.#refuse(queued, 'unavailable', `it is not available: ${error.message}`);
        }
      },
    );
  }

  #gatewayEnded(): void {
    this.#closing = true;
    if (this.#state === 'attached') this.#upstream?.end();
    else if (this.#state !== 'attaching') this.#socket.end();
    setTimeout(() => this.close(), lingerMs).unref();
  }

  // --- the server process behind the session ---

  #attach(attached: (result: string) => void, failed: (error: UnavailableError) => void): void {
    const { pool, settings } = this.#context;
    // A new session can wait for a server that comes late; who makes a call wants an answer, or to know that there is none.
    const seconds = this.#state === 'new' ? settings.initializeSeconds : settings.reconnectSeconds;
    this.#state = 'attaching';
    this.#socket.pause();
    pool.take(this.#handshake as Handshake, seconds * 1000).then(
      (connection) => {
        if (this.#state !== 'attaching') {
          connection.upstream.release();
          return;
        }
        const { upstream, result = '{}', backlog } = connection;
        this.#use(upstream);
        attached(result);
        this.#result = result;
        for (const { bytes, envelope } of backlog) this.#fromServer(bytes, envelope);
        this.#flush();
      },
      (error: UnavailableError) => {
        if (this.#state !== 'attaching') return;
        this.#context.log.warn('the gateway did not get the server', { reason: error.message });
        failed(error);
        this.#socket.resume();
      },
    );
  }

  #attachPlain(): void {
    this.#use(this.#context.pool.openPlain(this.#handlers()));
    this.#flush();
  }

  #use(upstream: Upstream): void {
    this.#state = 'attached';
    this.#upstream = upstream;
    upstream.handlers = this.#handlers();
    this.#context.metrics.attached.add(1);
    this.#idleTimer?.refresh();
  }

  #flush(): void {
    this.#socket.resume();
    for (const piece of this.#queue.splice(0)) this.#fromGateway(piece);
    if (this.#closing) this.#upstream?.end();
  }

  #detach(): Upstream | undefined {
    const upstream = this.#upstream;
    if (!upstream) return undefined;
    this.#upstream = undefined;
    this.#context.metrics.attached.add(-1);
    this.#dropsRest = this.#inRequest;
    this.#inRequest = false;
    return upstream;
  }

  #handlers(): UpstreamHandlers {
    return {
      connected: () => undefined,
      message: (bytes, envelope) => this.#fromServer(bytes, envelope),
      part: (bytes, envelope) => this.#fromServer(bytes, envelope),
      drain: () => this.#socket.resume(),
      lost: (reason) => this.#lost('lost', ErrorCode.ConnectionClosed, reason),
    };
  }

  // --- from the server ---

  #fromServer(bytes: Buffer, envelope: Envelope | undefined): void {
    this.#silenceTimer?.refresh();
    this.#idleTimer?.refresh();
    if (envelope?.kind === 'invalid' && !this.#inAnswer) {
      this.#context.metrics.droppedLines.add(1);
      this.#context.log.debug('a line of the server is no message', { bytes: bytes.length });
      return;
    }
    this.#inAnswer = envelope === undefined;
    if (envelope) this.#calls.received(bytes, envelope);
    this.#toGateway(bytes);
  }

  #toGateway(bytes: Buffer): void {
    this.#context.metrics.toGateway.add(bytes.length);
    if (!this.#socket.write(bytes)) this.#upstream?.pause();
  }

  /** The server process is gone, or given up. What the gateway waits for is answered; the session goes on. */
  #lost(outcome: 'lost' | 'silent', code: number, reason: string): void {
    this.#detach();
    const { settings, log, metrics, name } = this.#context;
    const calls = this.#calls.size;
    if (!this.#closing || calls > 0) {
      log.info('a session lost its server', { reason, calls, stateful: settings.stateful });
      metrics.losses(outcome).add(1);
    }
    if (this.#inAnswer) {
      // The gateway has half of a long message: nothing can be said on this connection any more.
      this.#socket.destroy();
      return;
    }
    this.#state = settings.stateful ? 'failed' : 'detached';
    for (const message of this.#calls.abandon(outcome, code, `mcpgen: server ${name}: ${reason}`))
      this.#toGateway(message);
    if (this.#closing) this.#socket.end();
    else this.#socket.resume();
  }

  #refuse(envelope: Envelope, outcome: Outcome, reason: string): void {
    if (envelope.id === undefined) return;
    this.#context.metrics.calls(outcome).add(1);
    const message = `mcpgen: server ${this.#context.name}: ${reason}`;
    this.#toGateway(errorResponse(envelope.id, { code: ErrorCode.ConnectionClosed, message }));
  }

  // --- limits ---

  #checkSilence(): void {
    this.#silenceTimer?.refresh();
    if (this.#state !== 'attached' || this.#calls.size === 0 || this.#calls.serverWaits) return;
    const upstream = this.#upstream;
    const reason = `no answer and no sign of life for ${this.#context.settings.callSilenceSeconds} s`;
    this.#lost('silent', ErrorCode.RequestTimeout, reason);
    upstream?.destroy();
  }

  #checkIdle(): void {
    this.#idleTimer?.refresh();
    if (this.#state !== 'attached' || this.#calls.size > 0 || this.#calls.serverWaits) return;
    this.#detach()?.release();
    this.#state = 'detached';
    this.#context.metrics.reaped.add(1);
    this.#context.log.info('an idle session let its server go');
  }
}
