// Newline-delimited messages of one direction of a connection: short ones are given whole, long ones in pieces.

import { EnvelopeScanner, type Envelope } from './envelope.ts';

export interface FrameSink {
  /** A whole message, with its newline. */
  message(bytes: Buffer, envelope: Envelope): void;
  /** A piece of a message that is too long to be held; the last one comes with the envelope. */
  part(bytes: Buffer, envelope: Envelope | undefined): void;
}

/**
 * Longer messages are passed on while they arrive, so that memory stays small. Shorter ones are held until they are whole:
 * if the server is lost in between, the other side has not seen half a message, and its connection can live on.
 */
export const holdLimit = 1 << 20;

const newline = 0x0a;

export class Framer {
  readonly #sink: FrameSink;
  #scanner = new EnvelopeScanner();
  #held: Buffer[] = [];
  #heldLength = 0;
  #streaming = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length) {
      const at = chunk.indexOf(newline, start);
      const piece = chunk.subarray(start, at < 0 ? chunk.length : at + 1);
      start += piece.length;
      this.#scanner.scan(piece);
      if (at < 0) this.#hold(piece);
      else this.#complete(piece);
    }
  }

  /** The connection has ended: what is there may be a last message without a newline. */
  end(): void {
    if (this.#streaming || this.#heldLength > 0) this.#complete(Buffer.from('\n'));
  }

  #hold(piece: Buffer): void {
    if (this.#streaming) {
      if (this.#scanner.plausible) this.#sink.part(piece, undefined);
      return;
    }
    this.#held.push(piece);
    this.#heldLength += piece.length;
    if (this.#heldLength <= holdLimit) return;
    const bytes = this.#takeHeld();
    this.#streaming = true;
    if (this.#scanner.plausible) this.#sink.part(bytes, undefined);
  }

  #complete(piece: Buffer): void {
    const envelope = this.#scanner.finish();
    this.#scanner = new EnvelopeScanner();
    if (this.#streaming) {
      this.#streaming = false;
      // What was never plausible was not passed on, so that it is reported like a short line that is not a message.
      this.#sink.part(piece, envelope);
      return;
    }
    this.#held.push(piece);
    const bytes = this.#takeHeld();
    if (envelope.kind !== 'blank') this.#sink.message(bytes, envelope);
  }

  #takeHeld(): Buffer {
    const [first] = this.#held;
    const bytes = this.#held.length === 1 && first ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldLength = 0;
    return bytes;
  }
}
