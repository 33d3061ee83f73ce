// From a catalog's remote server to a workload: what the gateway, or the relay, would call.

import type { CatalogServer } from '../catalog/model.ts';
import type { Result } from '../diagnostics.ts';
import type { BuildContext } from './context.ts';
import { findCredentials } from './credentials.ts';
import { checkInternal, relayHeader } from './internal.ts';
import type { RemoteWorkload } from './model.ts';
import { aboutUrl, checkRemote, headerVariables, transportOf } from './remote.ts';
import { noteSecrets, secretKeyOf, withoutKeys } from './secrets.ts';
import { toolsOf } from './tools.ts';
import { writtenByRemote } from './written.ts';

/** The user says so, by option, or by a URL in the overlay. */
export function isInternal(server: CatalogServer, { internal, isOverlaid }: BuildContext): boolean {
  return internal.has(server.name) || isOverlaid(server, 'http', 'url');
}

export function buildRemote(server: CatalogServer, name: string, context: BuildContext): Result<RemoteWorkload> {
  const internal = isInternal(server, context);
  const field = internal ? 'http' : 'remote';
  const isOverlaid = (...fields: readonly string[]): boolean => context.isOverlaid(server, field, ...fields);
  const secretKey = secretKeyOf(server, name, context.secrets);
  const used = headerVariables(server);
  const sent = server.secrets.filter(({ env }) => used.has(env));
  const secrets = Object.fromEntries(sent.map((secret) => [secret.env, secretKey(secret.name)]));
  const url = server.sseEndpoint || server.remote.url;
  const written = writtenByRemote(server, url).filter(({ name: header }) =>
    header === undefined ? !isOverlaid('url') : !isOverlaid('headers', header),
  );
  const { diagnostics, isAllowed } = findCredentials(server, {}, written, context);
  const value: RemoteWorkload = {
    kind: 'remote',
    name,
    server,
    url,
    isInternal: internal,
    transport: internal && transportOf(server) !== 'sse' ? 'streamable-http' : transportOf(server),
    headers: internal ? mapValues(server.remote.headers, relayHeader) : server.remote.headers,
    secrets,
    allowsPlain: isAllowed,
    ...toolsOf(server, context.allowTools),
  };
  return {
    value,
    diagnostics: [
      ...diagnostics,
      ...checkRemote(server, isOverlaid),
      ...(internal ? checkInternal(server, url, context.reach, isOverlaid, aboutUrl(server)) : []),
      ...noteSecrets(
        server,
        withoutKeys(secrets, (secret) => isOverlaid('secrets', secret)),
        context.secrets,
      ),
    ],
  };
}

function mapValues(
  map: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
