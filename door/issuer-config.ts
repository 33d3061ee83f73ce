// Reads the token issuers from the configuration.

import { ConfigError, Reader } from '../relay/config-reader.ts';

export interface IssuerConfig {
  /** As its tokens name it. */
  readonly url: string;
  readonly jwksUrl: URL | undefined;
  readonly algorithms: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** Prefix for the names of its users and groups, so that issuers cannot share a name. */
  readonly prefix: string;
  readonly introspection: { readonly url: URL; readonly clientId: string; readonly clientSecret: string } | undefined;
}

/** Signatures by a key that only the issuer has. */
const safe = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const usual = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

export function readIssuer(
  value: unknown,
  at: string,
  environment: { readonly [name: string]: string | undefined },
): IssuerConfig {
  const reader = new Reader(value, at);
  const url = reader.text('url') ?? '';
  if (!isHttp(url)) throw new ConfigError(`${at}.url must be an http or https URL`);
  const algorithms = reader.texts('algorithms') ?? usual;
  const unsafe = algorithms.find((one) => !safe.includes(one));
  if (unsafe !== undefined) throw new ConfigError(`${at}.algorithms: ${unsafe} is not one of ${safe.join(', ')}`);
  const jwksUrl = reader.text('jwksUrl');
  if (jwksUrl !== undefined && !isHttp(jwksUrl)) throw new ConfigError(`${at}.jwksUrl must be an http or https URL`);
  return {
    url,
    jwksUrl: jwksUrl === undefined ? undefined : new URL(jwksUrl),
    algorithms,
    userClaim: reader.text('userClaim') ?? 'sub',
    groupsClaim: reader.text('groupsClaim') ?? 'groups',
    prefix: reader.text('prefix') ?? '',
    introspection: readIntrospection(reader.object('introspection'), at, environment),
  };
}

function readIntrospection(
  reader: Reader,
  at: string,
  environment: { readonly [name: string]: string | undefined },
): IssuerConfig['introspection'] {
  if (reader.names().length === 0) return undefined;
  const url = reader.text('url') ?? '';
  if (!isHttp(url)) throw new ConfigError(`${at}.introspection.url must be an http or https URL`);
  const variable = reader.text('secretVariable') ?? '';
  const clientSecret = environment[variable]?.trim();
  if (!clientSecret) throw new ConfigError(`${at}.introspection: the environment variable ${variable} is not set`);
  return { url: new URL(url), clientId: reader.text('clientId') ?? '', clientSecret };
}

/** Users and groups of different issuers are distinct only if the issuers' prefixes are. */
export function checkPrefixes(issuers: readonly IssuerConfig[]): void {
  if (new Set(issuers.map(({ prefix }) => prefix)).size < issuers.length)
    throw new ConfigError(
      'issuers: each of several issuers needs its own prefix, so that their users and groups cannot share a name',
    );
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
