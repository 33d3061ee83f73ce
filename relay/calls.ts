// The requests of a session that have no answer yet, in both directions.

import type { Envelope } from './envelope.ts';
import { batchIds, calledTool, cancelled, cancelledId, errorResponse, Method } from './messages.ts';
import type { Outcome, ServerMetrics } from './metrics.ts';

interface Call {
  /** When it came, in milliseconds. */
  readonly at: number;
  readonly tool: string | undefined;
}

export class Calls {
  readonly #metrics: ServerMetrics;
  /** Requests of the gateway by id. */
  readonly #ours = new Map<string, Call>();
  /** Requests of the server that is there now. */
  readonly #theirs = new Set<string>();
  /** How many answers are still to come to requests of servers that are gone; a new server may use the same ids. */
  readonly #stale = new Map<string, number>();

  constructor(metrics: ServerMetrics) {
    this.#metrics = metrics;
  }

  /** Requests of the gateway that wait for the server. */
  get size(): number {
    return this.#ours.size;
  }

  /** Whether the server waits for an answer of the gateway's client, which may be waiting for its user. */
  get serverWaits(): boolean {
    return this.#theirs.size > 0;
  }

  /** The gateway says something to the server; false if it must not be passed on. */
  sent(bytes: Buffer, envelope: Envelope): boolean {
    const { kind, id, method } = envelope;
    if (kind === 'request' && id !== undefined)
      this.#begin(id, method === Method.toolsCall ? calledTool(bytes) : undefined);
    else if (kind === 'response' && id !== undefined) return this.answered(id);
    else if (method === Method.cancelled) this.cancel(bytes);
    else if (kind === 'batch') {
      const ids = batchIds(bytes);
      for (const request of ids.requests) this.#begin(request, undefined);
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
    this.#metrics.calls('cancelled', call.tool).add(1);
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
    const messages = [...this.#ours].map(([id, { tool }]) => {
      this.#metrics.calls(outcome, tool).add(1);
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

  #begin(id: string, tool: string | undefined): void {
    this.#ours.set(id, { at: performance.now(), tool });
  }

  #end(id: string, outcome: Outcome): void {
    const call = this.#ours.get(id);
    if (!call) return;
    this.#ours.delete(id);
    this.#metrics.calls(outcome, call.tool).add(1);
    this.#metrics.callSeconds(call.tool).observe((performance.now() - call.at) / 1000);
  }
}
