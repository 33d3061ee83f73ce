// `npm run check`: format, lint, types and generated files, then all tests but the e2e. Reports every step that failed.
import { join } from 'node:path';
import { ROOT, indent, run, start } from './common.mjs';
import { setUp } from './setup.mjs';
import { vitest } from './vitest.mjs';

const STEPS = [
  { title: 'format', check: () => bin('oxfmt', '--check'), remedy: 'run npx oxfmt' },
  { title: 'lint', check: () => bin('oxlint'), remedy: 'npx oxlint --fix fixes some of it' },
  // Each checker reads all types that its files use, so several are quicker only on idle cores, and cost half as much again.
  { title: 'types', check: () => bin('tsc', '--noEmit', '--checkers', '1'), remedy: 'each line names its place' },
  { title: 'generated files', check: generatedFilesAreFresh, remedy: 'npm run gen has updated them: commit them' },
];

await start(async () => {
  await setUp();
  const failed = STEPS.filter(({ title, check, remedy }) => {
    const { status, stdout, stderr } = check();
    console.log(status === 0 ? `✓ ${title}` : `✗ ${title}: ${remedy}\n${indent(stdout + stderr, 4)}`);
    return status !== 0;
  });
  const tests = vitest([]);
  if (failed.length > 0) console.log(`besides the tests, failed: ${failed.map(({ title }) => title).join(', ')}`);
  return failed.length > 0 ? 1 : tests;
});

function bin(name, ...args) {
  return run(join(ROOT, 'node_modules/.bin', name), args);
}

/** Whether generating changes no file, committed or not. The generator has been built by the set-up. */
function generatedFilesAreFresh() {
  const before = worktree();
  const generated = run('npm', ['run', '--silent', 'gen:built']);
  if (generated.status !== 0) return generated;
  return worktree() === before ? generated : { ...run('git', ['status', '--short']), status: 1 };
}

function worktree() {
  return run('git', ['diff', 'HEAD']).stdout + run('git', ['ls-files', '--others', '--exclude-standard']).stdout;
}
