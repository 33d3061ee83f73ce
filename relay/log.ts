// Structured log: a JSON object a line on stdout, without payloads of messages and without secrets.

export type Level = 'debug' | 'info' | 'warn' | 'error';
type Fields = { readonly [name: string]: string | number | boolean | undefined };

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

export function isLevel(text: unknown): text is Level {
  return levels.includes(text as Level);
}

export class Log {
  readonly #level: Level;
  readonly #fields: Fields;
  readonly #write: (line: string) => void;

  constructor(level: Level, fields: Fields = {}, write: (line: string) => void = (line) => process.stdout.write(line)) {
    this.#level = level;
    this.#fields = fields;
    this.#write = write;
  }

  /** A log whose lines carry further fields. */
  with(fields: Fields): Log {
    return new Log(this.#level, { ...this.#fields, ...fields }, this.#write);
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
    if (levels.indexOf(level) < levels.indexOf(this.#level)) return;
    const time = new Date().toISOString();
    this.#write(`${JSON.stringify({ time, level, message, ...this.#fields, ...fields })}\n`);
  }
}
