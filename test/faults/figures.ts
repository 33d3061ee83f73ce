// Figures in words: quantiles and counts, never an average, as one slow call among a hundred is what a user remembers.

/** The smallest value that a share of the list does not exceed: `quantile(list, 0.5)` is the median. */
export function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Milliseconds as a reader wants them: `4.2 ms`, `180 ms`, `3.1 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'never';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Median, 99 % and maximum of a list of milliseconds; all that there is when there are only a few. */
export function spread(list: readonly number[]): string {
  if (list.length === 0) return 'none';
  if (list.length === 1) return duration(list[0] ?? NaN);
  const max = duration(Math.max(...list));
  const median = duration(quantile(list, 0.5));
  if (list.length < 100) return `median ${median}, slowest ${max}`;
  return `median ${median}, 99 % ${duration(quantile(list, 0.99))}, slowest ${max}`;
}

/** Texts by how often they occur, the most frequent first, numbers and ids left out so that like ones count together. */
export function frequencies(texts: readonly string[], most = 3): string {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const plain = shorten(text.replaceAll(/[0-9a-f]{8,}|\d+(\.\d+)*/g, '#'), 120);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, most).map(([text, count]) => `${count} × "${text}"`);
  if (sorted.length > most) shown.push(`${sorted.length - most} others`);
  return shown.join(', ');
}

/** One line of at most so many characters. */
export function shorten(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
