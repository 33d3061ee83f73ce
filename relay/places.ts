// Finds a value in the text of a message and replaces it there; every other byte stays the same.

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;

export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where the value of this path of keys stands in a valid JSON object; of two members of one name the last one counts. */
export function placeOf(bytes: Buffer, path: readonly string[]): Place | undefined {
  let place: Place | undefined = { from: skipSpace(bytes, 0), to: bytes.length };
  for (const key of path) {
    if (bytes[place.from] !== openBrace) return undefined;
    place = memberOf(bytes, place.from + 1, key);
    if (!place) return undefined;
  }
  return place;
}

/** The text of the value of this path; undefined: there is none. */
export function textAt(bytes: Buffer, path: readonly string[]): string | undefined {
  const place = placeOf(bytes, path);
  return place && bytes.toString('utf8', place.from, place.to);
}

/** The message with another value, given as JSON text, at this path; the same message if there is none. */
export function replaceAt(bytes: Buffer, path: readonly string[], text: string): Buffer {
  const place = placeOf(bytes, path);
  if (!place) return bytes;
  return Buffer.concat([bytes.subarray(0, place.from), Buffer.from(text), bytes.subarray(place.to)]);
}

/** Of the object whose first member may begin at `start`. */
function memberOf(bytes: Buffer, start: number, key: string): Place | undefined {
  let found: Place | undefined;
  let at = skipSpace(bytes, start);
  while (bytes[at] === quote) {
    const end = endOfString(bytes, at);
    const isKey = nameOf(bytes.toString('utf8', at, end)) === key;
    at = skipSpace(bytes, end);
    if (bytes[at] !== colon) return undefined;
    const from = skipSpace(bytes, at + 1);
    const to = endOfValue(bytes, from);
    if (isKey) found = { from, to };
    at = skipSpace(bytes, to);
    if (bytes[at] !== comma) break;
    at = skipSpace(bytes, at + 1);
  }
  return found;
}

function nameOf(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  try {
    return JSON.parse(token) as string;
  } catch {
    return '';
  }
}

function endOfValue(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length;) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      // The end of what the value is in.
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
    at++;
  }
  return bytes.length;
}

/** After the closing quote of the string that begins at `from`. */
function endOfString(bytes: Buffer, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === backslash) at++;
    else if (byte === quote) return at + 1;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
