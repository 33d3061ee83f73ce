// Requests of protocol 2026-07-28, which has no sessions: recognizes them, and checks that their headers match the body.

import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../relay/messages.ts';
import type { ClientMessage } from './message.ts';
import { ErrorCode, Refusal } from './refusal.ts';

export const modernVersion = '2026-07-28';
export const metaPrefix = 'io.modelcontextprotocol/';

type Fields = { readonly [field: string]: unknown };

/** Methods of that protocol, and the parameter that the header Mcp-Name repeats. */
const methods: { readonly [method: string]: 'name' | 'uri' | undefined } = {
  'server/discover': undefined,
  'tools/list': undefined,
  'tools/call': 'name',
  'prompts/list': undefined,
  'prompts/get': 'name',
  'resources/list': undefined,
  'resources/templates/list': undefined,
  'resources/read': 'uri',
  'completion/complete': undefined,
  'subscriptions/listen': undefined,
};

/** What a request of this protocol says of itself; undefined: it is not one. */
export function readModern(headers: IncomingHttpHeaders, message: ClientMessage): Fields | Refusal | undefined {
  const meta = message.params['_meta'];
  const claimed = isObject(meta) ? meta[`${metaPrefix}protocolVersion`] : undefined;
  const version = header(headers, 'mcp-protocol-version');
  if (claimed === undefined && version !== modernVersion) return undefined;
  if (message.kind !== 'request') return {};
  const refuse = refuser(message.id);
  if (!isObject(meta) || claimed === undefined)
    return refuse(400, ErrorCode.InvalidParams, `_meta has no ${metaPrefix}protocolVersion`);
  if (typeof claimed !== 'string' || !isObject(meta[`${metaPrefix}clientCapabilities`]))
    return refuse(
      400,
      ErrorCode.InvalidParams,
      `_meta has no ${metaPrefix}clientCapabilities, which must be an object`,
    );
  const mismatch = mismatchOf(headers, message, claimed);
  if (mismatch !== undefined) return refuse(400, ErrorCode.HeaderMismatch, mismatch);
  if (claimed !== modernVersion) {
    const data = { supported: [modernVersion], requested: claimed };
    return refuse(400, ErrorCode.UnsupportedVersion, `protocol version ${claimed} is not supported here`, data);
  }
  if (!Object.hasOwn(methods, message.method))
    return refuse(404, ErrorCode.MethodNotFound, `protocol ${modernVersion} has no method ${message.method}`);
  return meta;
}

/** Proxies on the way act on headers, so they must match the body. */
function mismatchOf(
  headers: IncomingHttpHeaders,
  { method, params }: ClientMessage,
  claimed: string,
): string | undefined {
  const field = Object.hasOwn(methods, method) ? methods[method] : undefined;
  const name = field === undefined ? undefined : params[field];
  const expected: readonly (readonly [string, unknown])[] = [
    ['mcp-protocol-version', claimed],
    ['mcp-method', method],
    ...(typeof name === 'string' ? [['mcp-name', name] as const] : []),
  ];
  const wrong = expected.find(([key, value]) => header(headers, key) !== value);
  return wrong && `the header ${wrong[0]} is missing, or differs from the body`;
}

/** The header's text; values that a header cannot hold are base64 there. */
function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const text = headers[name]?.toString().trim();
  const [, encoded] = /^=\?base64\?([A-Za-z0-9+/]*=*)\?=$/.exec(text ?? '') ?? [];
  return encoded === undefined ? text : Buffer.from(encoded, 'base64').toString();
}

function refuser(id: string): (status: number, code: number, message: string, data?: object) => Refusal {
  return (status, code, message, data) => new Refusal(status, code, message, {}, { id, data });
}
