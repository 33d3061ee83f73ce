// One connection from the gateway: it stays open as long as the gateway wants, whatever happens to the server processes behind it.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CallObserver, ProcessOrigin } from './calls.ts';
import { GatewayEnd, type Piece } from './gateway-end.ts';
import { Front, type FrontContext } from './front.ts';
import type { Handshake } from './handshake.ts';
import { Listens } from './listens.ts';
import { Method, pingId, request } from './messages.ts';
import type { Pool } from './pool.ts';
import { ProcessSource } from './process-source.ts';
import { type LinkContext, ServerLink } from './server-link.ts';
import type { Sharing } from './sharing.ts';
import { Translator } from './translator.ts';
import type { UnavailableError } from './waiters.ts';
import type { Taken } from './warm.ts';

/** `opening`: it begins in a way that the relay does not know; `protocol`: its gateway does not support the server's protocol. */
export type Unhelped = 'opening' | 'protocol';

export interface SessionContext extends Omit<LinkContext, 'observer'>, FrontContext {
  readonly pool: Pool;
  readonly processes: Sharing;
  /** The gateway has other names than the server for some of what it offers. */
  readonly renames: boolean;
  /** Who wants to know of the calls of a session. */
  observe(session: string): CallObserver | undefined;
  /** The relay does not support a session, and why. */
  unhelped(reason: Unhelped): void;
}

/**
 * `detached`: without a server process until the gateway asks for something; `failed`: a stateful server was lost, and
 * every request is answered with an error.
 */
type State = 'new' | 'attaching' | 'attached' | 'detached' | 'failed' | 'closed';

/** Time for open answers after the gateway has closed its side. */
const lingerMs = 5000;
/** Time that the gateway may take to pass an answer on to its client. */
const flushMs = 400;

export class Session {
  readonly #gateway: GatewayEnd;
  readonly #link: ServerLink;
  readonly #translator: Translator;
  readonly #source: ProcessSource;
  readonly #context: SessionContext;
  readonly #queue: Piece[] = [];
  readonly #front: Front;
  readonly #gone = new AbortController();
  #state: State = 'new';
  /** The gateway's `notifications/initialized`, for the server processes to come. */
  #initialized: Buffer | undefined;
  #closing = false;
  readonly #abandonedTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, shared: SessionContext) {
    const session = randomBytes(4).toString('hex');
    const context = { ...shared, log: shared.log.with({ session }) };
    this.#context = context;
    context.metrics.sessions.add(1);
    context.metrics.sessionsTotal.add(1);
    this.#gateway = new GatewayEnd(socket, context.name, context.metrics, {
      received: (piece) => this.#received(piece),
      drain: () => this.#link.resume(),
      ended: () => this.#gatewayEnded(),
      failed: (reason) => context.log.debug('a connection from the gateway failed', { reason }),
      closed: () => this.close(),
    });
    this.#source = new ProcessSource(context.processes, context.settings);
    this.#translator = new Translator(context.name, context.renames, context.listings);
    const listens = new Listens();
    this.#front = new Front(this.#gateway, context, this.#translator, listens);
    const observer = context.observe(session);
    this.#link = new ServerLink(this.#gateway, { ...context, observer }, this.#translator, listens, {
      lost: (calls) => this.#lost(calls),
      idle: () => {
        this.#state = 'detached';
        this.#source.released();
        this.#gateway.resume();
      },
    });
    const { abandonedSeconds } = context.settings;
    if (abandonedSeconds > 0) this.#abandonedTimer = setTimeout(() => this.#abandon(), abandonedSeconds * 1000);
  }

  /** Ids of requests without an answer. */
  get out(): readonly string[] {
    const queued = this.#queue.flatMap(({ envelope }) => (envelope?.kind === 'request' ? [envelope.id ?? ''] : []));
    return [...this.#link.out, ...queued];
  }

  /** The next call waits for a server as long as its start takes. */
  waitForServer(): void {
    this.#source.released();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#abandonedTimer);
    this.#gone.abort();
    this.#link.close();
    this.#queue.length = 0;
    this.#gateway.destroy();
    this.#context.metrics.sessions.add(-1);
  }

  #received(piece: Piece): void {
    const { bytes, envelope } = piece;
    this.#link.touch();
    this.#abandonedTimer?.refresh();
    if (this.#link.refuseRest(piece)) return;
    if (envelope?.kind === 'response' && envelope.id === pingId) return;
    if (envelope?.method === Method.initialized && this.#state !== 'attaching') this.#begun(bytes);
    if (this.#front.listen(piece)) this.#link.forwardAside(piece);
    else if (this.#state === 'attaching') this.#queue.push(piece);
    else if (this.#state === 'attached') this.#link.forward(piece);
    else if (this.#state === 'detached') this.#wake(piece);
    else if (this.#state === 'new') this.#begin(piece);
    else if (this.#state === 'failed') {
      const reason = 'the server was lost, and with it the state of this session; open a new session';
      this.#link.refuse(piece, 'lost', reason);
    }
  }

  /** Until the session has begun. An unknown first message goes to a server process, which answers it. */
  #begin(piece: Piece): void {
    const isAnswered = this.#front.begin(piece);
    if (this.#front.handshake) {
      this.#state = 'detached';
      if (!isAnswered) this.#wake(piece);
    } else if (!isAnswered) {
      this.#context.unhelped('opening');
      this.#queue.push(piece);
      this.#attachPlain();
    }
  }

  /**
   * The gateway's socat holds back what follows until this message is acknowledged, which the kernel puts off for 40 ms when there is
   * nothing to send (Nagle's algorithm): a ping carries the acknowledgement, and the session's first call comes at once.
   */
  #begun(initialized: Buffer): void {
    this.#initialized = initialized;
    if (this.#front.handshake) this.#gateway.write(request(pingId, Method.ping));
  }

  /** A message for a session without a server process: only a request is worth one. */
  #wake(piece: Piece): void {
    const { envelope } = piece;
    if (envelope && envelope.kind !== 'request' && envelope.kind !== 'batch') {
      this.#link.note(piece);
      return;
    }
    if (this.#front.answer(piece)) return;
    this.#queue.push(piece);
    if (this.#front.handshake) this.#attach(this.#front.handshake);
    else this.#attachPlain();
  }

  #attach(handshake: Handshake): void {
    const started = Date.now();
    const origin = this.#context.processes.isReady(handshake) ? 'warm' : 'cold';
    this.#state = 'attaching';
    this.#gateway.pause();
    this.#source.take(handshake, this.#initialized, this.#gone.signal).then(
      (connection) => {
        if (this.#state === 'attaching') this.#attached(connection, origin, (Date.now() - started) / 1000);
        else connection.upstream.release();
      },
      (error: UnavailableError) => {
        if (this.#state === 'attaching') this.#unavailable(error);
      },
    );
  }

  #attached({ upstream, backlog, loss }: Taken, origin: ProcessOrigin, seconds: number): void {
    const { metrics } = this.#context;
    metrics.attachSeconds.observe(seconds);
    if (this.#source.hasLost) metrics.reattached.add(1);
    const { handshake } = this.#front;
    this.#link.use(upstream, origin, handshake?.era === 'modern' ? handshake.params : undefined);
    for (const { bytes, envelope } of backlog) this.#link.fromServer(bytes, envelope);
    this.#flush();
    // It may have been lost while it was handed over.
    if (loss) this.#link.handlers.lost(loss);
  }

  #unavailable({ message }: UnavailableError): void {
    this.#context.log.debug('no server process for a session', { reason: message });
    this.#state = 'detached';
    this.#source.failed();
    for (const queued of this.#queue.splice(0)) this.#link.drop(queued, `unavailable: ${message}`);
    this.#gateway.resume();
  }

  #attachPlain(): void {
    this.#link.use(this.#context.pool.openPlain(this.#link.handlers), 'cold');
    this.#flush();
  }

  #flush(): void {
    this.#state = 'attached';
    this.#gateway.resume();
    for (const piece of this.#queue.splice(0)) this.#received(piece);
    if (this.#closing) this.#link.end();
  }

  #lost(calls: number): void {
    this.#state = this.#context.settings.stateful ? 'failed' : 'detached';
    this.#source.lost(calls);
    if (this.#closing) this.#gateway.end();
    else this.#gateway.resume();
  }

  /** The gateway keeps connections of clients that left silently, each with a process of its own, for as long as it lives. */
  #abandon(): void {
    this.#abandonedTimer?.refresh();
    if (this.#state === 'attaching' || this.#link.isBusy) return;
    this.#context.metrics.abandoned.add(1);
    this.#context.log.info('closed an abandoned session');
    this.close();
  }

  /**
   * The gateway, when it ends, closes its connections one after the other; socat would wait half a second for each that stays open. It is
   * gone with the last one, and must have passed on the last answer by then.
   */
  #gatewayEnded(): void {
    this.#closing = true;
    const isDone = this.#state === 'attached' && !this.#link.isBusy;
    if (this.#state === 'attached' && !isDone) this.#link.end();
    else if (this.#state !== 'attaching' && !isDone) this.#gateway.end();
    setTimeout(() => this.close(), isDone ? Math.max(0, flushMs - this.#link.quietMs) : lingerMs).unref();
  }
}
