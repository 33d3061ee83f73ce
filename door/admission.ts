// Checks that come before authentication: the host, the browser's origin, the size of headers, tokens in the URL.

import type { IncomingMessage } from 'node:http';
import { ErrorCode, Refusal } from './refusal.ts';

export interface Admission {
  /** Lower case, without ports; `*` is any. */
  readonly hosts: readonly string[];
  /** Scheme, host and port, as browsers send them. */
  readonly origins: readonly string[];
}

export type Headers = { readonly [name: string]: string };

const allowedHeaders = ['authorization', 'content-type', 'accept', 'last-event-id', 'mcp-session-id'].concat([
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
]);

/** Headers for whatever is answered, or why the request is refused. */
export function admit({ hosts, origins }: Admission, request: IncomingMessage): Headers | Refusal {
  const host = hostName(request.headers.host ?? '');
  if (!hosts.includes('*') && !hosts.includes(host))
    return new Refusal(403, ErrorCode.InvalidRequest, 'this host name is not allowed: add it to door.hosts');
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  if (['access_token', 'token', 'key', 'api_key'].some((name) => query.has(name)))
    return new Refusal(
      400,
      ErrorCode.InvalidRequest,
      'send the token in the Authorization header, because URLs end up in logs',
    );
  const { origin } = request.headers;
  if (origin === undefined) return {};
  if (!origins.includes(origin))
    return new Refusal(403, ErrorCode.InvalidRequest, 'this origin is not allowed: add it to door.origins');
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'mcp-session-id, www-authenticate, retry-after',
    vary: 'origin',
  };
}

/** What a browser asks before it sends a request with headers of its own. */
export function preflight(headers: Headers): Headers {
  return {
    ...headers,
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': allowedHeaders.join(', '),
    'access-control-max-age': '600',
  };
}

function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}
