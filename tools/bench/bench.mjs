// `npm run bench`: figures, not tests: how long mcpgen and its chart take beside the least that they could, and how much memory.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, UserError, run, say, start } from '../common.mjs';
import { setUp } from '../setup.mjs';
import { measureAll } from './rows.mjs';
import { appendRun, drawHistory, formatTable, regressions, withTable } from './table.mjs';

const [README, HISTORY, DRAWING] = ['README.md', 'docs/bench/history.csv', 'docs/bench/history.svg'].map((file) =>
  join(ROOT, file),
);
const HELP = `npm run bench [-- --record | --compare]

Prints a table: what mcpgen and its chart take, in seconds of the processor, beside the least that it could be, and the ratio.

  --record    also writes the table to README.md, and appends the ratios to docs/bench/history.csv, of which it draws history.svg
  --compare   fails if a ratio is more than 30 % above the last one of the history: what CI runs
`;

await start(async () => {
  const { record, compare, help } = readOptions();
  if (help) return void console.log(HELP);
  await setUp();
  const rows = measure();
  console.log(formatTable(rows));
  const history = existsSync(HISTORY) ? readFileSync(HISTORY, 'utf8') : '';
  if (record) writeRecord(history, rows);
  const worse = compare ? regressions(history, rows) : [];
  if (worse.length > 0) console.log(`\nslower than the history allows:\n${worse.join('\n')}`);
  return worse.length > 0 ? 1 : 0;
});

function readOptions() {
  const type = 'boolean';
  try {
    return parseArgs({ options: { record: { type }, compare: { type }, help: { type, short: 'h' } } }).values;
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
}

function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bench-'));
  try {
    const rows = [];
    for (const row of measureAll(folder)) {
      say(`${row.id}: ${row.ratio.toFixed(2)}`);
      rows.push(row);
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeRecord(history, rows) {
  const commit = run('git', ['rev-parse', '--short', 'HEAD']).stdout.trim();
  const next = appendRun(history, { date: new Date().toISOString().slice(0, 10), commit }, rows);
  writeFileSync(HISTORY, next);
  writeFileSync(DRAWING, drawHistory(next));
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), rows));
}
