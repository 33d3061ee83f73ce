// A client's message: parses one JSON-RPC message into the few fields that the door needs.

import { isObject } from '../relay/messages.ts';
import { ErrorCode, Refusal } from './refusal.ts';

export interface ClientMessage {
  readonly kind: 'request' | 'notification' | 'response';
  /** JSON text; `null` for notifications. */
  readonly id: string;
  readonly method: string;
  readonly params: { readonly [field: string]: unknown };
  readonly bytes: Buffer;
}

const maxId = 256;
/** Fields that the gateway reads. Go reads `Name` as `name`, so a field that differs only in case is refused: it could carry another value. */
const fields = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  'name',
  'uri',
  'ref',
  'type',
  'arguments',
].concat([
  'cursor',
  'argument',
  'context',
  'level',
  'requestId',
  'protocolVersion',
  'capabilities',
  'clientInfo',
  '_meta',
]);
const folded = new Map(fields.map((field) => [fold(field), field]));

/** As Go compares names of fields, with the two letters outside ASCII that it takes for `k` and `s`. */
function fold(text: string): string {
  return text.replaceAll('\u212a', 'k').replaceAll('\u017f', 's').toLowerCase();
}

export function readMessage(bytes: Buffer): ClientMessage | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return new Refusal(400, ErrorCode.Parse, 'the body is not valid JSON in UTF-8');
  }
  if (Array.isArray(value)) return invalid('batches are not supported: send one message per request');
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return invalid('the body is not a JSON-RPC 2.0 message');
  const params = value['params'] ?? {};
  if (!isObject(params)) return invalid('params must be an object');
  const misspelled = [value, params, params['ref']].flatMap(lookalikes)[0];
  if (misspelled !== undefined)
    return invalid(`field ${JSON.stringify(misspelled)} differs from a known field only in case`);
  const { method } = value;
  if (method !== undefined && (typeof method !== 'string' || !/^[\w/-]{1,100}$/.test(method)))
    return invalid('method must be a string of at most 100 letters, digits, slashes and hyphens');
  if (method === undefined && !('result' in value) && !('error' in value)) return invalid('method is missing');
  const id = 'id' in value ? readId(value['id']) : 'null';
  if (id === undefined) return invalid(`id must be an integer, or a string of at most ${maxId} characters`);
  const kind = method === undefined ? 'response' : 'id' in value ? 'request' : 'notification';
  return { kind, id, method: method ?? '', params, bytes };
}

/** The text of a parameter; undefined if it is missing, or readers could disagree on it. */
export function textOf(value: unknown): string | undefined {
  const fits = typeof value === 'string' && value.length <= 2048 && !/\p{Surrogate}/u.test(value);
  return fits ? value : undefined;
}

function readId(id: unknown): string | undefined {
  const fits = Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= maxId);
  return fits ? JSON.stringify(id) : undefined;
}

function lookalikes(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.keys(value).filter((key) => !fields.includes(key) && folded.has(fold(key)));
}

function invalid(message: string): Refusal {
  return new Refusal(400, ErrorCode.InvalidRequest, message);
}
