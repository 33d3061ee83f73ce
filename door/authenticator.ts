// Authenticates a request by its Authorization header: the key of a machine, or a token from an issuer.

import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.ts';
import type { Config } from './config.ts';
import type { Keys } from './keys.ts';
import { metadataUrl } from './metadata.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import type { Tokens } from './tokens.ts';

const maxToken = 8192;

export class Authenticator {
  readonly #keys: Keys;
  readonly #tokens: Tokens | undefined;
  readonly #scopes: readonly string[];
  /** Where clients learn how to log in. */
  readonly #hints: readonly string[];

  constructor(keys: Keys, tokens: Tokens | undefined, { resource, scopes }: Pick<Config, 'resource' | 'scopes'>) {
    this.#keys = keys;
    this.#tokens = tokens;
    this.#scopes = scopes;
    const scope = scopes.length > 0 ? [`scope="${scopes.join(' ')}"`] : [];
    this.#hints = tokens && resource !== '' ? [`resource_metadata="${metadataUrl(resource)}"`, ...scope] : [];
  }

  async authenticate(request: IncomingMessage): Promise<Caller | Refusal> {
    const token = bearerToken(request);
    if (token === undefined) return this.#challenge(401, 'send a key or a token: Authorization: Bearer …');
    const key = this.#keys.find(token);
    if (key) return key;
    const verdict = (await this.#tokens?.verify(token)) ?? 'invalid';
    if (verdict === 'down')
      return new Refusal(503, ErrorCode.Unauthorized, 'the token issuer is unreachable: try again later', {
        'retry-after': '10',
      });
    if (verdict === 'invalid') return this.#challenge(401, 'the key or token is invalid or expired', 'invalid_token');
    const missing = this.#scopes.filter((scope) => !verdict.scopes.includes(scope));
    if (missing.length === 0) return verdict.caller;
    return this.#challenge(403, `the token lacks the scope ${missing.join(' ')}`, 'insufficient_scope');
  }

  #challenge(status: number, message: string, error?: string): Refusal {
    const reason = error === undefined ? [] : [`error="${error}"`, `error_description="${message}"`];
    const parts = ['realm="mcpgen"', ...reason, ...this.#hints];
    return new Refusal(status, ErrorCode.Unauthorized, message, { 'www-authenticate': `Bearer ${parts.join(', ')}` });
  }
}

/** The one token of the request; undefined if there is none, or several. */
function bearerToken(request: IncomingMessage): string | undefined {
  const headers = request.headersDistinct['authorization'] ?? [];
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers[0] ?? '') ?? [];
  return headers.length === 1 && token !== undefined && token.length <= maxToken ? token : undefined;
}
