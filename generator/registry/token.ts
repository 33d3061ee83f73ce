// Tokens for repositories of a registry: distribution's token authentication, and its OAuth2 form.

import { basic, type Credentials } from './credentials.ts';
import { readAll } from './digest.ts';
import { RegistryError } from './error.ts';
import { mapOf, parseJson } from './json.ts';
import type { Request, Response } from './transport.ts';

/** What a token is for, and who asks. */
export interface TokenRequest {
  readonly service: string | undefined;
  /** What it allows: `repository:NAME:pull`. */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
}

const maxTokenBytes = 64 * 1024;

/** What to send to the realm's address, which gets its query here; and what of it must not be shown. */
export function tokenRequest(
  url: URL,
  { service, scopes, credentials }: TokenRequest,
): { request: Request; secrets: readonly string[] } {
  const query = new URLSearchParams(service === undefined ? {} : { service });
  const { password = '', identityToken } = credentials ?? {};
  if (identityToken !== undefined) {
    query.set('grant_type', 'refresh_token');
    query.set('client_id', 'mcpgen');
    query.set('refresh_token', identityToken);
    query.set('scope', scopes.join(' '));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { request: { method: 'POST', headers, body: query.toString() }, secrets: [identityToken] };
  }
  for (const [name, value] of query) url.searchParams.set(name, value);
  url.searchParams.delete('scope');
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = credentials && basic(credentials);
  return {
    request: { headers: authorization === undefined ? {} : { authorization } },
    secrets: [authorization?.slice('Basic '.length) ?? '', password],
  };
}

/** The token of an answer. */
export async function readToken(response: Response, host: string): Promise<string> {
  const what = 'its token';
  const { token, access_token: accessToken } = mapOf(parseJson(await readAll(response, maxTokenBytes, what), what));
  const found = token ?? accessToken;
  if (typeof found !== 'string') throw new RegistryError(`${host} answered without a token`);
  // It goes into a header: nothing else may come of it.
  if (!/^[\x21-\x7e]+$/.test(found)) throw new RegistryError(`the token of ${host} is none: it cannot be sent`);
  return found;
}
