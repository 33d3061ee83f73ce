// Holds the import rules: which folder may touch the world outside, and that the compiler's core does not.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const generator = join(import.meta.dirname, '../generator');
const files = readdirSync(generator, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: relative('.', name), text: readFileSync(join(generator, name), 'utf8') }));

/** What only some files may have, and which. */
const rules: readonly [what: string, pattern: RegExp, allowed: RegExp][] = [
  ['the file system', /from 'node:fs/, /^(commands|dev)\//],
  ['the process and its environment', /\bprocess\.|from 'node:process'/, /^(bin|cli)\.ts$|^(commands|dev)\//],
  [
    'the network',
    /from 'node:(https?|net|tls|dgram)'|from 'undici'|(await|return) fetch\(/,
    /^image\/registry[\w-]*\.ts$|^commands\/verify\.ts$/,
  ],
  ['child processes', /from 'node:child_process'/, /^commands\//],
  ['time and chance', /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(Bytes|UUID)\(/, /^commands\//],
  ['the MCP SDK', /@modelcontextprotocol\/sdk/, /^commands\/verify\.ts$/],
];

test.each(rules)('only the files that need it touch %s', (_, pattern, allowed) => {
  const offenders = files.filter(({ name, text }) => pattern.test(text) && !allowed.test(name)).map(({ name }) => name);
  expect(offenders).toEqual([]);
});

test('the core knows nothing of commands', () => {
  const offenders = files.filter(
    ({ name, text }) =>
      !/^(bin|cli)\.ts$|^(commands|dev)\//.test(name) && /from '\.{1,2}\/(.*\/)?(commands|cli)/.test(text),
  );
  expect(offenders.map(({ name }) => name)).toEqual([]);
});

test('catalog/ knows nothing of workloads and values', () => {
  const offenders = files.filter(
    ({ name, text }) => name.startsWith('catalog/') && /from '\.\.\/(workload|values|image)\//.test(text),
  );
  expect(offenders.map(({ name }) => name)).toEqual([]);
});

test('every file opens with a sentence that says what lives there', () => {
  const offenders = files.filter(({ text }) => !/^(#!.*\n)?\/\/ [A-Z`"].*\n/.test(text));
  expect(offenders.map(({ name }) => name)).toEqual([]);
});
