// A connection to a server, and the TCP connection to the bridge in the server's pod.

import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Envelope } from './envelope.ts';
import { Framer, type FrameSink } from './frame.ts';
import { connectError, type Loss, processEnd } from './failure.ts';
import { gather } from './gather.ts';
import { lookup } from './resolver.ts';

export interface UpstreamHandlers extends FrameSink {
  /** The server accepts: called once, before any message. */
  connected(): void;
  /** After a `write` that gave false: there is room again. */
  drain(): void;
  /** Nothing comes or goes any more; called once at most, and never after `release` or `destroy`. */
  lost(loss: Loss): void;
}

export interface Upstream {
  /** Who gets the events; a connection changes hands when it is taken from the pool. */
  handlers: UpstreamHandlers;
  /** False: wait for `drain` before writing more. */
  write(bytes: Buffer, envelope: Envelope | undefined): boolean;
  pause(): void;
  resume(): void;
  /** No more is written, but the server may still answer. */
  end(): void;
  /** Not needed any more: the server may end in peace. */
  release(): void;
  destroy(): void;
}

export interface Limits {
  readonly connectTimeoutMs: number;
  /** Bytes of a message. */
  readonly maxLength: number;
}

/** Opens a connection to a server. */
export type Dial = (handlers: UpstreamHandlers) => Upstream;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Time for a server to exit before its connection is cut. */
const lingerMs = 5000;
const closed: Loss = { reason: 'the connection was closed' };

export class TcpUpstream implements Upstream, FrameSink {
  handlers: UpstreamHandlers;
  readonly #framer: Framer;
  readonly #connectTimeoutMs: number;
  readonly #podLost: () => void;
  #socket: Socket;
  /** What is written before there is a connection. */
  #unsent: Buffer[] = [];
  #connected = false;
  #ended = false;
  #over = false;

  /**
   * Where nothing accepts at `target`, `unready` is tried. `podLost` is called besides when the other end closes the connection,
   * as it does when its pod ends.
   */
  constructor(
    { target, unready }: { readonly target: Address; readonly unready?: Address | undefined },
    { connectTimeoutMs, maxLength }: Limits,
    handlers: UpstreamHandlers,
    podLost: () => void,
  ) {
    this.handlers = handlers;
    this.#framer = new Framer(this, maxLength);
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#podLost = podLost;
    this.#socket = this.#connect(target, lookup, (loss) => {
      const isPaused = this.#socket.isPaused();
      // The addresses of pods change: what they were is of no use.
      if (unready) this.#socket = this.#connect(unready, undefined, () => this.#lose(loss));
      else this.#lose(loss);
      if (isPaused) this.#socket.pause();
    });
  }

  #connect(address: Address, resolve: LookupFunction | undefined, failed: (loss: Loss) => void): Socket {
    const socket = connect({
      ...address,
      ...(resolve && { lookup: resolve }),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      allowHalfOpen: true,
    });
    let isUnresolved = isIP(address.host) === 0;
    let hasFailed = false;
    const lose = (loss: Loss): void => {
      clearTimeout(timer);
      if (hasFailed) return;
      hasFailed = true;
      socket.destroy();
      if (this.#connected) this.#lose(loss, true);
      else if (!this.#over) failed(loss);
    };
    const timer = setTimeout(() => {
      const what = isUnresolved ? `no address for ${address.host}` : 'no connection';
      lose({ reason: `${what} within ${this.#connectTimeoutMs / 1000} s`, isUnresolved });
    }, this.#connectTimeoutMs);
    socket.once('lookup', () => (isUnresolved = false));
    socket.once('connect', () => {
      clearTimeout(timer);
      this.#connected = true;
      this.#flush();
      if (!this.#over) this.handlers.connected();
    });
    socket.on('data', (chunk) => this.#framer.push(chunk));
    socket.on('drain', () => {
      if (!this.#over) this.handlers.drain();
    });
    socket.on('end', () => {
      this.#framer.end();
      lose(closed);
    });
    socket.on('error', (error) => lose(connectError(error)));
    socket.on('close', () => lose(closed));
    return socket;
  }

  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const bytes of unsent) this.#socket.write(bytes);
    if (this.#ended) this.#socket.end();
    if (unsent.length > 0 && !this.#over) this.handlers.drain();
  }

  message(bytes: Buffer, envelope: Envelope): void {
    const end = envelope.kind === 'invalid' ? processEnd(bytes) : undefined;
    if (end !== undefined) this.#lose(end);
    else if (!this.#over) this.handlers.message(bytes, envelope);
  }

  part(bytes: Buffer, envelope: Envelope | undefined): void {
    if (!this.#over) this.handlers.part(bytes, envelope);
  }

  write(bytes: Buffer): boolean {
    if (this.#connected) return gather(this.#socket, bytes);
    this.#unsent.push(bytes);
    return false;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#ended = true;
    if (this.#connected) this.#socket.end();
  }

  release(): void {
    this.#over = true;
    this.#socket.resume();
    this.end();
    // The bridge does not close the connection when the process has ended.
    setTimeout(() => this.#socket.destroy(), lingerMs).unref();
  }

  destroy(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #lose(loss: Loss, isClosed = false): void {
    this.#socket.destroy();
    if (this.#over) return;
    this.#over = true;
    if (isClosed && this.#connected) this.#podLost();
    this.handlers.lost(loss);
  }
}
