// Holds the import rules: which folder may touch the world outside, and the order of the generator's folders.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const generator = join(import.meta.dirname, '../generator');
const files = readdirSync(generator, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: relative('.', name), text: readFileSync(join(generator, name), 'utf8') }));

/** What only some files may have, and which. */
const rules: readonly [what: string, pattern: RegExp, allowed: RegExp][] = [
  ['the file system', /from 'node:fs/, /^(commands|dev)\//],
  ['the process and its environment', /\bprocess\.|from 'node:process'/, /^(bin|cli)\.ts$|^(commands|dev)\//],
  ['the network', /from 'node:(https?|net|tls|dgram)'|from 'undici'|(await|return) fetch\(/, /^(registry|running)\//],
  ['child processes', /from 'node:child_process'/, /^commands\//],
  ['time and chance', /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(Bytes|UUID)\(/, /^commands\//],
  ['the MCP SDK', /@modelcontextprotocol\/sdk/, /^$/],
];

test.each(rules)('only the files that need it touch %s', (_, pattern, allowed) => {
  const offenders = files.filter(({ name, text }) => pattern.test(text) && !allowed.test(name)).map(({ name }) => name);
  expect(offenders).toEqual([]);
});

/**
 * The order of the generator, lowest first: a file imports from its own line and the lines above it, never from below. Types
 * count as well: who needs the shape of a thing knows of the thing.
 */
const order: readonly string[] = [
  'printable.ts',
  'tree.ts',
  'shell.ts',
  'version.ts',
  'yaml/',
  'suggest.ts',
  'diagnostics/',
  'diagnostics.ts',
  'chart-defaults.ts',
  'kubernetes/',
  'source-tree.ts',
  'source.ts',
  'credentials/',
  'frame.ts',
  'report.ts',
  'catalog/',
  'load.ts',
  'evaluate.ts',
  'running/',
  'registry/',
  'image/',
  'workload/run-as/',
  'workload/',
  'overlay.ts',
  'values/',
  'deployment/',
  'prepare.ts',
  'compile.ts',
  'compose/',
  'explain.ts',
