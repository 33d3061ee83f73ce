// The requests of a session that are not answered yet, in both directions.

import type { Envelope } from './envelope.ts';
import { batchIds, calledTool, cancelled, cancelledId, errorResponse, Method, traceparentOf } from './messages.ts';
import type { Outcome, ServerMetrics } from './metrics.ts';

/** The process that answers a call: the session had it, it was ready and the session took it, or it had to start. */
export type ProcessOrigin = 'held' | 'warm' | 'cold';

interface Call {
  /** When it came, and when it went to a process, in milliseconds. */
  readonly arrivedAt: number;
  readonly at: number;
  readonly method: string;
  readonly tool: string | undefined;
  readonly origin: ProcessOrigin;
  /** W3C's trace context that the client sent along. */
  readonly traceparent: string | undefined;
}

/** A call that has ended. */
export interface EndedCall extends Omit<Call, 'at' | 'origin'> {
  /** JSON text. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly endedAt: number;
  /** Undefined: it went to no process. */
  readonly sent: { readonly at: number; readonly origin: ProcessOrigin } | undefined;
}

export type CallObserver = (call: EndedCall) => void;

/** When a request came, and what process it goes to. */
type Came = Pick<Call, 'arrivedAt' | 'origin'>;

export class Calls {
  readonly #metrics: ServerMetrics;
  readonly #observer: CallObserver | undefined;
  /** Requests of the gateway by id. */
  readonly #ours = new Map<string, Call>();
  /** Requests of the server that is there now. */
  readonly #theirs = new Set<string>();
  /** How many answers are still to come to requests of servers that are gone; a new server may use the same ids. */
  readonly #stale = new Map<string, number>();

  constructor(metrics: ServerMetrics, observer?: CallObserver) {
    this.#metrics = metrics;
    this.#observer = observer;
  }

  /** Requests of the gateway that wait for the server. */
  get size(): number {
    return this.#ours.size;
  }

  /** Their ids. */
  get ids(): readonly string[] {
    return [...this.#ours.keys()];
  }

  /** Whether the server waits for an answer of the gateway's client, which may be waiting for its user. */
  get serverWaits(): boolean {
    return this.#theirs.size > 0;
  }

  /** The gateway says something to the server; false if it must not be passed on. */
  sent(bytes: Buffer, envelope: Envelope, came: Came = { arrivedAt: performance.now(), origin: 'held' }): boolean {
    const { kind, id, method } = envelope;
    if (kind === 'request' && id !== undefined) this.#ours.set(id, this.#begin(bytes, method, came));
    else if (kind === 'response' && id !== undefined) return this.answered(id);
    else if (method === Method.cancelled) this.cancel(bytes);
    else if (kind === 'batch') {
      const ids = batchIds(bytes);
      for (const request of ids.requests) this.#ours.set(request, this.#begin(Buffer.alloc(0), 'batch', came));
      for (const response of ids.responses) this.#theirs.delete(response);
    }
    return true;
  }

  /** The gateway answers a request of a server; false if that server is gone. */
  answered(id: string): boolean {
    const count = this.#stale.get(id) ?? 0;
    if (count === 0) {
      this.#theirs.delete(id);
      return true;
    }
    if (count === 1) this.#stale.delete(id);
    else this.#stale.set(id, count - 1);
    return false;
  }

  /** The gateway waits no more: the server need not answer. */
  cancel(bytes: Buffer): void {
    const id = cancelledId(bytes);
    const call = id === undefined ? undefined : this.#ours.get(id);
    if (id === undefined || !call) return;
    this.#ours.delete(id);
    this.#count(id, call, 'cancelled');
  }

  /** The relay has answered a request that went to no process. */
  refused(bytes: Buffer, { id = '', method }: Envelope, arrivedAt: number, outcome: Outcome): void {
    this.#count(id, this.#begin(bytes, method, { arrivedAt, origin: 'held' }), outcome, false);
  }

  /** The server says something to the gateway. */
  received(bytes: Buffer, envelope: Envelope): void {
    const { kind, id, method } = envelope;
    if (kind === 'response' && id !== undefined) this.#end(id, envelope.isError === true ? 'error' : 'ok');
    else if (kind === 'request' && id !== undefined) this.#theirs.add(id);
    else if (method === Method.cancelled) this.#theirs.delete(cancelledId(bytes) ?? '');
    else if (kind === 'batch') {
      const ids = batchIds(bytes);
      for (const response of ids.responses) this.#end(response, 'ok');
      for (const request of ids.requests) this.#theirs.add(request);
    }
  }

  /** The server is gone: the messages that the gateway must get. */
  abandon(outcome: Outcome, code: number, message: string): Buffer[] {
    const messages = [...this.#ours].map(([id, call]) => {
      this.#count(id, call, outcome);
      return errorResponse(id, { code, message });
    });
    for (const id of this.#theirs) {
      this.#stale.set(id, (this.#stale.get(id) ?? 0) + 1);
      messages.push(cancelled(id, message));
    }
    this.#ours.clear();
    this.#theirs.clear();
    return messages;
  }

  #begin(bytes: Buffer, method = '', { arrivedAt, origin }: Came): Call {
    const tool = method === Method.toolsCall ? calledTool(bytes) : undefined;
    const traceparent = this.#observer && traceparentOf(bytes);
    return { arrivedAt, at: performance.now(), method, tool, origin, traceparent };
  }

  #count(id: string, call: Call, outcome: Outcome, isSent = true): void {
    this.#metrics.calls(outcome, call.tool).add(1);
    if (!this.#observer) return;
    const { at, origin, ...rest } = call;
    this.#observer({ ...rest, id, outcome, endedAt: performance.now(), sent: isSent ? { at, origin } : undefined });
  }

  #end(id: string, outcome: Outcome): void {
    const call = this.#ours.get(id);
    if (!call) return;
    this.#ours.delete(id);
    this.#count(id, call, outcome);
    this.#metrics.callSeconds(call.tool).observe((performance.now() - call.at) / 1000);
  }
}
