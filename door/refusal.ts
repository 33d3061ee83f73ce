// Why the door refuses a request: an HTTP status, and a JSON-RPC error that says what to do.

import type { ServerResponse } from 'node:http';

export const ErrorCode = {
  Parse: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  /** The gateway, or the session's state in it, was lost. */
  Lost: -32000,
  /** There is no such session, or not for this caller. */
  NoSession: -32001,
  Unauthorized: -32010,
  /** No rule allows it. */
  Denied: -32011,
  /** More than a limit allows. */
  Limit: -32012,
  /** Of protocol 2026-07-28. */
  HeaderMismatch: -32020,
  UnsupportedVersion: -32022,
} as const;

export class Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON text of the request's id, where it is known. */
  readonly id: string;
  readonly data: object | undefined;

  constructor(
    status: number,
    code: number,
    message: string,
    headers: { readonly [name: string]: string } = {},
    { id = 'null', data }: { readonly id?: string; readonly data?: object | undefined } = {},
  ) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.headers = headers;
    this.id = id;
    this.data = data;
  }
}

interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: object | undefined;
}

/** `id` is JSON text. */
export function errorText(id: string, { code, message, data }: JsonRpcError): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message, data })}}`;
}

/** Answers a request that was not read to its end, so that the connection cannot be used again. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!response.req.complete) response.setHeader('connection', 'close');
  const text = errorText(refusal.id, refusal);
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers }).end(text);
}
