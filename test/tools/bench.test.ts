// What the benchmarks make of their figures: README's table, the history, its drawing, and what counts as slower.

import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Row {
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly least: number;
  readonly beside: string;
  readonly ratio: number;
  readonly goal: number;
}
interface Script {
  readonly withTable: (readme: string, rows: readonly Row[]) => string;
  readonly appendRun: (history: string, run: { date: string; commit: string }, rows: readonly Row[]) => string;
  readonly regressions: (history: string, rows: readonly Row[]) => string[];
  readonly drawHistory: (history: string) => string;
}
const script = (): Promise<Script> =>
  import(join(import.meta.dirname, '../../tools/bench/table.mjs')) as Promise<Script>;

const row = (id: string, ratio: number): Row => {
  return { id, what: id, value: ratio, unit: 's', least: 1, beside: 'nothing', ratio, goal: 1.5 };
};
const run = { date: '2026-01-02', commit: 'abc1234' };

test('the table takes the place of the old one, and a missed goal is marked', async () => {
  const { withTable } = await script();
  const readme = 'a\n<!-- The table of npm run bench -- --record -->\nold\n<!-- end -->\nb\n';
  const first = withTable(readme, [row('one', 1.2), row('two', 1.6)]);
  expect(first).toMatchInlineSnapshot(`
    "a
    <!-- The table of npm run bench -- --record -->

    | What | takes | beside | ratio | goal, at most |
    | --- | --- | --- | --- | --- |
    | one | 1.20 s | nothing: 1.00 s | 1.20 | 1.5 |
    | two | 1.60 s | nothing: 1.00 s | 1.60 | 1.5 (missed) |

    <!-- end -->
    b
    "
  `);
  expect(withTable(first, [row('one', 1.2), row('two', 1.6)])).toBe(first);
});

test('a ratio that is more than 30 % above the last recorded one is slower; one without a record is not', async () => {
  const { appendRun, regressions } = await script();
  const history = appendRun(appendRun('', run, [row('one', 9), row('two', 1)]), run, [row('one', 1)]);
  expect(history).toBe(
    'date,commit,benchmark,ratio\n2026-01-02,abc1234,one,9.000\n2026-01-02,abc1234,two,1.000\n2026-01-02,abc1234,one,1.000\n',
  );
  expect(regressions(history, [row('one', 1.3), row('two', 1.31), row('new', 99)])).toEqual([
    'two: 1.31, and 1.00 on 2026-01-02 (abc1234)',
  ]);
});

test('the drawing has a line for each benchmark', async () => {
  const { appendRun, drawHistory } = await script();
  const history = appendRun(appendRun('', run, [row('one', 2), row('two', 1)]), run, [row('one', 1)]);
  const drawing = drawHistory(history);
  expect(
    [...drawing.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) => points.split(' ').length),
  ).toEqual([2, 1]);
  expect(drawing).toContain('2.00 to 1.00');
});
