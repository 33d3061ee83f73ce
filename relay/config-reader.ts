// Reads objects of the configuration file, with errors that name the place.

import { isObject } from './messages.ts';

export class ConfigError extends Error {}

/** Reads the text of the file. */
export function readRoot(text: string): Reader {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`the configuration is not valid JSON: ${(error as Error).message}`);
  }
  return new Reader(file, 'configuration');
}

/** One object of the file. */
export class Reader {
  readonly #object: { readonly [field: string]: unknown };
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (value !== undefined && !isObject(value)) throw new ConfigError(`${path} must be an object`);
    this.#object = value ?? {};
    this.#path = path;
  }

  names(): string[] {
    return Object.keys(this.#object);
  }

  value(name: string): unknown {
    return this.#object[name];
  }

  object(name: string): Reader {
    return new Reader(this.#object[name], `${this.#path}.${name}`);
  }

  text(name: string): string | undefined {
    return this.#typed(name, (value) => typeof value === 'string', 'a string') as string | undefined;
  }

  boolean(name: string, fallback: boolean): boolean {
    return (this.#typed(name, (value) => typeof value === 'boolean', 'true or false') ?? fallback) as boolean;
  }

  number(name: string, fallback: number): number {
    const fits = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1_000_000;
    return (this.#typed(name, fits, 'a number from 0 to 1000000') ?? fallback) as number;
  }

  texts(name: string): readonly string[] | undefined {
    const fits = (value: unknown): boolean => Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return this.#typed(name, fits, 'a list of strings') as readonly string[] | undefined;
  }

  #typed(name: string, fits: (value: unknown) => boolean, what: string): unknown {
    const value = this.#object[name];
    if (value !== undefined && !fits(value)) throw new ConfigError(`${this.#path}.${name} must be ${what}`);
    return value;
  }
}
