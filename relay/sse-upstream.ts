// A server that speaks the older HTTP+SSE transport, behind the interface of a connection; the gateway does so with `--transport=sse`.

import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { EnvelopeScanner, type Envelope } from './envelope.ts';
import { connectError, type Loss } from './failure.ts';
import { agents, type Headers, onOneLine, tooLongOf } from './http.ts';
import { ErrorCode, errorResponse } from './messages.ts';
import { lookup } from './resolver.ts';
import { SseReader } from './sse.ts';
import type { Limits, Upstream, UpstreamHandlers } from './upstream.ts';

export class SseUpstream implements Upstream {
  handlers: UpstreamHandlers;
  readonly #url: URL;
  readonly #headers: Headers;
  readonly #limit: ReturnType<typeof tooLongOf>;
  readonly #owner: string;
  readonly #stream: ClientRequest;
  readonly #timer: NodeJS.Timeout;
  #response: IncomingMessage | undefined;
  /** Where messages are posted to; the stream's first event says so. */
  #endpoint: URL | undefined;
  #parts: Buffer[] = [];
  #partsLength = 0;
  /** Ids of the requests that wait for an answer. */
  readonly #open = new Set<string>();
  #isPaused = false;
  #ending = false;
  #over = false;

  /** `owner` is what its errors begin with. */
  constructor(url: URL, headers: Headers, limits: Limits, handlers: UpstreamHandlers, owner = '') {
    this.handlers = handlers;
    this.#url = url;
    this.#headers = headers;
    this.#limit = tooLongOf(limits.maxLength);
    this.#owner = owner;
    const seconds = limits.connectTimeoutMs / 1000;
    this.#timer = setTimeout(
      () => this.#lose({ reason: `no endpoint event within ${seconds} s` }),
      limits.connectTimeoutMs,
    );
    const reader = new SseReader(this.#limit.maxLength, {
      data: (data, event) => this.#receive(data, event),
      tooLong: () => this.#lose({ reason: this.#limit.tooLong('a message') }),
    });
    this.#stream = this.#request(url, { accept: 'text/event-stream' }, 'GET', (response) => {
      this.#response = response;
      if (response.statusCode !== 200) this.#lose({ reason: `HTTP status ${response.statusCode}` });
      response.on('data', (chunk: Buffer) => {
        reader.push(chunk);
        if (this.#isPaused) response.pause();
      });
      response.on('error', () => undefined);
      response.once('close', () => this.#lose({ reason: 'the connection was closed' }));
    });
    this.#stream.once('error', (error) => this.#lose(connectError(error)));
    this.#stream.end();
  }

  write(bytes: Buffer, envelope: Envelope | undefined): boolean {
    this.#partsLength += bytes.length;
    if (this.#partsLength <= this.#limit.maxLength) this.#parts.push(bytes);
    if (!envelope) return true;
    const body = Buffer.concat(this.#parts);
    if (this.#partsLength > this.#limit.maxLength) this.#fail(envelope, this.#limit.tooLong('the request'));
    else if (this.#endpoint) this.#post(this.#endpoint, body, envelope);
    this.#parts = [];
    this.#partsLength = 0;
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#response?.resume();
  }

  end(): void {
    this.#ending = true;
    this.#endWhenDone();
  }

  release(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#stream.destroy();
  }

  destroy(): void {
    this.release();
  }

  #post(endpoint: URL, body: Buffer, envelope: Envelope): void {
    if (envelope.kind === 'request' && envelope.id !== undefined) this.#open.add(envelope.id);
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const post = this.#request(endpoint, headers, 'POST', (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', () => undefined);
      response.resume();
      if (status >= 400) this.#fail(envelope, `HTTP status ${status}`);
    });
    post.once('error', (error) => this.#lose(connectError(error)));
    post.end(body);
  }

  #request(url: URL, own: Headers, method: string, answered: (response: IncomingMessage) => void): ClientRequest {
    const isHttps = url.protocol === 'https:';
    const headers = { ...this.#headers, ...own };
    // The stream lives as long as the session: it has a connection of its own.
    const agent = method === 'GET' ? false : isHttps ? agents['https:'] : agents['http:'];
    return (isHttps ? httpsRequest : httpRequest)(url, { method, headers, lookup, agent }, answered);
  }

  #receive(data: string, event: string): void {
    if (this.#over) return;
    if (event === 'endpoint') this.#begin(data);
    else if (event === '' || event === 'message') this.#deliver(Buffer.from(data));
  }

  /** Headers, which may be secrets, go to no other place than the one that the configuration names. */
  #begin(data: string): void {
    const endpoint = URL.canParse(data, this.#url.href) ? new URL(data, this.#url) : undefined;
    if (endpoint?.origin !== this.#url.origin) {
      this.#lose({ reason: 'its message endpoint has another host or port than its URL' });
      return;
    }
    const isFirst = this.#endpoint === undefined;
    this.#endpoint = endpoint;
    clearTimeout(this.#timer);
    if (isFirst) this.handlers.connected();
  }

  #deliver(text: Buffer): void {
    const scanner = new EnvelopeScanner();
    scanner.scan(text);
    const envelope = scanner.finish();
    this.handlers.message(onOneLine(text), envelope);
    if (envelope.kind === 'response' && envelope.id !== undefined) this.#open.delete(envelope.id);
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.#ending && this.#open.size === 0) setImmediate(() => this.#lose({ reason: 'the connection was closed' }));
  }

  /** The server is there, but has no answer to this request. */
  #fail({ kind, id }: Envelope, message: string): void {
    if (kind !== 'request' || id === undefined || this.#over) return;
    const error = { code: ErrorCode.ConnectionClosed, message: `mcpgen: ${this.#owner}${message}` };
    this.#deliver(errorResponse(id, error).subarray(0, -1));
  }

  #lose(loss: Loss): void {
    if (this.#over) return;
    this.release();
    this.handlers.lost(loss);
  }
}
