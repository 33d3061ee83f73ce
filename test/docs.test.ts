// Holds the documents to the code: every diagnostic has its row, and every row its diagnostic.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnosticCodes } from '../generator/diagnostics.ts';

const root = join(import.meta.dirname, '..');

test('docs/diagnostics.md has a row for every code, in order', () => {
  const rows = [...readFileSync(join(root, 'docs/diagnostics.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, code]) => code,
  );
  expect(rows).toEqual([...diagnosticCodes].toSorted());
});

test('every code is used', () => {
  const files = readdirSync(join(root, 'generator'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && name !== 'diagnostics.ts',
  );
  const text = files.map((name) => readFileSync(join(root, 'generator', name), 'utf8')).join('\n');
  expect(diagnosticCodes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});
