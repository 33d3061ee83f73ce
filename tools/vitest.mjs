// Runs vitest and ends with the line that CI reads: `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, run } from './common.mjs';

/** Runs `vitest run` with its usual output, then prints the sum; returns the exit status. */
export function vitest(args, reporter = 'default') {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-vitest-'));
  try {
    const results = join(folder, 'results.json');
    const { status } = run(
      process.execPath,
      [
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        `--reporter=${reporter}`,
        '--reporter=json',
        `--outputFile.json=${results}`,
        ...args,
      ],
      { stdio: 'inherit', env: colors() },
    );
    const sum = count(results);
    // Vitest also fails without a failed test: no test found, an error outside of any test, a crash.
    if (status !== 0 && sum.failed === 0) sum.failed = 1;
    console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
    return sum.failed ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Vitest prints colors to a file when CI is set. */
function colors() {
  if (process.stdout.isTTY) return process.env;
  const { FORCE_COLOR: _, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
}

function count(file) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return sum; // vitest ended before it could write it
  }
  for (const { status, assertionResults } of report.testResults) {
    const outcomes = assertionResults.map((test) => test.status);
    // A file that cannot be loaded, or whose hook fails, has no failed test of its own.
    if (status === 'failed' && !outcomes.includes('failed')) sum.failed++;
    for (const outcome of outcomes) sum[outcome in sum ? outcome : 'skipped']++;
  }
  return sum;
}
