// The door as a client of the gateway: forwards requests with the gateway's token and none of the caller's headers.

import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { SseReader } from '../relay/sse.ts';

export interface Sent {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly session?: string;
  /** Protocol version of the session. */
  readonly version?: string;
  readonly body?: Buffer | string;
  readonly signal?: AbortSignal;
}

/** The gateway cannot be reached, or went away. */
export interface Lost {
  readonly lost: string;
  /** The gateway may have begun to do what it was asked. */
  readonly wasSent: boolean;
}

/** What its client reads. */
export function unavailable({ lost }: Lost): string {
  return `the gateway is not available: ${lost}; try again later`;
}

export function isLost(value: object | string): value is Lost {
  return typeof value === 'object' && 'lost' in value;
}

export class Gateway {
  readonly #url: URL;
  readonly #authorization: string;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  constructor(url: URL, token: string) {
    this.#url = url;
    this.#authorization = `Bearer ${token}`;
  }

  /** Resolves when the gateway answers, or cannot. */
  async send(sent: Sent): Promise<IncomingMessage | Lost> {
    // Lets the socket report first that the gateway has closed it: otherwise the request would go to a closed connection, and it would be
    // unknown whether the gateway got it.
    await new Promise((resolve) => setImmediate(resolve));
    return this.#send(sent);
  }

  #send({ method, session, version, body, signal }: Sent): Promise<IncomingMessage | Lost> {
    const headers = {
      authorization: this.#authorization,
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      ...(session !== undefined && { 'mcp-session-id': session }),
      ...(version !== undefined && { 'mcp-protocol-version': version }),
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const options: RequestOptions = { method, headers, agent: this.#agent, ...(signal && { signal }) };
    return new Promise((resolve) => {
      let wasSent = false;
      const outgoing = request(this.#url, options, resolve);
      outgoing.on('error', (error: NodeJS.ErrnoException) => resolve({ lost: error.code ?? error.message, wasSent }));
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) wasSent = true;
        else socket.once('connect', () => (wasSent = true));
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export interface MessageSink {
  message(text: string): void;
  /** Settles when the sink takes more. */
  drained(): Promise<void> | undefined;
}

export type Ending = 'ended' | 'lost' | 'too long';

/** Reads the messages of an answer, which is one message as JSON or a stream of them. */
export async function readMessages(answer: IncomingMessage, maxLength: number, sink: MessageSink): Promise<Ending> {
  const isStream = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');
  let ending: Ending = 'ended';
  const whole: Buffer[] = [];
  let length = 0;
  const reader = new SseReader(maxLength, { data: (text) => sink.message(text), tooLong: () => (ending = 'too long') });
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (isStream) reader.push(chunk);
      else whole.push(chunk);
      length += chunk.length;
      if (!isStream && length > maxLength) ending = 'too long';
      if ((ending as Ending) === 'too long') return ending;
      await sink.drained();
    }
  } catch {
    return 'lost';
  }
  if (!isStream && length > 0) sink.message(Buffer.concat(whole).toString());
  return ending;
}

/** Reads the whole of a short answer, for its text. */
export async function readText(answer: IncomingMessage, maxLength = 64 * 1024): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((length += chunk.length) > maxLength) break;
    }
  } catch {
    // What has come says enough.
  }
  return Buffer.concat(chunks).toString();
}
