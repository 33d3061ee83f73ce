// One process that sessions of protocol 2026-07-28 share. It replaces request ids on the way in, and routes answers by them on the way out.

import type { Envelope } from './envelope.ts';
import { type Loss, tooLong } from './failure.ts';
import type { Handshake } from './handshake.ts';
import { ErrorCode, errorResponse, Method, pingId, request, subscriptionKey } from './messages.ts';
import { placeOf, replaceAt, textAt } from './places.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';
import { maxPingMs } from './warm.ts';

/** A session that uses the process. */
export interface Member {
  receive(bytes: Buffer, envelope: Envelope): void;
  drain(): void;
  lost(loss: Loss): void;
}

interface Call {
  readonly member: Member;
  /** JSON texts of the member's own id and progress token. */
  readonly id: string;
  readonly token: string | undefined;
  readonly isListen: boolean;
}

export interface SharedEvents {
  /** Nobody uses it any more. */
  left(): void;
  lost(): void;
  /** The server printed a line that is not a message. */
  dropped(): void;
}

const tokenPath = ['params', '_meta', 'progressToken'];
/** Where a notification of the server says which request it belongs to. */
const ownerPaths = [
  ['params', 'progressToken'],
  ['params', '_meta', subscriptionKey],
  ['params', 'requestId'],
];

export class SharedProcess implements UpstreamHandlers {
  readonly #upstream: Upstream;
  readonly #maxLength: number;
  readonly #events: SharedEvents;
  readonly #members = new Set<Member>();
  /** Requests without an answer, by the JSON text of the id that the server has for them. */
  readonly #calls = new Map<string, Call>();
  #nextId = 1;
  /** Pieces of a long message of the server. */
  #pieces: Buffer[] = [];
  #isOver = false;
  isSuspect = false;

  constructor(upstream: Upstream, maxLength: number, events: SharedEvents) {
    this.#upstream = upstream;
    this.#maxLength = maxLength;
    this.#events = events;
    upstream.handlers = this;
  }

  get members(): number {
    return this.#members.size;
  }

  /** Requests that wait for an answer, of one member or of all; those to listen do not. */
  calls(member?: Member): number {
    let count = 0;
    for (const call of this.#calls.values())
      if (!call.isListen && (member === undefined || call.member === member)) count++;
    return count;
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  /** Nobody waits for its answers any more. */
  leave(member: Member): void {
    for (const [id, call] of this.#calls) if (call.member === member) this.#cancel(id);
    if (this.#members.delete(member) && this.#members.size === 0 && !this.#isOver) this.#events.left();
  }

  /** False: wait for `drain` before writing more. */
  send(member: Member, bytes: Buffer, envelope: Envelope): boolean {
    const { kind, method } = envelope;
    if (kind === 'request') return this.#ask(member, bytes, envelope);
    if (method !== Method.cancelled) return this.#upstream.write(bytes, envelope);
    const own = textAt(bytes, ['params', 'requestId']);
    const [id] = [...this.#calls].find(([, call]) => call.member === member && call.id === own) ?? [];
    if (id === undefined) return true;
    this.#calls.delete(id);
    return this.#upstream.write(replaceAt(bytes, ['params', 'requestId'], id), envelope);
  }

  /** Whether the process lives, as far as an answer shows; one that is slow is taken to. */
  isAlive({ params }: Handshake): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (isAlive: boolean): void => {
        clearTimeout(timer);
        this.leave(member);
        resolve(isAlive);
      };
      const member: Member = { receive: () => finish(true), drain: () => undefined, lost: () => finish(false) };
      const timer = setTimeout(() => finish(true), maxPingMs);
      this.#members.add(member);
      const envelope: Envelope = { kind: 'request', id: pingId, method: Method.discover };
      this.send(member, request(pingId, Method.discover, params), envelope);
    });
  }

  release(): void {
    this.#isOver = true;
    this.#upstream.release();
  }

  connected(): void {
    // It was, before it was shared.
  }

  drain(): void {
    for (const member of this.#members) member.drain();
  }

  lost(loss: Loss): void {
    this.#isOver = true;
    this.#events.lost();
    for (const member of this.#members) member.lost(loss);
  }

  /** Held until it is whole: before that, it cannot be known whose it is. */
  part(bytes: Buffer, envelope: Envelope | undefined): void {
    this.#pieces.push(bytes);
    if (!envelope) return;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.message(whole, envelope);
  }

  message(bytes: Buffer, envelope: Envelope): void {
    const { kind, id } = envelope;
    if (kind === 'response') this.#answer(bytes, envelope);
    else if (kind === 'notification') this.#notify(bytes, envelope);
    else if (kind === 'request' && id !== undefined)
      // The protocol has none, and it would not be known which session it is for.
      this.#upstream.write(errorResponse(id, noRequests), { kind: 'response', id });
    else if (envelope.overlong === undefined) this.#events.dropped();
    else this.#giveUp(tooLong('a message', this.#maxLength / 2 ** 20));
  }

  /** What still comes of the message cannot be distinguished from the next one. */
  #giveUp(reason: string): void {
    this.#upstream.destroy();
    this.lost({ reason });
  }

  #ask(member: Member, bytes: Buffer, envelope: Envelope): boolean {
    const own = textAt(bytes, ['id']);
    if (own === undefined) return true;
    const id = String(this.#nextId++);
    const token = textAt(bytes, tokenPath);
    this.#calls.set(id, { member, id: own, token, isListen: envelope.method === Method.listen });
    const text = replaceAt(replaceAt(bytes, ['id'], id), tokenPath, id);
    return this.#upstream.write(text, { ...envelope, id });
  }

  #answer(bytes: Buffer, envelope: Envelope): void {
    const call = this.#calls.get(envelope.id ?? '');
    if (!call) return;
    this.#calls.delete(envelope.id ?? '');
    const own = { ...envelope, id: call.id };
    // Its beginning, which may have the id, is all that there is of it.
    if (envelope.overlong !== undefined) call.member.receive(Buffer.alloc(0), own);
    else if (placeOf(bytes, ['id'])) call.member.receive(replaceAt(bytes, ['id'], call.id), own);
  }

  #notify(bytes: Buffer, envelope: Envelope): void {
    for (const path of ownerPaths) {
      const id = textAt(bytes, path);
      if (id === undefined) continue;
      const call = this.#calls.get(id);
      const own = path === ownerPaths[0] ? call?.token : call?.id;
      if (call && own !== undefined) call.member.receive(replaceAt(bytes, path, own), envelope);
      return;
    }
    // Log messages do not say whose they are: no session may see those of another.
    const members = new Set([...this.#calls.values()].filter(({ isListen }) => !isListen).map(({ member }) => member));
    if (members.size === 1) for (const member of members) member.receive(bytes, envelope);
  }

  #cancel(id: string): void {
    this.#calls.delete(id);
    if (this.#isOver) return;
    const text = `{"jsonrpc":"2.0","method":"${Method.cancelled}","params":{"requestId":${id}}}\n`;
    this.#upstream.write(Buffer.from(text), { kind: 'notification', method: Method.cancelled });
  }
}

const noRequests = { code: ErrorCode.MethodNotFound, message: 'method not found' };
