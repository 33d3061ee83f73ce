// The log line of each call at level debug: what it was, how long it took and how it ended, without its payload.

import type { EndedCall } from './calls.ts';
import { printable } from './failure.ts';
import type { Fields } from './log.ts';

/** `request` is the id that the gateway gave the call; `traceId` is the client's. */
export function callFields({ id, method, tool, outcome, arrivedAt, endedAt, sent, traceparent }: EndedCall): Fields {
  const seconds = (from: number, to: number): number => Math.round(to - from) / 1000;
  return {
    request: id,
    method,
    tool: tool === undefined ? undefined : printable(tool),
    outcome,
    seconds: seconds(arrivedAt, endedAt),
    waited: seconds(arrivedAt, sent?.at ?? endedAt),
    process: sent?.origin,
    traceId: traceparent?.split('-')[1],
  };
}
