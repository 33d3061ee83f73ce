// The npm package: what is in it, how large it is, and that its program and library work from an empty folder, with no other package.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-package-'));
const home = join(folder, 'home');
const installed = join(home, 'node_modules/mcpgen');
afterAll(() => rmSync(folder, { recursive: true }));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}
let packed: Packed;

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

beforeAll(() => {
  // dist/ is fresh: vitest's set-up sees to it.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  packed = (JSON.parse(run('npm', args, root)) as [Packed])[0];
  mkdirSync(installed, { recursive: true });
  run('tar', ['xzf', join(folder, packed.filename), '--strip-components=1', '-C', installed], folder);
}, 300_000);

interface About {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
}
const about = (): About => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as About;

const within = (prefix: string): string[] =>
  packed.files.map(({ path }) => path).filter((path) => path.startsWith(prefix));
const committed = (path: string): string[] => run('git', ['ls-files', path], root).trim().split('\n');

test('the package has the chart as it is committed, without what makes its README', () => {
  expect(within('chart/').toSorted()).toEqual(
    committed('chart')
      .filter((path) => !path.endsWith('.hbs'))
      .toSorted(),
  );
});

test('the package has the examples of --explain', () => {
  expect(within('test/').toSorted()).toEqual(committed('test/cases').toSorted());
});

test('the package has the schemas that mcpgen schema prints', () => {
  expect(within('schemas/').toSorted()).toEqual(
    committed('schemas')
      .filter((path) => path !== 'schemas/values.schema.json') // the chart's is made of it
      .toSorted(),
  );
});

test('the package has the templates of mcpgen init and mcpgen client', () => {
  expect(within('templates/').toSorted()).toEqual(committed('templates').toSorted());
});

test('the package has the built files, and little else', async () => {
  await expect(`${within('dist/').toSorted().join('\n')}\n`).toMatchFileSnapshot('package-files.txt');
  const others = packed.files
    .map(({ path }) => path)
    .filter((path) => !/^(chart|schemas|templates|test|dist)\//.test(path));
  expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
});

test('the types that the library needs are there, by names that every TypeScript takes', () => {
  const types = within('dist/').filter((path) => path.endsWith('.d.ts'));
  const missing = types.flatMap((path) => {
    const imports = readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g);
    return [...imports]
      .map(([, name = '']) => join(dirname(path), name.replace(/\.js$/, '.d.ts')))
      .filter((name) => !types.includes(name))
      .map((name) => `${path} -> ${name}`);
  });
  expect(missing).toEqual([]);
});

test('the package is smaller than 800 KB', () => {
  expect(packed.size).toBeLessThan(800_000);
});

test('the package needs no other', () => {
  expect(about()).not.toHaveProperty('dependencies');
});

const catalog = 'registry: {t: {image: mcp/t, tools: [{name: a}]}}\n';
const program = (): string => join(installed, about().bin['mcpgen'] ?? '');
const mcpgen = (...args: string[]): string => run(process.execPath, [program(), ...args], home);

test('the program works: it compiles, explains, writes a Compose file, and finds mistakes in an overlay', () => {
  writeFileSync(join(home, 'catalog.yaml'), catalog);
  writeFileSync(join(home, 'entrypoints.yaml'), 't: [serve]\n');
  writeFileSync(join(home, 'overlay.yaml'), 'gateway: {replicas: many}\n');
  const args = ['catalog.yaml', '--entrypoints', 'entrypoints.yaml'];
  expect(mcpgen(...args)).toMatch(/^servers:\n {2}t:\n/m);
  expect(mcpgen('compose', ...args)).toMatch(/^services:/m);
  expect(mcpgen('--explain', 'wrong-type')).toMatch(/For example:/);
  mcpgen('init', 'started');
  expect(readFileSync(join(home, 'started/catalog.yaml'), 'utf8')).toMatch(/^registry:/m);
  expect(mcpgen('client', 'codex', '--url', 'http://localhost/mcp')).toContain('url = "http://localhost/mcp"');
  expect(JSON.parse(mcpgen('schema', 'overlay'))).toHaveProperty('properties.gateway');
  expect(mcpgen('--version').trim()).toBe(about().version);
  const { status, stderr } = spawnSync(
    process.execPath,
    [program(), ...args, '--overlay', 'overlay.yaml', '--format', 'json'],
    { cwd: home, encoding: 'utf8' },
  );
  expect(status, stderr).toBe(1);
  expect(stderr).toContain('gateway.replicas');
});

test('the library works', () => {
  writeFileSync(
    join(home, 'use.mjs'),
    `import { compile } from 'mcpgen';
const file = (name, text) => ({ name, text });
const { value } = compile({ catalogs: [file('c.yaml', ${JSON.stringify(catalog)})], entrypoints: [file('e.yaml', 't: [serve]')] });
console.log(value.text);`,
  );
  expect(run(process.execPath, ['use.mjs'], home)).toMatch(/^ {2}t:\n/m);
});
