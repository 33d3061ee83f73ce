// The few JSON-RPC messages that the relay itself writes, and the small ones that it parses.

/** Error codes, those of the MCP SDKs. */
export const ErrorCode = {
  ConnectionClosed: -32000,
  RequestTimeout: -32001,
  MethodNotFound: -32601,
  InternalError: -32603,
} as const;

export const Method = {
  initialize: 'initialize',
  initialized: 'notifications/initialized',
  cancelled: 'notifications/cancelled',
  ping: 'ping',
  discover: 'server/discover',
  listen: 'subscriptions/listen',
  acknowledged: 'notifications/subscriptions/acknowledged',
  toolsList: 'tools/list',
  promptsList: 'prompts/list',
  resourcesList: 'resources/list',
  templatesList: 'resources/templates/list',
  toolsCall: 'tools/call',
  promptsGet: 'prompts/get',
  resourcesRead: 'resources/read',
  toolListChanged: 'notifications/tools/list_changed',
  promptListChanged: 'notifications/prompts/list_changed',
  resourceListChanged: 'notifications/resources/list_changed',
} as const;

/** In a notification's `_meta`: the id of the request to listen that it belongs to. */
export const subscriptionKey = 'io.modelcontextprotocol/subscriptionId';

const ownPrefix = '"mcpgen-';

/** JSON text of the id of a request that the relay makes itself; none of the gateway's is like it. */
export function ownId(name: string): string {
  return `${ownPrefix}${name}"`;
}

export const pingId = ownId('ping');

export function isOwnId(id: string | undefined): boolean {
  return id?.startsWith(ownPrefix) ?? false;
}

/** `id` is the id's JSON text. */
export function errorResponse(id: string, error: unknown): Buffer {
  return Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(error)}}\n`);
}

export function resultResponse(id: string, result: string): Buffer {
  return Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}\n`);
}

/** `params` is JSON text. */
export function request(id: string, method: string, params?: string): Buffer {
  return Buffer.from(
    `{"jsonrpc":"2.0","id":${id},"method":"${method}"${params === undefined ? '' : `,"params":${params}`}}\n`,
  );
}

export function notification(method: string): Buffer {
  return Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
}

/** Tells the other side that nobody waits for its answer any more. */
export function cancelled(requestId: string, reason: string): Buffer {
  const text = `"params":{"requestId":${requestId},"reason":${JSON.stringify(reason)}}`;
  return Buffer.from(`{"jsonrpc":"2.0","method":"${Method.cancelled}",${text}}\n`);
}

/** A small message as an object, or undefined if it is none. */
export function parse(bytes: Buffer): { [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The id of the request that a `notifications/cancelled` is about, as JSON text. */
export function cancelledId(bytes: Buffer): string | undefined {
  const params = parse(bytes)?.['params'];
  return isObject(params) && 'requestId' in params ? JSON.stringify(params['requestId']) : undefined;
}

/** Larger calls are not parsed for the sake of a label. */
const maxParsedCall = 64 * 1024;

/** The tool that a `tools/call` calls; `""` if it cannot be known. */
export function calledTool(bytes: Buffer): string {
  const params = bytes.length > maxParsedCall ? undefined : parse(bytes)?.['params'];
  return isObject(params) && typeof params['name'] === 'string' ? params['name'] : '';
}

/** The trace context that a request carries in `_meta`, which the gateway passes on as it is; undefined for none that is valid. */
export function traceparentOf(bytes: Buffer): string | undefined {
  if (bytes.length > maxParsedCall || !bytes.includes('traceparent')) return undefined;
  const params = parse(bytes)?.['params'];
  const meta = isObject(params) ? params['_meta'] : undefined;
  const value = isObject(meta) ? meta['traceparent'] : undefined;
  return typeof value === 'string' && traceparentPattern.test(value) ? value : undefined;
}

/** Version, trace, span and flags; ids of zeros are none. */
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether a request is for another page than the first. */
export function hasCursor(bytes: Buffer): boolean {
  const params = parse(bytes)?.['params'];
  return isObject(params) && typeof params['cursor'] === 'string' && params['cursor'] !== '';
}

/** Ids of the requests and of the responses in a batch. */
export function batchIds(bytes: Buffer): { requests: string[]; responses: string[] } {
  const ids = { requests: [] as string[], responses: [] as string[] };
  let entries: unknown;
  try {
    entries = JSON.parse(bytes.toString());
  } catch {
    return ids;
  }
  for (const entry of Array.isArray(entries) ? entries : []) {
    if (!isObject(entry) || !('id' in entry)) continue;
    ids['method' in entry ? 'requests' : 'responses'].push(JSON.stringify(entry['id']));
  }
  return ids;
}

export function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
