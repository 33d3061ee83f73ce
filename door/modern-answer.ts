// Translates the gateway's answer into an answer of protocol 2026-07-28.

import type { ServerResponse } from 'node:http';
import { isObject } from '../relay/messages.ts';
import { Answer } from './answer.ts';
import type { ClientMessage } from './message.ts';
import { metaPrefix } from './modern.ts';
import { ErrorCode } from './refusal.ts';

type Fields = { readonly [field: string]: unknown };

/** Clients may cache these answers: this one only until the next request. */
const cacheable = /^(server\/discover|(tools|prompts|resources|resources\/templates)\/list|resources\/read)$/;
/** The error of earlier protocols for a resource that does not exist. */
const noResource = -32002;

export class ModernAnswer extends Answer {
  readonly #message: ClientMessage;
  /** Distinguishes the request from others of its gateway session. */
  readonly number: number;

  constructor(response: ServerResponse, message: ClientMessage, number: number) {
    super(response, message.id);
    this.#message = message;
    this.number = number;
  }

  /** The request as the gateway knows it. */
  get sent(): Buffer {
    const { method, params } = this.#message;
    const entries = Object.entries(this.#meta).filter(([key]) => !key.startsWith(metaPrefix));
    const meta = Object.fromEntries(
      entries.map(([key, value]) => [key, key === 'progressToken' ? this.number : value]),
    );
    const body = { jsonrpc: '2.0', id: this.number, method, params: { ...params, _meta: meta } };
    return Buffer.from(JSON.stringify(body));
  }

  /** Only what the client has asked for, as the session is not its own. */
  override message(text: string): void {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || 'id' in value) return;
    const params = isObject(value['params']) ? value['params'] : {};
    if (value['method'] === 'notifications/message' && `${metaPrefix}logLevel` in this.#meta) super.message(text);
    if (value['method'] !== 'notifications/progress' || params['progressToken'] !== this.number) return;
    const { progressToken } = this.#meta;
    super.message(JSON.stringify({ ...value, params: { ...params, progressToken } }));
  }

  override finish(text: string): void {
    const { result, error } = JSON.parse(text) as { readonly result?: Fields; readonly error?: Fields };
    const outcome = error ? { error: shownError(error) } : { result: completed(this.#message.method, result ?? {}) };
    super.finish(`{"jsonrpc":"2.0","id":${this.id},${JSON.stringify(outcome).slice(1)}`);
  }

  get #meta(): Fields & { readonly progressToken?: unknown } {
    const meta = this.#message.params['_meta'];
    return isObject(meta) ? meta : {};
  }
}

function completed(method: string, result: Fields): Fields {
  return {
    ...result,
    resultType: 'complete',
    ...(cacheable.test(method) && { ttlMs: 0, cacheScope: 'private' }),
  };
}

function shownError(error: Fields): Fields {
  return error['code'] === noResource ? { ...error, code: ErrorCode.InvalidParams } : error;
}
