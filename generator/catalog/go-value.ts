// The values that Go's YAML library can make of a config file, in JavaScript.

/**
 * A value as the gateway holds it, in plain JavaScript wherever that is unambiguous:
 *
 * | Go                            | here                                                              |
 * | ----------------------------- | ----------------------------------------------------------------- |
 * | `string`, `bool`, `nil`       | `string`, `boolean`, `null`                                       |
 * | `int`                         | `number` (a safe integer), else `bigint`                          |
 * | `uint64`                      | `bigint` above 2^63-1 (smaller ones are `int`)                    |
 * | `float64`                     | `number` that is not a safe integer, else `GoFloat`               |
 * | `time.Time`                   | `GoTime`                                                          |
 * | `[]interface{}`, `[]string`   | array                                                             |
 * | `map[string]interface{}`      | object                                                            |
 * | `map[interface{}]interface{}` | `Map`; Go makes one where a key is not a string; paths stop there |
 */
export type GoValue = GoScalar | readonly GoValue[] | GoObject | GoMap;
export type GoScalar = string | number | bigint | boolean | null | GoFloat | GoTime;
export interface GoObject {
  readonly [key: string]: GoValue;
}
export type GoMap = ReadonlyMap<GoScalar, GoValue>;

/** A `float64` whose value is a whole number: Go prints the int 1000000 as `1000000`, but the float as `1e+06`. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** A `time.Time`: an instant, and the offset from UTC at which it was written. */
export class GoTime {
  /** Of the instant, since 1970. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly offsetSeconds: number;

  constructor(seconds: number, nanoseconds: number, offsetSeconds: number) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.offsetSeconds = offsetSeconds;
  }

  /** As Go's `Time.String` does, in a container whose own time zone is UTC: `2001-12-14 21:59:43.1 -0500 -0500`. */
  toString(): string {
    const { date, time, hours, minutes } = this.fields();
    const zone = `${hours}${minutes}`;
    return `${date} ${time} ${zone} ${this.offsetSeconds === 0 ? 'UTC' : zone}`;
  }

  /** As Go's `Time.MarshalJSON` does: `2001-12-14T21:59:43.1-05:00`. */
  toJSON(): string {
    const { date, time, hours, minutes } = this.fields();
    return `${date}T${time}${this.offsetSeconds === 0 ? 'Z' : `${hours}:${minutes}`}`;
  }

  private fields(): { date: string; time: string; hours: string; minutes: string } {
    const [date = '', time = ''] = new Date((this.seconds + this.offsetSeconds) * 1000).toISOString().split(/[T.]/);
    const fraction = digits(this.nanoseconds, 9).replace(/0+$/, '');
    const offset = Math.abs(this.offsetSeconds) / 60;
    return {
      date,
      time: fraction === '' ? time : `${time}.${fraction}`,
      hours: `${this.offsetSeconds < 0 ? '-' : '+'}${digits(Math.floor(offset / 60), 2)}`,
      minutes: digits(offset % 60, 2),
    };
  }
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

export function isObject(value: GoValue | undefined): value is GoObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map || value instanceof GoFloat || value instanceof GoTime)
  );
}

export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

export function isGoMap(value: GoValue): value is GoMap {
  return value instanceof Map;
}

/** What `config[key]` is in Go: nothing is inherited, so `constructor` is a key like any other. */
export function ownValue(object: GoObject, key: string): GoValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
