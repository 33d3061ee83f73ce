// What holds for every input: no exception, the same bytes for the same input, what is written is read back, no secret.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { run } from '../generator/cli.ts';
import { compile } from '../generator/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Texts that the language of catalogs gives a meaning, and others. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '{{',
        '}}',
        '{',
        '}',
        '|',
        'or:',
        'into',
        'volume',
        'a.b',
        's0.x',
        '$',
        '${KEY}',
        '$(',
        ':',
        '/',
        '~',
        '-',
        ' ',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'yes',
    'null',
    '017',
    '1e3',
    '0x1F',
    '2024-01-01',
    '<<',
    '=',
    '{{s0.list|volume|into}}',
    '{{s0.x}}:/data',
    '/host:/target:ro',
    'named:/data',
  ),
);
const names = fc.constantFrom('s0', 's1', 'S_0', 'a.b', 'x'.repeat(70), '__proto__', 'constructor', '-', 'ü');
const server = fc.record(
  {
    type: fc.constantFrom('server', 'remote', 'poci', 'other'),
    image: fc.constantFrom('mcp/x', 'mcp/x:1', 'x:1', 'x:1@sha256:0', ''),
    title: text,
    longLived: fc.oneof(fc.boolean(), text),
    command: fc.array(text, { maxLength: 4 }),
    env: fc.array(fc.record({ name: fc.oneof(text, fc.constantFrom('A', 'KEY')), value: text }), { maxLength: 4 }),
    secrets: fc.array(fc.record({ name: text, env: fc.constantFrom('KEY', 'OTHER') }), { maxLength: 2 }),
    volumes: fc.array(text, { maxLength: 4 }),
    user: text,
    disableNetwork: fc.boolean(),
    allowHosts: fc.array(
      fc.oneof({ weight: 1, arbitrary: text }, { weight: 5, arbitrary: fc.constant('api.example.com:443') }),
      {
        maxLength: 2,
      },
    ),
    extraHosts: fc.array(text, { maxLength: 2 }),
    tools: fc.array(fc.record({ name: text }), { maxLength: 2 }),
    remote: fc.record(
      {
        url: fc.constantFrom('https://example.com/mcp', ''),
        transport_type: fc.oneof({ weight: 1, arbitrary: text }, { weight: 5, arbitrary: fc.constant('sse') }),
        headers: fc.dictionary(fc.oneof(text, fc.constant('X-Team')), text, { maxKeys: 1 }),
      },
      { requiredKeys: [] },
    ),
    config: fc.array(fc.anything({ maxDepth: 3 }), { maxLength: 2 }),
    prefix: text,
    resources: fc.record(
      { limits: fc.record({ cpu: text, memory: text }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    unknown: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['image'] },
);
/** One that most probably compiles, with any texts where any are allowed. */
const plainServer: typeof server = fc.record(
  {
    image: fc.constantFrom('mcp/x', 'mcp/x:1'),
    title: text,
    command: fc.array(text, { maxLength: 2 }),
    env: fc.array(fc.record({ name: fc.constantFrom('A', 'B'), value: text }), { maxLength: 1 }),
    disableNetwork: fc.boolean(),
  },
  { requiredKeys: ['image'] },
);
const anyServer = fc.oneof({ weight: 3, arbitrary: server }, { weight: 1, arbitrary: plainServer });
const catalog = fc.record({ registry: fc.dictionary(names, anyServer, { maxKeys: 2 }) });
const config = fc.dictionary(names, fc.dictionary(fc.constantFrom('x', 'list', 'b'), fc.jsonValue({ maxDepth: 3 })));

function input(catalogText: string, configText = '') {
  return {
    catalogs: [{ name: 'catalog.yaml', text: catalogText }],
    configs: [{ name: 'config.yaml', text: configText }],
    entrypoints: [{ name: 'entrypoints.yaml', text: 'mcp/x: [serve]\nx: [serve]\n' }],
  };
}

test('any catalog and config compile to values or to errors, the same ones each time', () => {
  let compiled = 0;
  fc.assert(
    fc.property(catalog, config, fc.boolean(), (aCatalog, aConfig, skipUnsupported) => {
      const arguments_ = { ...input(stringify(aCatalog), stringify(aConfig)), skipUnsupported };
      const first = compile(arguments_);
      const second = compile(arguments_);
      expect([second.value?.text, second.diagnostics]).toEqual([first.value?.text, first.diagnostics]);
      expect(first.value === undefined).toBe(first.diagnostics.some(({ severity }) => severity === 'error'));
      if (!first.value) return;
      compiled++;
      expect(parse(first.value.text)).toEqual(JSON.parse(JSON.stringify(first.value.values)));
    }),
    { numRuns: 1000 },
  );
  expect(compiled).toBeGreaterThan(10);
});

test('any text at all is a result or an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.json(), catalog.map((value) => stringify(value)).chain(mutate)),
      (anyText) => {
        const { value, diagnostics } = compile(input(anyText, anyText));
        expect(value === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      },
    ),
    { numRuns: 500 },
  );
});

/** A text with one piece of it replaced. */
function mutate(original: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat(original.length),
      fc.nat(8),
      fc.constantFrom(
        '',
        '\t',
        '\0',
        '[',
        '{',
        '&a ',
        '*a',
        ': ',
        '- ',
        '"',
        "'",
        '\n',
        '\r',
        '---\n',
        '!!int ',
        '|\n',
        '\u2028',
      ),
    )
    .map(([at, length, piece]) => original.slice(0, at) + piece + original.slice(at + length));
}

test('no command writes the value of a secret', async () => {
  const secret = 'hunter2-do-not-print';
  const files = { 'catalog.yaml': '', 'secrets.env': '', 'entrypoints.yaml': 'mcp/x: [serve]\n' };
  await fc.assert(
    fc.asyncProperty(
      catalog,
      fc.constantFrom(`KEY=${secret}`, `a.b=${secret}`, secret, `=${secret}`, `\0${secret}`),
      fc.constantFrom([], ['evaluate']),
      async (aCatalog, line, command) => {
        const secretNames = Object.values(aCatalog.registry).flatMap(({ secrets = [] }) =>
          secrets.map(({ name }) => `${name}=${secret}`),
        );
        Object.assign(files, { 'catalog.yaml': stringify(aCatalog), 'secrets.env': [...secretNames, line].join('\n') });
        for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
        const args = [...command, join(folder, 'catalog.yaml'), '--secrets-file', join(folder, 'secrets.env')];
        let output = '';
        const write = async (chunk: string): Promise<void> => void (output += chunk);
        await run(args, { stdin: Readable.from([]), writeOut: write, writeError: write, color: false });
        expect(output).not.toContain(secret);
      },
    ),
    { numRuns: 200 },
  );
});
