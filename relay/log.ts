// Structured log: one JSON object per line on stdout, without message payloads and without secrets. The scripts of
// chart/files write the same shape: time, level, component, msg, and fields.

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Fields = { readonly [name: string]: string | number | boolean | undefined };

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

export function isLevel(text: unknown): text is Level {
  return levels.includes(text as Level);
}

export class Log {
  readonly #level: Level;
  readonly #component: string;
  readonly #fields: Fields;
  readonly #write: (line: string) => void;

  constructor(
    level: Level,
    component: string,
    fields: Fields = {},
    write: (line: string) => void = (line) => process.stdout.write(line),
  ) {
    this.#level = level;
    this.#component = component;
    this.#fields = fields;
    this.#write = write;
  }

  /** Whether lines of this level are written: for what costs something to find out. */
  writes(level: Level): boolean {
    return levels.indexOf(level) >= levels.indexOf(this.#level);
  }

  /** A log whose lines carry further fields. */
  with(fields: Fields): Log {
    return new Log(this.#level, this.#component, { ...this.#fields, ...fields }, this.#write);
  }

  debug(message: string, fields?: Fields): void {
    this.#line('debug', message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.#line('info', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.#line('warn', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.#line('error', message, fields);
  }

  #line(level: Level, message: string, fields: Fields = {}): void {
    if (!this.writes(level)) return;
    const time = new Date().toISOString();
    this.#write(
      `${JSON.stringify({ time, level, component: this.#component, msg: message, ...this.#fields, ...fields })}\n`,
    );
  }
}
