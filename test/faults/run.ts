// Runs the rows that were asked for, each as a test, and writes what was seen: to docs/reliability.md, or where --out says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { removeAgents } from './node-agent.ts';
import { readSetting } from './setting.ts';
import { ROWS, STAGES } from './stages.ts';
import { merge, read, render, type Result, type Setting } from './table.ts';
import { failure, judge, type Options, type Verdict } from './verdict.ts';

interface Arguments extends Options {
  rows: string[];
  disruptive: boolean;
  out: string;
}

const { rows: chosen, disruptive, out, ...options } = JSON.parse(process.env['MCPGEN_FAULTS'] ?? '') as Arguments;
const order = ROWS.map(({ id }) => id);
const unknown = chosen.filter((id) => !order.includes(id));
if (unknown.length > 0) throw new Error(`no row is called ${unknown.join(', ')}; the rows are: ${order.join(', ')}`);
let setting: Setting;

/** Written row by row, as a run takes long and may be interrupted. */
function record(result: Result): void {
  const old = existsSync(out) ? read(readFileSync(out, 'utf8'), setting) : [];
  writeFileSync(out, render(merge(old, [result]), setting, order));
}

const isWanted = (row: { id: string; disruptive?: true }) =>
  (chosen.length === 0 || chosen.includes(row.id)) && (disruptive || !row.disruptive);

beforeAll(async () => {
  setting = await readSetting();
});

for (const stage of STAGES) {
  const rows = stage.rows.filter(isWanted);
  describe.skipIf(rows.length === 0)(stage.name, () => {
    let opened: Promise<unknown> | undefined;
    afterAll(async () => {
      const resource = await opened?.catch(() => undefined);
      if (resource !== undefined) await stage.close(resource);
    });

    for (const row of rows)
      test(row.id, async () => {
        const begun = performance.now();
        opened ??= stage.open(options);
        const verdict: Verdict = await opened.then((resource) => row.measure(resource, options)).then(judge, failure);
        const { id, fault, holds } = row;
        record({ id, fault, holds, ...verdict, date: new Date().toISOString().slice(0, 10) });
        const seconds = ((performance.now() - begun) / 1000).toFixed(0);
        process.stderr.write(`${verdict.ok ? '✓' : '✗'} ${id} (${seconds} s): ${verdict.seen}\n`);
        if (!verdict.ok) throw new Error(`${holds}; seen: ${verdict.seen}`);
      });
  });
}

afterAll(removeAgents);
