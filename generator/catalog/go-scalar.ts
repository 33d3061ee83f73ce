// What a scalar of YAML means to Go's yaml.v3 (resolve.go): `017` is 15, `yes` is text, `2001-12-14` is a time.

import { decodeUtf8 } from './go-text.ts';
import { GoFloat, GoTime, type GoScalar } from './go-value.ts';

export interface Resolved {
  /** What it turned out to be; for an explicit tag outside YAML's own, that tag. */
  readonly tag: string;
  readonly value: GoScalar;
}

const words: ReadonlyMap<string, Resolved> = new Map([
  ...named('!!bool', true, 'true', 'True', 'TRUE'),
  ...named('!!bool', false, 'false', 'False', 'FALSE'),
  ...named('!!null', null, '', '~', 'null', 'Null', 'NULL'),
  ...named('!!float', NaN, '.nan', '.NaN', '.NAN'),
  ...named('!!float', Infinity, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'),
  ...named('!!float', -Infinity, '-.inf', '-.Inf', '-.INF'),
  ...named('!!merge', '<<', '<<'),
]);

function named(tag: string, value: GoScalar, ...texts: readonly string[]): (readonly [string, Resolved])[] {
  return texts.map((text) => [text, { tag, value }]);
}

const resolvableTags = new Set(['', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/**
 * The value of a scalar that neither quotes nor `!!str` make a string. `tag` is the short explicit one, '' if there is none.
 * Returns a message where the tag does not fit, or the base64 of a `!!binary` is broken.
 */
export function resolveScalar(tag: string, text: string): Resolved | string {
  if (tag === '!!binary') {
    const value = decodeBase64(text);
    return value === undefined ? '!!binary value contains invalid base64 data' : { tag, value };
  }
  if (!resolvableTags.has(tag)) return { tag, value: text };
  const resolved = words.get(text) ?? resolveNumber(tag, text) ?? { tag: '!!str', value: text };
  if (tag === '' || tag === resolved.tag) return resolved;
  if (tag === '!!float' && resolved.tag === '!!int' && !isUint64(resolved.value)) {
    return { tag, value: float(Number(resolved.value)) };
  }
  return `cannot decode ${resolved.tag} \`${text}\` as a ${tag}`;
}

function resolveNumber(tag: string, text: string): Resolved | undefined {
  if (text.startsWith('.')) return parseFloatText(text);
  if (!/^[-+0-9]/.test(text)) return undefined;
  const time = tag === '' || tag === '!!timestamp' ? parseTimestamp(text) : undefined;
  if (time) return { tag: '!!timestamp', value: time };
  const plain = text.replaceAll('_', '');
  const integer = parseInteger(plain);
  if (integer !== undefined) return { tag: '!!int', value: integer };
  return parseFloatText(plain);
}

/** Decimal floats; what is too large for one is text. */
function parseFloatText(text: string): Resolved | undefined {
  if (!/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { tag: '!!float', value: float(value) } : undefined;
}

function float(value: number): number | GoFloat {
  return Number.isSafeInteger(value) ? new GoFloat(value) : value;
}

const maxInt64 = 2n ** 63n - 1n;

function isUint64(value: GoScalar): boolean {
  return typeof value === 'bigint' && value > maxInt64;
}

/**
 * `strconv.ParseInt(text, 0, 64)`, `ParseUint` for what is above its range, and yaml.v3's own attempt at `0b` and `0o`, which
 * takes a second sign after the prefix (`0b-1`). Integers that do not fit in 64 bits are none.
 */
function parseInteger(text: string): number | bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(
    text.replace(/^(0[bo])([-+])/, '$2$1'),
  );
  if (!match) return undefined;
  const [, sign, digits = ''] = match;
  const literal = digits.replace(/^0(?=[0-9])/, '0o');
  // More digits are out of range, and BigInt takes quadratic time for them.
  if (literal.replace(/^(0[a-zA-Z])?0*/, '').length > 64) return undefined;
  const value = sign === '-' ? -BigInt(literal) : BigInt(literal);
  const max = sign === '' ? 2n ** 64n - 1n : maxInt64;
  if (value < -maxInt64 - 1n || value > max) return undefined;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const timestampPatterns = [
  /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)[Tt](?<hour>\d\d?):(?<minute>\d\d?):(?<second>\d\d?)(?:[.,](?<fraction>\d+))?(?:Z|(?<zone>[-+]\d\d:\d\d))$/,
  /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?) +(?<hour>\d\d?):(?<minute>\d\d?):(?<second>\d\d?)(?:[.,](?<fraction>\d+))?$/,
  /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)$/,
];

/** `parseTimestamp`: the four layouts that yaml.v3 gives to Go's `time.Parse`, with what that takes beyond them. */
function parseTimestamp(text: string): GoTime | undefined {
  const groups = timestampPatterns.map((pattern) => pattern.exec(text)?.groups).find((found) => found !== undefined);
  if (!groups) return undefined;
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((part) =>
    Number(groups[part] ?? 0),
  ) as [number, number, number, number, number, number];
  const [zoneHour, zoneMinute] = (groups['zone'] ?? '+00:00').slice(1).split(':').map(Number) as [number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 60) return undefined;
  const offset = (groups['zone']?.startsWith('-') ? -60 : 60) * (zoneHour * 60 + zoneMinute);
  const nanoseconds = Number((groups['fraction'] ?? '').slice(0, 9).padEnd(9, '0'));
  return new GoTime(date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset, nanoseconds, offset || 0);
}

/** `base64.StdEncoding`, which passes over line ends. */
function decodeBase64(text: string): string | undefined {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return decodeUtf8(atob(compact));
}
