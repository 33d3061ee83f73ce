// Access tokens: a JWT from one of the issuers for this endpoint, or a token that its issuer validates.

import { decodeJwt, type JWTPayload } from 'jose';
import { isObject } from '../relay/messages.ts';
import type { Log } from '../relay/log.ts';
import type { Caller } from './caller.ts';
import type { IssuerConfig } from './config.ts';
import { FetchError } from './fetch-json.ts';
import { Introspection } from './introspection.ts';
import { Issuer, IssuerDown } from './issuers.ts';

/** `down`: it cannot be checked. */
export type TokenVerdict = { readonly caller: Caller; readonly scopes: readonly string[] } | 'invalid' | 'down';

const maxGroups = 200;
const maxName = 256;

export class Tokens {
  readonly #audience: string;
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #introspections: readonly Introspection[];
  readonly #log: Log;

  constructor(audience: string, issuers: readonly IssuerConfig[], log: Log) {
    this.#audience = audience;
    this.#issuers = new Map(issuers.map((config) => [config.url, new Issuer(config, log)]));
    this.#introspections = issuers.flatMap((config) => (config.introspection ? [new Introspection(config)] : []));
    this.#log = log;
  }

  async verify(token: string): Promise<TokenVerdict> {
    try {
      return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? await this.#jwt(token) : await this.#opaque(token);
    } catch (error) {
      if (error instanceof IssuerDown || error instanceof FetchError) return 'down';
      // Every error of jose has a code; its text may quote the token.
      const { code } = error as { readonly code?: unknown };
      if (typeof code !== 'string') throw error;
      this.#log.debug('token refused', { code });
      return 'invalid';
    }
  }

  async #jwt(token: string): Promise<TokenVerdict> {
    const { iss = '' } = decodeJwt(token);
    const issuer = this.#issuers.get(iss);
    return issuer ? read(issuer.config, await issuer.verify(token, this.#audience)) : 'invalid';
  }

  async #opaque(token: string): Promise<TokenVerdict> {
    for (const introspection of this.#introspections) {
      const claims = await introspection.ask(token, this.#audience);
      if (claims) return read(introspection.config, claims);
    }
    return 'invalid';
  }
}

/** What the door reads from verified claims; each text is bounded, because logs and rules get it. */
function read(config: IssuerConfig, claims: JWTPayload): TokenVerdict {
  const { url, prefix, userClaim, groupsClaim } = config;
  const name = at(claims, userClaim);
  // An address that nobody has confirmed may be anybody's.
  const isUnconfirmed = userClaim === 'email' && claims['email_verified'] === false;
  if (!isName(name) || !isName(claims.sub) || isUnconfirmed) return 'invalid';
  const user = prefix + name;
  // So are keys called.
  if (user.startsWith('key:')) return 'invalid';
  const groups = [at(claims, groupsClaim) ?? []].flat().filter(isName).slice(0, maxGroups);
  const client = [claims['client_id'], claims['azp']].find(isName) ?? '';
  const scope = claims['scope'] ?? claims['scp'];
  const scopes = typeof scope === 'string' ? scope.split(' ') : Array.isArray(scope) ? scope.filter(isName) : [];
  const identity = `${url}\n${claims.sub}`;
  const caller = {
    user,
    groups: groups.map((group) => prefix + group),
    client,
    identity,
    expires: (claims.exp ?? 0) * 1000,
  };
  return { caller, scopes };
}

/** A claim, by a path such as `realm_access.roles`; a claim whose name has dots comes first. */
function at(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>((one, key) => (isObject(one) && Object.hasOwn(one, key) ? one[key] : undefined), claims);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxName && !/[\p{Cc}\p{Cs}]/u.test(value);
}
