// Translates names between the gateway and a server: in lists, and in requests by name.

import type { Envelope } from './envelope.ts';
import { type Kind, kindOf, readList } from './lists.ts';
import type { Listings } from './listings.ts';
import { hasCursor, isObject, Method, parse, resultResponse } from './messages.ts';

/** What protocol 2026-07-28 wants said besides: the list may be another one the next moment. */
const modernFields = '"resultType":"complete","ttlMs":0,"cacheScope":"private",';

export class Translator {
  isModern = false;
  readonly #server: string;
  readonly #renames: boolean;
  readonly #listings: Listings;
  /** Lists that the gateway waits for, by the request's id. */
  readonly #asked = new Map<string, Kind>();

  constructor(server: string, renames: boolean, listings: Listings) {
    this.#server = server;
    this.#renames = renames;
    this.#listings = listings;
  }

  /** The answer to the gateway's request for a list from what was seen before; undefined: it is another request. */
  answer({ kind, id, method }: Envelope): Buffer | undefined {
    const list = kind === 'request' ? kindOf(method) : undefined;
    return list && id !== undefined ? this.#list(id, list) : undefined;
  }

  toServer(bytes: Buffer, { kind, id, method }: Envelope): Buffer {
    if (kind !== 'request' || id === undefined) return bytes;
    const list = kindOf(method);
    if (list && !hasCursor(bytes)) this.#asked.set(id, list);
    if (!this.#renames) return bytes;
    if (method === Method.promptsGet) return this.#rename(bytes, 'prompt', 'name');
    if (method === Method.resourcesRead) return this.#rename(bytes, 'resource', 'uri');
    return bytes;
  }

  toGateway(bytes: Buffer, { kind, id = '' }: Envelope): Buffer {
    const list = kind === 'response' ? this.#asked.get(id) : undefined;
    if (!list) return bytes;
    this.#asked.delete(id);
    const entries = readList(list, bytes);
    // What the server refuses to list at this moment, the gateway may still have.
    if (entries) this.#listings.learn(this.#server, { [list]: entries });
    return this.#list(id, list);
  }

  /** The server does not answer any more. */
  forget(): void {
    this.#asked.clear();
  }

  #list(id: string, kind: Kind): Buffer {
    const text = this.#listings.answer(this.#server, kind);
    return resultResponse(id, this.isModern ? `{${modernFields}${text.slice(1)}` : text);
  }

  #rename(bytes: Buffer, kind: 'prompt' | 'resource', field: string): Buffer {
    const message = parse(bytes);
    const params = message?.['params'];
    if (!isObject(params) || typeof params[field] !== 'string') return bytes;
    const name = this.#listings.ownName(this.#server, kind, params[field]);
    return Buffer.from(`${JSON.stringify({ ...message, params: { ...params, [field]: name } })}\n`);
  }
}
