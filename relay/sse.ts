// Reads the events of a text/event-stream, as the HTML standard says, but only the fields that MCP uses.

export class SseReader {
  /** Where the stream can be resumed. */
  lastEventId: string | undefined;
  /** How long the server wants us to wait before that. */
  retryMs: number | undefined;
  readonly #onData: (data: string, event: string) => void;
  readonly #decoder = new TextDecoder();
  /** Characters of the event that is not complete yet. */
  heldLength = 0;
  #rest: string[] = [];
  #data: string[] = [];
  #event = '';

  /** `event` is the type of the event, empty where it has none. */
  constructor(onData: (data: string, event: string) => void) {
    this.#onData = onData;
  }

  push(chunk: Uint8Array): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    this.heldLength += text.length;
    let start = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
      this.#rest.push(text.slice(start, at));
      this.#line(this.#rest.join(''));
      this.#rest = [];
      start = at + 1;
    }
    if (start < text.length) this.#rest.push(text.slice(start));
  }

  #line(raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') {
      const data = this.#data.join('\n');
      const event = this.#event;
      this.#data = [];
      this.#event = '';
      this.heldLength = 0;
      // An event without data tells where the stream can be resumed.
      if (data !== '') this.#onData(data, event);
      return;
    }
    const at = line.indexOf(':');
    const field = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(line[at + 1] === ' ' ? at + 2 : at + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.lastEventId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }
}
