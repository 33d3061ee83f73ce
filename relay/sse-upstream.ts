// A server that speaks the older HTTP+SSE transport, as a connection like any other: the gateway does so with `--transport=sse`.

import { type ClientRequest, request as httpRequest } from 'node:http';
import type { Envelope } from './envelope.ts';
import { EnvelopeScanner } from './envelope.ts';
import { connectError, type Loss } from './failure.ts';
import { SseReader } from './sse.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';

/** Messages of the gateway to the relay are answers that nobody reads. */
const maxLength = 8 << 20;

export class SseUpstream implements Upstream {
  handlers: UpstreamHandlers;
  readonly #url: URL;
  readonly #headers: { readonly [name: string]: string };
  readonly #stream: ClientRequest;
  /** Where messages are posted to; the stream's first event says so. */
  #endpoint: URL | undefined;
  #over = false;

  constructor(url: URL, headers: { readonly [name: string]: string }, handlers: UpstreamHandlers) {
    this.handlers = handlers;
    this.#url = url;
    this.#headers = headers;
    const reader = new SseReader(maxLength, {
      data: (data, event) => this.#receive(data, event),
      tooLong: () => this.#lose({ reason: `a message is longer than ${maxLength >> 20} MiB` }),
    });
    this.#stream = httpRequest(url, { headers: { ...headers, accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) this.#lose({ reason: `HTTP status ${response.statusCode}` });
      response.on('data', (chunk: Buffer) => reader.push(chunk));
      response.on('error', () => undefined);
      response.once('close', () => this.#lose({ reason: 'the connection was closed' }));
    });
    this.#stream.once('error', (error) => this.#lose(connectError(error)));
    this.#stream.end();
  }

  write(bytes: Buffer, envelope: Envelope | undefined): boolean {
    if (!this.#endpoint || !envelope) return true;
    const headers = { ...this.#headers, 'content-type': 'application/json', 'content-length': bytes.length };
    const post = httpRequest(this.#endpoint, { method: 'POST', headers }, (response) => response.resume());
    post.once('error', (error) => this.#lose(connectError(error)));
    post.end(bytes);
    return true;
  }

  pause(): void {
    // Messages of the gateway are short.
  }

  resume(): void {
    // See pause.
  }

  end(): void {
    this.release();
  }

  release(): void {
    this.#over = true;
    this.#stream.destroy();
  }

  destroy(): void {
    this.release();
  }

  #receive(data: string, event: string): void {
    if (this.#over) return;
    if (event === 'endpoint') {
      this.#endpoint = new URL(data, this.#url);
      this.handlers.connected();
      return;
    }
    const scanner = new EnvelopeScanner();
    const bytes = Buffer.from(data);
    scanner.scan(bytes);
    this.handlers.message(bytes, scanner.finish());
  }

  #lose(loss: Loss): void {
    if (this.#over) return;
    this.release();
    this.handlers.lost(loss);
  }
}
