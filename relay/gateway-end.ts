// The gateway's side of a session: its socket, split into messages, and what the relay itself sends to it.

import type { Socket } from 'node:net';
import type { Envelope } from './envelope.ts';
import { Framer } from './frame.ts';
import { gather } from './gather.ts';
import { ErrorCode, errorResponse } from './messages.ts';
import type { ServerMetrics } from './metrics.ts';

/** A message, or a piece of a long one. */
export interface Piece {
  readonly bytes: Buffer;
  /** Undefined: not the last piece of its message. */
  readonly envelope: Envelope | undefined;
  /** When it came, in milliseconds. */
  readonly at: number;
}

export interface GatewayHandlers {
  received(piece: Piece): void;
  /** After a `write` that gave false: there is room again. */
  drain(): void;
  /** It says no more, but may still listen. */
  ended(): void;
  failed(reason: string): void;
  closed(): void;
}

export class GatewayEnd {
  readonly #socket: Socket;
  readonly #server: string;
  readonly #metrics: ServerMetrics;

  /** `server` is the name that errors speak of. */
  constructor(socket: Socket, server: string, metrics: ServerMetrics, handlers: GatewayHandlers) {
    this.#socket = socket;
    this.#server = server;
    this.#metrics = metrics;
    const receive = (bytes: Buffer, envelope: Envelope | undefined): void =>
      handlers.received({ bytes, envelope, at: performance.now() });
    const framer = new Framer({ message: receive, part: receive });
    socket.on('data', (chunk) => framer.push(chunk));
    socket.on('drain', () => handlers.drain());
    socket.on('end', () => {
      framer.end();
      handlers.ended();
    });
    socket.on('error', (error) => handlers.failed(error.message));
    socket.on('close', () => handlers.closed());
  }

  /** False: wait for `drain` before writing more. */
  write(bytes: Buffer): boolean {
    this.#metrics.toGateway.add(bytes.length);
    return gather(this.#socket, bytes);
  }

  /** Answers a request with an error of the relay. */
  refuse(id: string, reason: string): void {
    this.write(errorResponse(id, { code: ErrorCode.ConnectionClosed, message: this.reason(reason) }));
  }

  /** The text of an error. */
  reason(text: string): string {
    return `mcpgen: server ${this.#server}: ${text}`;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
