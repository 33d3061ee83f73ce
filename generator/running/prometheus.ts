// Prometheus' text format, as far as the relay uses it.

export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The samples of a text; lines that are none are skipped. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    const value = Number(found?.[3]?.replace(/^([+-]?)Inf$/, '$1Infinity'));
    if (!found || Number.isNaN(value)) return [];
    return { name: found[1] ?? '', labels: parseLabels(found[2] ?? ''), value };
  });
}

function parseLabels(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g);
  const unescape = (value: string): string =>
    value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  return new Map([...pairs].map(([, name = '', value = '']) => [name, unescape(value)]));
}

/** The quantile of cumulative buckets, as `histogram_quantile` computes it: linear within a bucket. @returns undefined: no observation */
export function quantile(
  q: number,
  buckets: readonly { readonly le: number; readonly count: number }[],
): number | undefined {
  const sorted = buckets.toSorted((a, b) => a.le - b.le);
  const total = sorted.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  const rank = q * total;
  const index = sorted.findIndex(({ count }) => count >= rank);
  const bucket = sorted[index];
  const before = sorted[index - 1] ?? { le: 0, count: 0 };
  if (!bucket || bucket.le === Infinity) return before.le;
  return before.le + ((bucket.le - before.le) * (rank - before.count)) / (bucket.count - before.count);
}
