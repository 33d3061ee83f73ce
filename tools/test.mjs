// `npm test [-- vitest arguments]`: sets up what is missing and runs all tests but the e2e; with --update, updates the goldens.
import { mustRun, start } from './common.mjs';
import { setUp } from './setup.mjs';
import { vitest } from './vitest.mjs';

await start(async () => {
  const update = process.argv.includes('--update');
  const args = process.argv.slice(2).filter((arg) => arg !== '--update');
  await setUp();
  if (update) mustRun('npm run gen failed; the goldens are made of what it writes.', 'npm', ['run', '--silent', 'gen']);
  return vitest(update ? ['-u', ...args] : args);
});
