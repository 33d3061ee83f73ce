// JSON from elsewhere: bounded before it is parsed, and read by kind.

import { isMap } from '../tree.ts';
import { RegistryError } from './error.ts';

export type Json = Readonly<Record<string, unknown>>;

/** How large a text may be that is parsed. Values take up to a hundred bytes each, whatever they are in the text. */
export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
}

/** Far above any manifest, configuration or token. */
const usualBounds: JsonBounds = { depth: 32, values: 200_000 };

/** A map or list of JSON; an error of the registry if it is none. */
export function parseJson(bytes: Uint8Array, what: string, bounds = usualBounds): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const excess = findExcess(text, bounds);
  if (excess !== undefined) throw new RegistryError(`${what} ${excess}`);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // said below
  }
  throw new RegistryError(`${what} is not valid JSON`);
}

/** What of a text is too much, by its brackets and commas outside of texts. */
export function findExcess(text: string, { depth, values }: JsonBounds): string | undefined {
  let [level, count, isQuoted] = [0, 0, false];
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (isQuoted) {
      if (char === 0x5c) index++;
      else if (char === 0x22) isQuoted = false;
    } else if (char === 0x22) isQuoted = true;
    else if (char === 0x5b || char === 0x7b) {
      count++;
      if (++level > depth) return `nests more than ${depth} levels deep`;
    } else if (char === 0x5d || char === 0x7d) level--;
    else if (char === 0x2c) count++;
    if (count > values) return `holds more than ${values} values`;
  }
  return undefined;
}

export function mapOf(json: unknown): Json {
  return isMap(json) ? json : {};
}

export function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}
