// Holds the documents to the code: every diagnostic has its row, and every row its diagnostic.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../generator/cli.ts';
import { withDiagnosticsTable } from '../generator/dev/diagnostics-page.ts';
import { diagnosticTable } from '../generator/diagnostics/table.ts';
import type { Entry } from '../generator/diagnostics/types.ts';

const root = join(import.meta.dirname, '..');

test('docs/diagnostics.md is what `npm run gen` makes of the table of diagnostics', () => {
  const page = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8');
  expect(withDiagnosticsTable(page)).toBe(page);
});

test('every row of the table of diagnostics is used, variants too', () => {
  const files = readdirSync(join(root, 'generator'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^diagnostics[\\/]/.test(name),
  );
  const text = files.map((name) => readFileSync(join(root, 'generator', name), 'utf8')).join('\n');
  const keys = Object.entries<Entry>(diagnosticTable).flatMap(([code, { variants }]) =>
    Object.keys(variants).map((name) => (name === 'default' ? code : `${code}/${name}`)),
  );
  // These two are made of a part that is decided elsewhere.
  const made = ['unknown-field/ignored', 'unknown-field/refused'];
  expect(keys.filter((key) => !text.includes(`'${key}'`) && !made.includes(key))).toEqual([]);
});

test('only the table of diagnostics has messages, hints and severities', () => {
  const files = readdirSync(join(root, 'generator'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^diagnostics([\\/]|\.ts$)/.test(name),
  );
  const literal = /severity: ['`]|\bhint: ['`]/;
  expect(files.filter((name) => literal.test(readFileSync(join(root, 'generator', name), 'utf8')))).toEqual([]);
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
      new RegExp(`^ *('|\\]\\)\\('|\\b(test|describe).*).*${escapeRegExp(title)}`, 'm'),
    );
  }
});

test('every option that a document names is in the help of a command', async () => {
  let help = '';
  const write = async (text: string): Promise<void> => void (help += text);
  for (const command of [[], ['evaluate'], ['explain'], ['lock'], ['images'], ['pull']]) {
    await run([...command, '--help'], { stdin: Readable.from([]), writeOut: write, writeError: write, color: false });
  }
  // Those that speak of mcpgen's own options and no other program's.
  const documents = [
    'README.md',
    'docs/catalogs.md',
    'docs/troubleshooting.md',
    'docs/diagnostics.md',
    'docs/fidelity.md',
    'docs/run-as.md',
    'docs/security.md',
    'docs/registries.md',
  ];
  const text = documents
    .map((name) =>
      readFileSync(join(root, name), 'utf8').replaceAll(/^(.*\b(npm|helm|kubectl|claude|docker)\b.*)$/gm, ''),
    )
    .join('\n');
  // Options of example servers.
  const others = ['--region', '--db-path', '--port', '--paths', '--json', '--zone', '--password'];
  const named = new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
  expect([...named].filter((option) => !help.includes(option) && !others.includes(option))).toEqual([]);
});

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Markdown files that people read, without those that are generated for another place. */
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'chart/README.md'].concat(
  ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
);

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('every link of %s leads to a file, and to a heading', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
  const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
    ([link, path = '', anchor]) => {
      const target = path === '' ? page : join(page, '..', path);
      if (!existsSync(join(root, target))) return [link];
      return anchor === undefined || !target.endsWith('.md') || anchors(target).includes(anchor) ? [] : [link];
    },
  );
  expect(broken).toEqual([]);
});

test('docs/README.md leads to every page', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const missing = readdirSync(join(root, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md' && !index.includes(`](${name})`),
  );
  expect(missing).toEqual([]);
});

test('docs/catalogs.md has a row for each field of a server', () => {
  const page = readFileSync(join(root, 'docs/catalogs.md'), 'utf8');
  const [, section = ''] = page.split('## Fields of a server\n');
  const cells = section.split('\n## ')[0]?.matchAll(/^\| (.*?) \|/gm) ?? [];
  const named = [...cells].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const schema = JSON.parse(readFileSync(join(root, 'schemas/server.schema.json'), 'utf8')) as { properties: object };
  expect(named.toSorted()).toEqual(Object.keys(schema.properties).toSorted());
});
