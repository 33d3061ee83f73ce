// Subscriptions of protocol 2026-07-28 sessions: requests that stay open while the session wants, across server processes.

import { isObject, Method, parse, subscriptionKey } from './messages.ts';

/** A session that opens more gets no more; each is sent to each process. */
const maxListens = 64;

interface Listen {
  readonly request: Buffer;
  /** What it wants to hear of, as it said. */
  readonly wants: { readonly [notification: string]: unknown };
}

export class Listens {
  /** By the request's id, as JSON text. */
  readonly #open = new Map<string, Listen>();

  /** The requests, for a process that has not heard them. */
  get requests(): readonly Buffer[] {
    return [...this.#open.values()].map(({ request }) => request);
  }

  /** Whether a message of the server with this id answers one of the requests. */
  has(id: string | undefined): boolean {
    return id !== undefined && this.#open.has(id);
  }

  /** The acknowledgement of a request, which is then open; undefined: it must go to the server. */
  open(id: string, request: Buffer): Buffer | undefined {
    const params = parse(request)?.['params'];
    const wants = isObject(params) ? params['notifications'] : undefined;
    if (!isObject(wants) || this.#open.size >= maxListens) return undefined;
    this.#open.set(id, { request, wants });
    return notificationFor(id, Method.acknowledged, { notifications: wants });
  }

  /** Unsubscribes; true if the gateway was subscribed. */
  cancel(id: string | undefined): boolean {
    return id !== undefined && this.#open.delete(id);
  }

  /** A notification to each request that asked for it. */
  notify(wanted: 'toolsListChanged', method: string): Buffer[] {
    return [...this.#open]
      .filter(([, { wants }]) => wants[wanted] === true)
      .map(([id]) => notificationFor(id, method, {}));
  }
}

function notificationFor(id: string, method: string, params: object): Buffer {
  const fields = JSON.stringify(params).slice(1, -1);
  const meta = `"_meta":{"${subscriptionKey}":${id}}`;
  return Buffer.from(
    `{"jsonrpc":"2.0","method":"${method}","params":{${fields === '' ? meta : `${fields},${meta}`}}}\n`,
  );
}
