// Holds the documents to the code: every diagnostic has its row, and every row its diagnostic.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../generator/cli.ts';
import { diagnosticCodes } from '../generator/diagnostics/table.ts';

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

test('each promise of docs/security.md has a test of that name', () => {
  const rows = readFileSync(join(root, 'docs/security.md'), 'utf8')
    .split('\n')
    .filter(
      (line, index, lines) =>
        line.startsWith('| ') && !line.startsWith('| ---') && !lines[index + 1]?.startsWith('| ---'),
    );
  const promises = rows.map((row) => [row, /\[`([^`]+)`\]\(\.\.\/(test\/[^)]+)\)/.exec(row)] as const);
  expect(promises.length).toBeGreaterThan(0);
  for (const [row, found] of promises) {
    const [, title = '', file = ''] = found ?? [];
    expect(file, row).not.toBe('');
    expect(readFileSync(join(root, file), 'utf8'), row).toMatch(
      new RegExp(`^ *('|\\b(test|describe).*).*${escapeRegExp(title)}`, 'm'),
    );
  }
});

test('every option that a document names is in the help of a command', async () => {
  let help = '';
  const write = async (text: string): Promise<void> => void (help += text);
  for (const command of [[], ['evaluate'], ['explain'], ['lock'], ['images']]) {
    await run([...command, '--help'], { stdin: Readable.from([]), writeOut: write, writeError: write, color: false });
  }
  // Those that speak of mcpgen's own options and no other program's.
  const documents = ['README.md', 'docs/diagnostics.md', 'docs/fidelity.md', 'docs/run-as.md', 'docs/security.md'];
  const text = documents
    .map((name) =>
      readFileSync(join(root, name), 'utf8').replaceAll(/^(.*\b(npm|helm|kubectl|claude|docker)\b.*)$/gm, ''),
    )
    .join('\n');
  // Options of example servers.
  const others = ['--db-path', '--port', '--paths', '--json', '--zone', '--password'];
  const named = new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
  expect([...named].filter((option) => !help.includes(option) && !others.includes(option))).toEqual([]);
});

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
