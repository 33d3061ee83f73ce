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
  [
    'the network',
    /(?<!import \{ (?:BlockList, )?isIP \} )from 'node:(https?|net|tls|dgram)'|from 'undici'|(await|return) fetch\(/,
    /^(registry|running)\//,
  ],
  ['child processes', /from 'node:child_process'/, /^commands\//],
  ['time and chance', /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(Bytes|UUID)\(/, /^commands\//],
  ['the MCP SDK', /@modelcontextprotocol\/sdk/, /^running\/mcp\.ts$/],
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
  'system.ts',
  'hash.ts',
  'browser/',
  'addresses.ts',
  'package.ts',
  'version.ts',
  'schema-line.ts',
  'grouped.ts',
  'remember.ts',
  'editor-schema.ts',
  'yaml/',
  'suggest.ts',
  'diagnostics/',
  'diagnostics.ts',
  'chart-defaults.ts',
  'kubernetes/',
  'source-tree.ts',
  'source-places.ts',
  'source.ts',
  'credentials/',
  'frame.ts',
  'summary.ts',
  'report-format.ts',
  'report.ts',
  'catalog/',
  'load.ts',
  'evaluate.ts',
  'registry/',
  'definitions/definition.ts',
  'image/',
  'definitions/',
  'running/',
  'workload/run-as/',
  'workload/',
  'mend/',
  'overlay.ts',
  'values/',
  'deployment/',
  'prepare.ts',
  'missing-lock.ts',
  'compile.ts',
  'compose/',
  'tenants/',
  'secrets/',
  'diff/',
  'graph/',
  'explain/',
  'clients/',
  'review/',
  'index.ts',
  'dev/',
  'commands/',
  'cli.ts',
  'bin.ts',
];

/** The number of the line that a file is on: the longest that fits, as workload/run-as/ is not workload/. */
function rank(file: string): number {
  const fitting = order.filter((entry) => (entry.endsWith('/') ? file.startsWith(entry) : file === entry));
  return order.indexOf(fitting.toSorted((a, b) => b.length - a.length)[0] ?? '');
}

function importsOf(name: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+\.ts)'/g)].map(
    ([, specifier = '']) => specifier,
  );
  return specifiers.map((specifier) => join(dirname(name), specifier));
}

/** Imports that go up in the order. */
function upwardImports(sources: readonly { name: string; text: string }[]): string[] {
  return sources.flatMap(({ name, text }) =>
    importsOf(name, text)
      .filter((target) => rank(target) > rank(name))
      .map((target) => `${name} -> ${target}`),
  );
}

/** The files of a circle of imports, or nothing. */
function findCircle(sources: readonly { name: string; text: string }[]): string[] {
  const graph = new Map(sources.map(({ name, text }) => [name, importsOf(name, text)]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): string[] => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return [];
    for (const target of graph.get(name) ?? []) {
      const circle = visit(target, [...way, name]);
      if (circle.length > 0) return circle;
    }
    done.add(name);
    return [];
  };
  return [...graph.keys()].map((name) => visit(name, [])).find((circle) => circle.length > 0) ?? [];
}

test('the order names every file, and nothing that is not there', () => {
  expect(files.filter(({ name }) => rank(name) === -1).map(({ name }) => name)).toEqual([]);
  const used = new Set(files.map(({ name }) => rank(name)));
  expect(order.filter((_, index) => !used.has(index))).toEqual([]);
});

test('no import goes upwards, and none goes in a circle', () => {
  expect(upwardImports(files)).toEqual([]);
  expect(findCircle(files)).toEqual([]);
});

test('a planted edge is found', () => {
  const planted = { name: 'catalog/planted.ts', text: "import type { Lock } from '../image/lock.ts';" };
  expect(upwardImports([...files, planted])).toEqual(['catalog/planted.ts -> image/lock.ts']);
  const back = { name: 'catalog/filters.ts', text: "import { evaluate } from './expression.ts';" };
  const circle = findCircle([...files.filter(({ name }) => name !== back.name), back]);
  expect(circle).toContain('catalog/filters.ts');
});

test('every file opens with a sentence that says what lives there', () => {
  const offenders = files.filter(({ text }) => !/^(#!.*\n)?\/\/ [A-Z`"].*\n/.test(text));
  expect(offenders.map(({ name }) => name)).toEqual([]);
});
