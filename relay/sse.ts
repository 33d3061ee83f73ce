// Reads the events of a text/event-stream, of which MCP uses data, type and id.

import { createParser, type EventSourceParser } from 'eventsource-parser';

export interface SseEvents {
  /** `event` is the type of the event, empty where it has none. */
  data(data: string, event: string): void;
  /** An event is longer than allowed; nothing more is read. */
  tooLong(): void;
}

export class SseReader {
  /** Where the stream can be resumed: after the last event that has come whole. */
  lastEventId: string | undefined;
  /** How long the server wants us to wait before that. */
  retryMs: number | undefined;
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #isOver = false;
  #endedWithReturn = false;

  constructor(maxLength: number, { data: onData, tooLong }: SseEvents) {
    this.#parser = createParser({
      maxBufferSize: maxLength,
      onEvent: ({ id, event = '', data }) => {
        this.lastEventId = id ?? this.lastEventId;
        // An event without data tells where the stream can be resumed.
        if (data !== '') onData(data, event);
      },
      onRetry: (ms) => (this.retryMs = ms),
      onError: ({ type }) => {
        if (type !== 'max-buffer-size-exceeded') return;
        this.#isOver = true;
        tooLong();
      },
    });
  }

  push(chunk: Uint8Array): void {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (this.#isOver || text === '') return;
    // A return at the end may be a line's end by itself: the parser would wait for the next piece to know.
    if (this.#endedWithReturn && text.startsWith('\n')) text = text.slice(1);
    this.#endedWithReturn = text.endsWith('\r');
    this.#parser.feed(this.#endedWithReturn ? `${text}\n` : text);
  }
}
