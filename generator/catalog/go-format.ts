// Go's text of a value: `%v` of package fmt, and what reflection calls a value's type.

import { GoFloat, type GoScalar, GoTime, type GoValue, isGoMap, isList } from './go-value.ts';

/** A result longer than any command line can be, such as `{{k|volume|volume|…}}` gives (it doubles with each filter). */
export class ResultTooLongError extends Error {
  override readonly name = 'ResultTooLongError';

  constructor() {
    super(`the result is longer than ${maxResultLength / 2 ** 20} MiB`);
  }
}

/** Linux takes 128 KiB for an argument and 2 MiB for all of them. Without a bound a short expression exhausts memory. */
const maxResultLength = 16 * 2 ** 20;

/** Collects pieces of a result, and refuses one that is too long before it is made. */
export class ResultBuilder {
  readonly pieces: string[] = [];
  private length = 0;

  add(piece: string): void {
    // Empty pieces take memory too.
    this.length += piece.length + 1;
    if (this.length > maxResultLength) throw new ResultTooLongError();
    this.pieces.push(piece);
  }

  toString(): string {
    return this.pieces.join('');
  }
}

/** `fmt.Sprintf("%v", value)`. */
export function formatGo(value: GoValue): string {
  if (typeof value === 'string') return value;
  const text = new ResultBuilder();
  write(value, text);
  return text.toString();
}

function write(value: GoValue, text: ResultBuilder): void {
  if (isList(value)) {
    text.add('[');
    value.forEach((item, index) => {
      if (index > 0) text.add(' ');
      write(item, text);
    });
    text.add(']');
  } else if (isGoMap(value)) {
    writeMap(
      [...value].sort(([a], [b]) => compareKeys(a, b)),
      text,
    );
  } else if (value === null) {
    text.add('<nil>');
  } else if (value instanceof GoFloat) {
    text.add(formatFloat(value.value));
  } else if (value instanceof GoTime) {
    text.add(value.toString());
  } else if (typeof value === 'object') {
    writeMap(
      Object.entries(value).sort(([a], [b]) => compareText(a, b)),
      text,
    );
  } else if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    text.add(formatFloat(value));
  } else {
    // String(-0) is '0', as is Go's int of that name.
    text.add(String(value));
  }
}

function writeMap(entries: readonly (readonly [GoScalar, GoValue])[], text: ResultBuilder): void {
  text.add('map[');
  entries.forEach(([key, value], index) => {
    if (index > 0) text.add(' ');
    write(key, text);
    text.add(':');
    write(value, text);
  });
  text.add(']');
}

/** strconv/ftoa.go, format 'g' with the shortest digits: in exponent form below 1e-04 and from 1e+06 on. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const magnitude = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  return sign + plainDecimal(mantissa.replace('.', ''), exponent);
}

function plainDecimal(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0');
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** `reflect.Value.String`: a text itself, but of anything else only its type, as `<int Value>`. */
export function reflectString(value: GoValue): string {
  if (typeof value === 'string') return value;
  return value === null ? '<invalid Value>' : `<${typeName(value)} Value>`;
}

function typeName(value: Exclude<GoValue, null>): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return value > 2n ** 63n - 1n ? 'uint64' : 'int';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float64';
    default:
      if (isList(value)) return '[]interface {}';
      if (isGoMap(value)) return 'map[interface {}]interface {}';
      if (value instanceof GoFloat) return 'float64';
      return value instanceof GoTime ? 'time.Time' : 'map[string]interface {}';
  }
}

/**
 * The order of map keys, of internal/fmtsort. Keys of different types are ordered by where the linker put the types: there
 * is no better rule than the order found in gateway binaries.
 */
function compareKeys(a: GoScalar, b: GoScalar): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const types = [typeName(a), typeName(b)].map((name) => typeOrder.indexOf(name));
  const byType = (types[0] ?? 0) - (types[1] ?? 0);
  if (byType !== 0) return byType;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a instanceof GoTime && b instanceof GoTime) {
    // Go compares the fields of the struct in turn, and the first of them holds the fraction of the second.
    return a.nanoseconds - b.nanoseconds || a.seconds - b.seconds || a.offsetSeconds - b.offsetSeconds;
  }
  return compareNumbers(numberOf(a), numberOf(b));
}

const typeOrder = ['string', 'uint64', 'int', 'float64', 'bool', 'time.Time'];

function numberOf(value: GoScalar): number | bigint {
  if (value instanceof GoFloat) return value.value;
  return typeof value === 'bigint' ? value : Number(value);
}

/** NaN comes first. */
function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, which is the order of UTF-8 bytes; JavaScript's own comparison is by UTF-16 units. */
function compareText(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a.charCodeAt(index) === b.charCodeAt(index)) index++;
  if (index === a.length || index === b.length) return a.length - b.length;
  const [unitA, unitB] = [a.charCodeAt(index), b.charCodeAt(index)];
  const [surrogateA, surrogateB] = [isSurrogate(unitA), isSurrogate(unitB)];
  return surrogateA === surrogateB ? unitA - unitB : Number(surrogateA) - Number(surrogateB);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
