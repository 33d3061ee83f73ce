// Spans of one call, in OTLP's JSON form, named according to OpenTelemetry's semantic conventions for MCP.

import { randomBytes } from 'node:crypto';
import type { EndedCall } from './calls.ts';
import { printable } from './failure.ts';

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** A span of `opentelemetry.proto.trace.v1`: ids in hexadecimal, times as decimal texts, enums as numbers. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

const kinds = { internal: 1, server: 2, client: 3 } as const;
const statusError = 2;
/** Of names that clients choose, no more is kept. */
const maxName = 128;

export interface Place {
  readonly server: string;
  readonly session: string;
}

/** Whether a call is to be traced: as its client decided, or, where that says nothing, a share of all. */
export function isSampled({ traceparent }: EndedCall, ratio: number): boolean {
  return traceparent === undefined ? Math.random() < ratio : (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;
}

/** The call as a whole; within it the wait for a process, unless the session had one, and the server's time. */
export function spansOf(call: EndedCall, { server, session }: Place): Span[] {
  const { id, method, arrivedAt, endedAt, outcome, sent, traceparent } = call;
  const [, traceId = randomHex(16), parentSpanId] = traceparent?.split('-') ?? [];
  const tool = call.tool === undefined ? undefined : printable(call.tool).slice(0, maxName);
  const name = printable([method, tool].join(' ')).slice(0, 2 * maxName);
  const failed = outcome === 'ok' ? undefined : outcome;
  const status = failed === undefined ? {} : { code: statusError, message: failed };
  const spanId = randomHex(8);
  const attributes = {
    'mcp.method.name': method,
    'gen_ai.tool.name': tool,
    'jsonrpc.request.id': id,
    'mcpgen.server': server,
    'mcpgen.session': session,
    'mcpgen.process': sent?.origin,
    'error.type': failed,
  };
  const parent = parentSpanId === undefined ? {} : { parentSpanId };
  const whole = { traceId, spanId, ...parent, name, kind: kinds.server, ...times(arrivedAt, endedAt), status };
  const spans: Span[] = [{ ...whole, attributes: attributesOf(attributes) }];
  const add = (part: string, kind: number, from: number, to: number, hasFailed: boolean): void => {
    const common = { traceId, spanId: randomHex(8), parentSpanId: spanId, name: part, kind, ...times(from, to) };
    const own = { 'mcpgen.server': server, 'mcpgen.process': sent?.origin };
    spans.push({ ...common, attributes: attributesOf(own), status: hasFailed ? status : {} });
  };
  if (sent?.origin !== 'held') add('wait for a process', kinds.internal, arrivedAt, sent?.at ?? endedAt, !sent);
  if (sent) add(name, kinds.client, sent.at, endedAt, true);
  return spans;
}

export function attributesOf(values: { readonly [key: string]: string | undefined }): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: { stringValue: value } }],
  );
}

/** `from` and `to` are of `performance.now()`, which no correction of the clock moves. */
function times(from: number, to: number): Pick<Span, 'startTimeUnixNano' | 'endTimeUnixNano'> {
  const shift = Date.now() - performance.now();
  return { startTimeUnixNano: nanoseconds(shift + from), endTimeUnixNano: nanoseconds(shift + to) };
}

/** More digits than a number has. */
function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.floor((milliseconds - whole) * 1_000_000)));
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
