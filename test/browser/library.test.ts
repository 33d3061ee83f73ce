// The library in a browser: a bundler finds nothing of Node.js in it, and there it compiles as it does here.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, type CompileInput, explain } from '../../generator/index.ts';
import { chromium } from '../review/chromium.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-browser-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string): string => readFileSync(join(root, 'test/data', name), 'utf8');

const names = [...read('catalog-sample.yaml').matchAll(/^ {2}([\w-]+):$/gm)].map(([, name = '']) => name);
const sample: CompileInput = {
  catalogs: [{ name: 'catalog.yaml', text: read('catalog-sample.yaml') }],
  configs: [{ name: 'config.yaml', text: read('config-sample.yaml') }],
  entrypoints: [{ name: 'entrypoints.yaml', text: names.map((name) => `${name}: [serve]\n`).join('') }],
  skipUnsupported: true,
};
const inputs: readonly CompileInput[] = [
  { ...sample, servers: ['brave', 'context7', 'fetch', 'github-official', 'memory', 'playwright', 'time'] },
  sample,
  { ...sample, overlay: { name: 'overlay.yaml', text: 'gateway: {replicas: many}\n' } },
  {
    catalogs: [
      { name: 'c.yaml', text: `registry: {${'long-name-'.repeat(9)}: {image: a/b, volumes: ["/x/../y:/z"]}}` },
    ],
  },
];

/** What both sides do with the library. */
const use = (library: { compile: typeof compile; explain: typeof explain }, all: readonly CompileInput[]): unknown =>
  all.map((input) => {
    const { value, diagnostics } = library.compile(input);
    return [value?.text, diagnostics, library.explain(input)];
  });

let code: string;
const warnings: string[] = [];

beforeAll(async () => {
  const entry = join(folder, 'entry.mjs');
  const library = JSON.stringify(join(root, 'dist/index.js'));
  writeFileSync(entry, `import * as library from ${library};\nglobalThis.mcpgen = library;\n`);
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    tsconfig: false,
    onLog: (_, { message }) => void warnings.push(message),
  });
  const { output } = await build.generate({ format: 'iife', codeSplitting: false });
  await build.close();
  expect(output).toHaveLength(1);
  code = output[0].code;
});

const program = (): string =>
  `${code}\nJSON.stringify((${String(use)})(mcpgen, ${JSON.stringify(inputs).replaceAll('<', '\\u003c')}))`;
const expected = (): unknown => JSON.parse(JSON.stringify(use({ compile, explain }, inputs)));

test('a bundle for browsers has no module of Node.js', () => {
  expect(warnings).toEqual([]);
  expect(code.match(/.*['"]node:.*/g)).toBeNull();
});

test('without the globals of Node.js it compiles the same', () => {
  const [compiled] = expected() as [[string]];
  expect(compiled[0]).toMatch(/^ {2}time:$/m);
  const web = { URL, URLSearchParams, TextEncoder, TextDecoder };
  expect(JSON.parse(runInContext(program(), createContext(web)) as string)).toEqual(expected());
});

if (chromium === undefined) console.warn('skipped: no Chromium here');

test.skipIf(chromium === undefined)('Chromium compiles the same', { timeout: 120_000 }, async () => {
  const page = join(folder, 'page.html');
  const script = program().replaceAll('</script', '<\\/script');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><pre></pre><script>
try { document.querySelector('pre').textContent = encodeURIComponent(eval(${JSON.stringify(script).replaceAll('<', '\\u003c')})); }
catch (error) { document.querySelector('pre').textContent = 'failed: ' + error.stack; }
</script>`,
  );
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--dump-dom',
  ];
  const { stdout } = await promisify(execFile)(chromium ?? '', [...args, `file://${page}`], { maxBuffer: 1 << 28 });
  const [, answer = ''] = /<pre>([^<]*)<\/pre>/.exec(stdout) ?? [];
  expect(JSON.parse(decodeURIComponent(answer))).toEqual(expected());
});
