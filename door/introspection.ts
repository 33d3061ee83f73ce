// Asks an issuer to validate a token that only the issuer can read (RFC 7662).

import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { isObject } from '../relay/messages.ts';
import type { IssuerConfig } from './config.ts';
import { fetchJson } from './fetch-json.ts';

/** Time for which a revoked token may still be accepted. */
const keptMs = 30_000;
const maxKept = 5000;

export class Introspection {
  readonly config: IssuerConfig;
  readonly #kept = new Map<string, { readonly claims: JWTPayload | undefined; readonly until: number }>();

  constructor(config: IssuerConfig) {
    this.config = config;
  }

  /** The claims of an active token for `audience`; throws a FetchError if the issuer does not say. */
  async ask(token: string, audience: string): Promise<JWTPayload | undefined> {
    const key = createHash('sha256').update(token).digest('base64url');
    const kept = this.#kept.get(key);
    if (kept && Date.now() < kept.until) return kept.claims;
    const claims = readClaims(await this.#fetch(token), this.config.url, audience);
    this.#kept.set(key, { claims, until: Math.min(Date.now() + keptMs, (claims?.exp ?? Infinity) * 1000) });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
    }
    return claims;
  }

  #fetch(token: string): Promise<unknown> {
    const { url, clientId, clientSecret } = this.config.introspection as NonNullable<IssuerConfig['introspection']>;
    const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' });
    return fetchJson(url, { method: 'POST', headers: { authorization }, body });
  }
}

function readClaims(value: unknown, issuer: string, audience: string): JWTPayload | undefined {
  if (!isObject(value) || value['active'] !== true) return undefined;
  const isFor = [value['aud']].flat().includes(audience);
  const isFrom = value['iss'] === undefined || value['iss'] === issuer;
  const { exp } = value;
  const isTimely = typeof exp === 'number' && exp * 1000 > Date.now();
  return isFor && isFrom && isTimely ? (value as JWTPayload) : undefined;
}
