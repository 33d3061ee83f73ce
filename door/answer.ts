// The answer to one request: JSON if the result comes soon and alone, otherwise a stream of events.

import type { ServerResponse } from 'node:http';
import type { MessageSink } from './gateway.ts';
import { errorText } from './refusal.ts';

/** Proxies consider a connection dead after a minute of silence. */
const keepAliveMs = 15_000;

export class Answer implements MessageSink {
  readonly id: string;
  readonly #response: ServerResponse;
  readonly #headers: { readonly [name: string]: string };
  readonly #keepAlive: NodeJS.Timeout;
  #isStream = false;

  /** `headers` are sent with every answer. */
  constructor(response: ServerResponse, id: string, headers: { readonly [name: string]: string } = {}) {
    this.#response = response;
    this.id = id;
    this.#headers = headers;
    this.#keepAlive = setInterval(() => this.#write(': waiting\n\n'), keepAliveMs);
    response.once('close', () => clearInterval(this.#keepAlive));
  }

  get isOver(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  /** Calls back when the client has gone away; the result ends that. */
  onClose(callback: () => void): () => void {
    const listener = (): void => {
      if (!this.#response.writableFinished) callback();
    };
    this.#response.once('close', listener);
    return () => this.#response.off('close', listener);
  }

  /** A message before the last. */
  message(text: string): void {
    this.#write(event(text));
  }

  /** The last message. */
  finish(text: string): void {
    if (this.isOver) return;
    if (this.#isStream) this.#response.end(event(text));
    else this.#response.writeHead(200, { 'content-type': 'application/json', ...this.#headers }).end(text);
  }

  error(code: number, message: string): void {
    this.finish(errorText(this.id, { code, message }));
  }

  drained(): Promise<void> | undefined {
    if (!this.#response.writableNeedDrain || this.isOver) return undefined;
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }

  #write(text: string): void {
    if (this.isOver) return;
    if (!this.#isStream) this.#response.writeHead(200, { ...streamHeaders, ...this.#headers });
    this.#isStream = true;
    this.#response.write(text);
  }
}

export const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };

/** A message as an event: JSON may have line ends between its parts. */
export function event(text: string): string {
  return `event: message\ndata: ${text.replace(/[\r\n]+/g, ' ')}\n\n`;
}
