// Proves who makes a request, by the header Authorization.

import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.ts';
import type { Keys } from './keys.ts';
import { ErrorCode, Refusal } from './refusal.ts';

const maxToken = 8192;

export class Authenticator {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  async authenticate(request: IncomingMessage): Promise<Caller | Refusal> {
    const token = bearerToken(request);
    if (token === undefined) return this.#challenge('send a key or a token: Authorization: Bearer …');
    return (
      this.#keys.find(token) ?? this.#challenge('the key or token is not valid, or its time is over', 'invalid_token')
    );
  }

  #challenge(message: string, error?: string): Refusal {
    const parts = ['realm="mcpgen"', ...(error === undefined ? [] : [`error="${error}"`])];
    return new Refusal(401, ErrorCode.Unauthorized, message, { 'www-authenticate': `Bearer ${parts.join(', ')}` });
  }
}

/** The one token of the request; undefined if there is none, or several. */
function bearerToken(request: IncomingMessage): string | undefined {
  const headers = request.headersDistinct['authorization'] ?? [];
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers[0] ?? '') ?? [];
  return headers.length === 1 && token !== undefined && token.length <= maxToken ? token : undefined;
}
