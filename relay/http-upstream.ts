// A server in the cluster that speaks streamable HTTP, behind the interface of a connection: each message is a request to its URL.

import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { EnvelopeScanner, type Envelope } from './envelope.ts';
import { connectError, type Loss } from './failure.ts';
import { agents, type Headers, onOneLine, tooLongOf } from './http.ts';
import { ErrorCode, errorResponse, isObject, Method, parse } from './messages.ts';
import { lookup } from './resolver.ts';
import { SseReader } from './sse.ts';
import type { Limits, Upstream, UpstreamHandlers } from './upstream.ts';

/** Time until a stream that the server ended is reopened, unless the server says otherwise. */
const defaultRetryMs = 1000;
const maxResumes = 5;
/** More of an error's body is not looked at. */
const maxErrorLength = 64 << 10;

interface StreamEvents {
  response(id: string | undefined): void;
  /** More of an event was sent than is held; nothing of it was delivered. */
  tooLong(): void;
}

export class HttpUpstream implements Upstream {
  handlers: UpstreamHandlers;
  readonly #url: URL;
  readonly #headers: Headers;
  readonly #requests = new Set<ClientRequest>();
  readonly #paused = new Set<IncomingMessage>();
  readonly #limit: ReturnType<typeof tooLongOf>;
  readonly #owner: string;
  #sessionId: string | undefined;
  #protocolVersion: string | undefined;
  #parts: Buffer[] = [];
  #partsLength = 0;
  #isPaused = false;
  #over = false;
  #ending = false;

  /** `owner` is what its errors begin with. */
  constructor(url: URL, headers: Headers, limits: Limits, handlers: UpstreamHandlers, owner = '') {
    const { connectTimeoutMs, maxLength } = limits;
    this.#url = url;
    this.#headers = headers;
    this.handlers = handlers;
    this.#limit = tooLongOf(maxLength);
    this.#owner = owner;
    this.#probe(connectTimeoutMs);
  }

  write(bytes: Buffer, envelope: Envelope | undefined): boolean {
    this.#partsLength += bytes.length;
    if (this.#partsLength <= this.#limit.maxLength) this.#parts.push(bytes);
    if (!envelope) return true;
    const body = Buffer.concat(this.#parts);
    if (this.#partsLength <= this.#limit.maxLength) this.#post(body, envelope);
    else this.#fail(envelope, this.#limit.tooLong('the request'));
    this.#parts = [];
    this.#partsLength = 0;
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const response of this.#paused) response.resume();
    this.#paused.clear();
  }

  end(): void {
    this.#ending = true;
    this.#endWhenDone();
  }

  release(): void {
    this.#sayGoodbye();
    this.#close();
  }

  destroy(): void {
    this.release();
  }

  /** Whether the server is there: nothing is sent yet. */
  #probe(timeoutMs: number): void {
    const { hostname, port, protocol } = this.#url;
    const defaultPort = protocol === 'https:' ? 443 : 80;
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: port === '' ? defaultPort : Number(port), timeout: timeoutMs, lookup });
    socket.once('connect', () => {
      socket.destroy();
      if (!this.#over) this.handlers.connected();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`)));
    socket.once('error', (error) => this.#lose(connectError(error)));
  }

  #post(body: Buffer, envelope: Envelope): void {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const request = this.#request('POST', headers, (response) => {
      const status = response.statusCode ?? 0;
      if (envelope.method === Method.initialize) {
        this.#sessionId = response.headers['mcp-session-id']?.toString();
      }
      if (envelope.method === Method.initialized) this.#listen(undefined);
      if (status === 404 && this.#sessionId !== undefined)
        this.#lose({ reason: 'the server no longer knows the session' });
      else if (status >= 400) this.#refused(response, envelope);
      else this.#read(response, envelope, 0);
    });
    request.setHeader('content-length', body.length - 1);
    request.end(body.subarray(0, -1));
  }

  /** The stream on which the server speaks of its own accord; not all have one. */
  #listen(lastEventId: string | undefined): void {
    if (this.#over) return;
    const headers = { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
    this.#request('GET', headers, (response) => {
      const status = response.statusCode ?? 0;
      if (status === 404 && this.#sessionId !== undefined) {
        this.#lose({ reason: 'the server no longer knows the session' });
      } else if (status !== 200 || !isStream(response)) {
        response.resume();
      } else {
        const reader = this.#readStream(response, {
          response: () => undefined,
          tooLong: () => this.#lose({ reason: this.#limit.tooLong('a message') }),
        });
        response.once('close', () => this.#later(reader, () => this.#listen(reader.lastEventId)));
      }
    }).end();
  }

  #read(response: IncomingMessage, envelope: Envelope, resumes: number): void {
    if (isStream(response)) {
      let answered = envelope.kind !== 'request';
      const reader = this.#readStream(response, {
        response: (id) => {
          answered ||= id === envelope.id;
        },
        tooLong: () => {
          answered = true;
          this.#failTooLong(response, envelope);
        },
      });
      response.once('close', () => {
        if (answered || this.#over) this.#endWhenDone();
        else if (reader.lastEventId === undefined || resumes >= maxResumes)
          this.#fail(envelope, 'the stream ended without an answer');
        else this.#later(reader, () => this.#resumeStream(reader.lastEventId ?? '', envelope, resumes + 1));
      });
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= this.#limit.maxLength) chunks.push(chunk);
      else this.#failTooLong(response, envelope);
    });
    response.on('error', () => undefined);
    response.once('close', () => {
      const body = Buffer.concat(chunks);
      if (length > this.#limit.maxLength) return;
      if (!response.complete) this.#fail(envelope, 'the answer was cut off');
      else if (body.length > 0) this.#deliver(body);
      this.#endWhenDone();
    });
  }

  #resumeStream(lastEventId: string, envelope: Envelope, resumes: number): void {
    if (this.#over) return;
    this.#request('GET', { accept: 'text/event-stream', 'last-event-id': lastEventId }, (response) => {
      if (response.statusCode === 200 && isStream(response)) this.#read(response, envelope, resumes);
      else this.#refused(response, envelope);
    }).end();
  }

  #readStream(response: IncomingMessage, events: StreamEvents): SseReader {
    const reader = new SseReader(this.#limit.maxLength, {
      data: (data, event) => {
        if (event !== '' && event !== 'message') return;
        const envelope = this.#deliver(Buffer.from(data));
        if (envelope.kind === 'response') events.response(envelope.id);
      },
      tooLong: () => events.tooLong(),
    });
    response.on('data', (chunk: Buffer) => {
      if (response.destroyed) return;
      reader.push(chunk);
      if (!this.#isPaused) return;
      response.pause();
      this.#paused.add(response);
    });
    response.on('error', () => undefined);
    return reader;
  }

  /** Passes a message on. */
  #deliver(text: Buffer): Envelope {
    const scanner = new EnvelopeScanner();
    scanner.scan(text);
    const envelope = scanner.finish();
    if (this.#protocolVersion === undefined && envelope.kind === 'response') {
      const result = parse(text)?.['result'];
      const version = isObject(result) ? result['protocolVersion'] : undefined;
      // It goes into a header.
      if (typeof version === 'string' && /^[\x21-\x7e]+$/.test(version)) this.#protocolVersion = version;
    }
    if (!this.#over) this.handlers.message(onOneLine(text), envelope);
    return envelope;
  }

  /** An HTTP error: of its body at most a JSON-RPC error is passed on. */
  #refused(response: IncomingMessage, envelope: Envelope): void {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxErrorLength) chunks.push(chunk);
      else response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', () => {
      const error = parse(Buffer.concat(chunks))?.['error'];
      if (isObject(error) && envelope.kind === 'request' && envelope.id !== undefined)
        this.#deliver(errorResponse(envelope.id, error).subarray(0, -1));
      else this.#fail(envelope, `HTTP status ${response.statusCode}`);
    });
  }

  /** The rest of the answer is not read. */
  #failTooLong(response: IncomingMessage, envelope: Envelope): void {
    if (response.destroyed) return;
    response.destroy();
    this.#fail(envelope, this.#limit.tooLong('the answer'));
  }

  /** The server is there, but has no answer to this request. */
  #fail(envelope: Envelope, message: string): void {
    if (envelope.kind !== 'request' || envelope.id === undefined || this.#over) return;
    this.#deliver(
      errorResponse(envelope.id, {
        code: ErrorCode.ConnectionClosed,
        message: `mcpgen: ${this.#owner}${message}`,
      }).subarray(0, -1),
    );
    this.#endWhenDone();
  }

  #request(method: string, headers: Headers, onResponse: (response: IncomingMessage) => void): ClientRequest {
    const isHttps = this.#url.protocol === 'https:';
    const request = (isHttps ? httpsRequest : httpRequest)(this.#url, {
      method,
      lookup,
      agent: isHttps ? agents['https:'] : agents['http:'],
      headers: {
        ...this.#headers,
        ...headers,
        ...(this.#sessionId !== undefined && { 'mcp-session-id': this.#sessionId }),
        ...(this.#protocolVersion !== undefined && { 'mcp-protocol-version': this.#protocolVersion }),
      },
    });
    this.#requests.add(request);
    request.once('response', onResponse);
    request.once('error', (error) => this.#lose(connectError(error)));
    request.once('close', () => this.#requests.delete(request));
    return request;
  }

  #later(reader: SseReader, action: () => void): void {
    if (!this.#over) setTimeout(action, reader.retryMs ?? defaultRetryMs).unref();
  }

  /** After `end`, the connection is over when everything is answered; the stream of the server's own words does not count. */
  #endWhenDone(): void {
    setImmediate(() => {
      const open = [...this.#requests].filter((request) => request.method === 'POST');
      if (!this.#ending || open.length > 0) return;
      this.#sayGoodbye();
      this.#lose({ reason: 'the connection was closed' });
    });
  }

  #sayGoodbye(): void {
    if (this.#sessionId === undefined || this.#over) return;
    this.#request('DELETE', {}, (response) => response.resume()).end();
  }

  #lose(loss: Loss): void {
    this.#close(loss);
  }

  /** Without a loss, no handler is called. */
  #close(loss?: Loss): void {
    if (this.#over) return;
    this.#over = true;
    for (const request of this.#requests) if (request.method !== 'DELETE') request.destroy();
    if (loss) this.handlers.lost(loss);
  }
}

function isStream(response: IncomingMessage): boolean {
  return response.headers['content-type']?.startsWith('text/event-stream') === true;
}
