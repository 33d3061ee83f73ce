// Splits one direction of a connection into newline-delimited messages: short ones come whole, long ones in pieces.

import { EnvelopeScanner, type Envelope } from './envelope.ts';

export interface FrameSink {
  /** A whole message, with its newline. */
  message(bytes: Buffer, envelope: Envelope): void;
  /** A piece of a message that is too long to be held; the last one, which may be empty, comes with the envelope. */
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
  readonly #maxLength: number;
  #scanner = new EnvelopeScanner();
  #held: Buffer[] = [];
  #heldLength = 0;
  #streaming = false;
  /** Of the message so far. */
  #length = 0;
  /** The message is too long, and what still comes of it is not passed on. */
  #isCut = false;

  /**
   * A message longer than `maxLength` is cut off: what was passed on of it is made a JSON object but for its last brace, and the sink
   * completes it when it gets the envelope.
   */
  constructor(sink: FrameSink, maxLength = Infinity) {
    this.#sink = sink;
    this.#maxLength = maxLength;
  }

  push(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length) {
      const at = chunk.indexOf(newline, start);
      const piece = chunk.subarray(start, at < 0 ? chunk.length : at + 1);
      start += piece.length;
      this.#length += piece.length;
      if (this.#streaming && !this.#isCut && this.#length > this.#maxLength) this.#cut(piece);
      else this.#scanner.scan(piece);
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
      this.#passOn(piece);
      return;
    }
    this.#held.push(piece);
    this.#heldLength += piece.length;
    if (this.#heldLength <= holdLimit) return;
    const bytes = this.#takeHeld();
    this.#streaming = true;
    this.#passOn(bytes);
  }

  #passOn(bytes: Buffer): void {
    if (this.#isCut || !this.#scanner.plausible) return;
    this.#sink.part(bytes, undefined);
    // It has no place where it can be cut off.
    if (this.#length > this.#maxLength + holdLimit)
      this.#sink.part(Buffer.alloc(0), { kind: 'invalid', overlong: this.#length });
  }

  /** Passes the piece on up to the first place where the message can be ended, and its end. */
  #cut(piece: Buffer): void {
    for (let at = 0; at < piece.length; at++) {
      const ending = isWithinCharacter(piece[at] as number) ? undefined : this.#scanner.ending;
      if (ending !== undefined) {
        this.#sink.part(Buffer.concat([piece.subarray(0, at), Buffer.from(ending)]), undefined);
        this.#isCut = true;
        this.#scanner.scan(piece.subarray(at));
        return;
      }
      this.#scanner.scan(piece.subarray(at, at + 1));
    }
  }

  #complete(piece: Buffer): void {
    const envelope = this.#scanner.finish();
    const overlong = this.#length;
    const isCut = this.#isCut;
    this.#scanner = new EnvelopeScanner();
    this.#length = 0;
    this.#isCut = false;
    if (this.#streaming) {
      this.#streaming = false;
      // What was never plausible was not passed on, so that it is reported like a short line that is not a message.
      if (isCut) this.#sink.part(Buffer.alloc(0), { ...envelope, overlong });
      else this.#sink.part(piece, envelope);
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

/** Whether UTF-8 has this byte only after the first one of a character. */
function isWithinCharacter(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
