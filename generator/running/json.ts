// Values of JSON that may be anything.

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, cut to a bound; empty for what is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1000) : '';
}
