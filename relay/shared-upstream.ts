// A session's end of a shared process. Its next call may go to another process that has less to do.

import type { Envelope } from './envelope.ts';
import { type Loss, tooLong } from './failure.ts';
import { holdLimit } from './frame.ts';
import { cancelledId, ErrorCode, errorResponse, Method } from './messages.ts';
import { textAt } from './places.ts';
import type { Member, SharedProcess } from './shared-process.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';

/** An answer that is too long begins like this, and is completed as an error. */
const beginning = Buffer.from('{"jsonrpc":"2.0"');
const continuation = '"requestState"';
const listenEnvelope: Envelope = { kind: 'request', method: Method.listen };

const nobody: UpstreamHandlers = {
  connected: () => undefined,
  message: () => undefined,
  part: () => undefined,
  drain: () => undefined,
  lost: () => undefined,
};

export class SharedUpstream implements Upstream, Member {
  handlers: UpstreamHandlers = nobody;
  #process: SharedProcess;
  readonly #next: (now: SharedProcess) => SharedProcess;
  readonly #maxLength: number;
  /** Requests to listen, by their ids: each process that the session gets has to hear them. */
  readonly #listens = new Map<string, Buffer>();
  /** Pieces of a long message of the gateway. */
  #pieces: Buffer[] = [];
  #length = 0;
  #isPaused = false;
  /** Bytes that were passed on while the gateway did not read. */
  #unread = 0;
  #isEnding = false;
  #isOver = false;
  loss: Loss | undefined;

  /** `next` says which process a call of the session goes to. */
  constructor(process: SharedProcess, next: (now: SharedProcess) => SharedProcess, maxLength: number) {
    this.#process = process;
    this.#next = next;
    this.#maxLength = maxLength;
    process.join(this);
  }

  write(bytes: Buffer, envelope: Envelope | undefined): boolean {
    this.#length += bytes.length;
    // Held until it is whole: its id may come last.
    if (this.#length <= this.#maxLength) this.#pieces.push(bytes);
    if (!envelope) return true;
    const length = this.#length;
    const whole = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    if (length > this.#maxLength) this.#refuse(envelope, length);
    else if (!this.#isOver) return this.#send(whole, envelope);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#unread = 0;
  }

  end(): void {
    this.#isEnding = true;
    this.#endIfDone();
  }

  release(): void {
    this.#isOver = true;
    this.#process.leave(this);
  }

  /** Others may still get answers, but no more sessions are to come. */
  destroy(): void {
    this.#process.isSuspect = true;
    this.release();
  }

  receive(bytes: Buffer, envelope: Envelope): void {
    if (this.#isPaused) this.#unread += bytes.length;
    if (this.#unread > Math.max(this.#maxLength, holdLimit)) {
      this.release();
      this.handlers.lost({ reason: 'the gateway does not read its answers' });
      return;
    }
    if (envelope.overlong === undefined) this.handlers.message(bytes, envelope);
    else {
      this.handlers.part(beginning, undefined);
      this.handlers.part(bytes, envelope);
    }
    if (this.#isEnding) this.#endIfDone();
  }

  drain(): void {
    this.handlers.drain();
  }

  lost(loss: Loss): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.loss = loss;
    this.handlers.lost(loss);
  }

  #send(bytes: Buffer, envelope: Envelope): boolean {
    const { kind, method } = envelope;
    if (method === Method.cancelled) this.#listens.delete(cancelledId(bytes) ?? '');
    if (method === Method.listen) this.#listens.set(textAt(bytes, ['id']) ?? '', bytes);
    // What the server has asked for in an earlier answer may be good for that process only.
    else if (kind === 'request' && this.#process.calls(this) === 0 && !bytes.includes(continuation))
      this.#move(this.#next(this.#process));
    return this.#process.send(this, bytes, envelope);
  }

  #move(to: SharedProcess): void {
    if (to === this.#process) return;
    this.#process.leave(this);
    this.#process = to;
    to.join(this);
    for (const request of this.#listens.values()) to.send(this, request, listenEnvelope);
  }

  #refuse({ kind, id }: Envelope, length: number): void {
    if (kind !== 'request' || id === undefined) return;
    const maxMiB = this.#maxLength / 2 ** 20;
    const message = tooLong(`a request of ${(length / 2 ** 20).toFixed(1)} MiB`, maxMiB);
    const answer = errorResponse(id, { code: ErrorCode.InternalError, message: `mcpgen: ${message}` });
    this.handlers.message(answer, { kind: 'response', id, isError: true });
  }

  #endIfDone(): void {
    if (this.#isOver || this.#process.calls(this) > 0) return;
    this.release();
    this.handlers.lost({ reason: 'its session has ended' });
  }
}
