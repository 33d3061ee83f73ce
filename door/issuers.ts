// Token issuers: fetches and caches their keys, and reads their claims.

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { isObject } from '../relay/messages.ts';
import type { Log } from '../relay/log.ts';
import type { IssuerConfig } from './config.ts';
import { FetchError, fetchJson } from './fetch-json.ts';

/** The issuer's keys are unknown and the issuer is unreachable, which is not the caller's fault. */
export class IssuerDown extends Error {}

const skewSeconds = 30;
/** Time after which keys are fetched again. */
const freshMs = 600_000;
/** How long cached keys are used if they cannot be fetched again. */
const staleMs = 86_400_000;
/** A key that is not known may be new: it is asked for, but not for each token that somebody makes up. */
const cooldownMs = 10_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

export class Issuer {
  readonly config: IssuerConfig;
  readonly #log: Log;
  #keys: KeySet | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(config: IssuerConfig, log: Log) {
    this.config = config;
    this.#log = log.with({ issuer: config.url });
  }

  /** The claims of a token that this issuer signed for `audience`; throws an error of jose, or IssuerDown. */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    const keys = await this.#current();
    try {
      return await this.#check(token, audience, keys);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || performance.now() - this.#triedAt < cooldownMs) throw error;
      await this.#fetch();
      return this.#check(token, audience, this.#keys ?? keys);
    }
  }

  async #check(token: string, audience: string, keys: KeySet): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys, {
      issuer: this.config.url,
      audience,
      algorithms: [...this.config.algorithms],
      clockTolerance: skewSeconds,
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  }

  async #current(): Promise<KeySet> {
    const age = performance.now() - this.#fetchedAt;
    const mayTry = performance.now() - this.#triedAt > cooldownMs;
    if (age > freshMs && mayTry) await this.#fetch();
    if (!this.#keys || performance.now() - this.#fetchedAt > staleMs) throw new IssuerDown(this.config.url);
    return this.#keys;
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchNow().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchNow(): Promise<void> {
    this.#triedAt = performance.now();
    try {
      const set = await fetchJson(this.config.jwksUrl ?? (await this.#discover()));
      if (!isKeySet(set)) throw new FetchError('it is not a JSON Web Key Set');
      this.#keys = createLocalJWKSet(set);
      this.#fetchedAt = performance.now();
    } catch (error) {
      this.#log.error('the keys of the issuer could not be fetched', { reason: (error as Error).message });
    }
  }

  /** OpenID Connect, or RFC 8414, which puts the path at the end. */
  async #discover(): Promise<URL> {
    const { origin, pathname } = new URL(this.config.url);
    const path = pathname.replace(/\/$/, '');
    const places = [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`];
    let reason = '';
    for (const place of places) {
      try {
        const found = await fetchJson(new URL(place, origin));
        // RFC 8414, 3.3: another issuer's metadata is nobody's.
        if (!isObject(found) || found['issuer'] !== this.config.url)
          throw new FetchError('it names a different issuer');
        const { jwks_uri: uri } = found;
        if (typeof uri === 'string' && URL.canParse(uri)) return new URL(uri);
        throw new FetchError('it has no jwks_uri');
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    throw new FetchError(`no metadata: ${reason}`);
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return (
    isObject(value) && Array.isArray(value['keys']) && value['keys'].length <= 100 && value['keys'].every(isObject)
  );
}
