// What is written as YAML is read back as it was, by Go: each character in each place, and what looks like something else.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseYaml } from '../../generator/yaml/parser.ts';
import { writeYaml, type YamlStyle } from '../../generator/yaml/write.ts';
import { readback } from '../readback.ts';

const oneLine: YamlStyle = { oneLine: () => true };

/** A text in every place that the writer knows, in the block style and on one line. */
function everywhere(text: string): [object, YamlStyle][] {
  const tree = { value: text, list: [text, { [text]: text, more: [[text]] }], [text]: { [text]: [text] } };
  return [
    [tree, {}],
    [tree, oneLine],
  ];
}

/** The documents that Go does not read back as they were, with what it makes of them. */
function differences(trees: readonly [object, YamlStyle][]): unknown[] {
  const read = readback(trees.map(([tree, style]) => writeYaml(tree, style)).join('---\n'));
  expect(read).toHaveLength(trees.length);
  return trees.flatMap(([tree], index) => {
    const back = read[index];
    const same = back && 'value' in back && JSON.stringify(back.value) === JSON.stringify(sorted(tree));
    return same ? [] : [[tree, back].map((value) => JSON.stringify(value).slice(0, 500))];
  });
}

/** As Go sorts the keys of its maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
  const entries = Object.entries(value).toSorted(([a], [b]) => bytes(a).compare(bytes(b)));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/** The characters of a range, `together` in each text. */
function characters(from: number, to: number, together = 1): string[] {
  const codes = Array.from({ length: to - from }, (_, index) => from + index).filter((code) => !isSurrogate(code));
  const count = Math.ceil(codes.length / together);
  return Array.from({ length: count }, (_, index) =>
    String.fromCodePoint(...codes.slice(index * together, (index + 1) * together)),
  );
}

/** Alone, and at the start, in the middle and at the end of a key, an item, and a text of one line and of several. */
function places(texts: readonly string[]): object {
  return {
    keys: Object.fromEntries(texts.map((text) => [`${text}k${text}k${text}`, text])),
    items: texts.map((text) => `${text} ${text} ${text}`),
    texts: texts.map((text) => `a\n${text}\nb${text}b\n${text}c${text}\n`),
    beginnings: texts.map((text) => `${text}\n a\n`),
  };
}

describe('every character comes back from Go', () => {
  test('of the first plane, in each place', () => {
    const starts = Array.from({ length: 16 }, (_, index) => index * 0x1000);
    const trees = starts.map((start): [object, YamlStyle] => [places(characters(start, start + 0x1000)), {}]);
    expect(differences(trees)).toEqual([]);
  });

  test('of the first plane, on one line', () => {
    const texts = characters(0, 0x10000, 16);
    const trees = texts.map((text): [object, YamlStyle] => [{ a: { [text]: [text, `${text} `] } }, oneLine]);
    expect(differences(trees)).toEqual([]);
  });

  test('of the other planes, in keys, values and texts of several lines', () => {
    const starts = Array.from({ length: 16 }, (_, index) => (index + 1) * 0x10000);
    const trees = starts.map((start): [object, YamlStyle] => {
      const texts = characters(start, start + 0x10000, 64);
      return [Object.fromEntries(texts.map((text) => [text, `a\n${text}`])), {}];
    });
    expect(differences(trees)).toEqual([]);
  });
});

/** What some reader takes for something else than a text, or for structure: without blanks, and with. */
const oddWords = [
  'y Y n yes No ON off true False NULL null ~ << = nan inf .inf -.INF +.inf .NaN',
  '0 -0 +1 017 0o17 0O17 08 0x1F 0X1f 0b11 -0b1 1_000 _1 1e3 1E+3 1. .5 -.5 1.5e-7 0x1p-2 1e999 9223372036854775808',
  '-_010_ +_1 _1_ 0_x1f -_0x1 1_e_3 _.5 -_.5 _1:2 2024_01_01 _',
  '190:20:30 1:2 -1:59.5 0:0 10:20 2024-01-01 2024-1-1 2024-01-01T00:00:00Z',
  '- -a -- --- ... ...a ? ?a : :a a: a:b # #a a#b &a *a !a | > >- %YAML @ ` { } [ ] , {} [] a]b http://x/?y',
  `" ' "a" 'a' "' \\ \\n a\\ a"b it's '" {{a|b}} $(A) \${A} __proto__ constructor`,
].flatMap((line) => line.split(' '));
const odd = [
  oddWords,
  [
    '',
    ' ',
    '  a',
    'a  ',
    '\t',
    '\ta',
    'a\t',
    '\n',
    '\n\n',
    '\na',
    'a\n',
    'a\n\n',
    'a\n\n\nb',
    ' a\nb',
    'a\n b',
    'a\n\tb',
  ],
  ['a \nb', 'a\r\nb', 'a\n---\nb', '---\na\n', 'a\n...\n', 'a\n# b\n', '# a\nb\n', 'a:\n  b\n', '- a\n- b\n', "a\n'b"],
  [
    '- a',
    '--- a',
    '... a',
    '? a',
    ': a',
    'a: b',
    'a :b',
    'a #b',
    '!!int 5',
    '|\n a',
    'a, b',
    '{a: b}',
    '{"a": "b\\c"}',
  ],
  ['2024-01-01 00:00:00', '0001-1-1 x', 'a\u0000b', '\ufeffa', 'a\ufeff', '\ufffe', '\u0085a', '1'.repeat(400)],
  ['k'.repeat(999), 'k'.repeat(1001), 'k'.repeat(70_000), '\u2028'.repeat(500), 'é'.repeat(1023), '😀'.repeat(1025)],
  ['"'.repeat(2000)],
].flat();

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...odd),
  fc.tuple(fc.constantFrom(...odd), fc.constantFrom(...odd)).map((pair) => pair.join('')),
);
const anyTree = fc.dictionary(
  anyText,
  fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      anyText,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(anyText, tie('node'), { maxKeys: 4 }),
    ),
  })).node,
);

describe('what looks like something else is a text', () => {
  test('to Go', () => {
    expect(differences(odd.flatMap(everywhere))).toEqual([]);
  });

  test.each(['1.1', '1.2'] as const)('to a reader of YAML %s', (version) => {
    for (const [tree, style] of odd.flatMap(everywhere)) {
      expect(parse(writeYaml(tree, style), { version, merge: true })).toEqual(tree);
    }
  });

  test('to our own reader', () => {
    for (const text of odd) {
      const { root } = parseYaml(writeYaml({ key: text }));
      expect(root).toMatchObject({ pairs: [{ key: { text: 'key' }, value: { text } }] });
    }
  });
});

test('any tree comes back from Go', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyTree, fc.constantFrom({}, oneLine)), { minLength: 100, maxLength: 100 }),
      (trees) => {
        expect(differences(trees)).toEqual([]);
      },
    ),
    { numRuns: 10 },
  );
});

test('half of a surrogate pair is U+FFFD, as in Go', () => {
  expect(readback(writeYaml({ a: 'x\ud800y\udc00', '\udfff': [] }))).toEqual([
    { value: { a: 'x\ufffdy\ufffd', '\ufffd': [] } },
  ]);
});

test('numbers are those of Go, or refused by it', () => {
  expect(readback(writeYaml({ a: [0, -1, 1.5, 1e21, 1e-7, 2 ** 53, 123456789012345678n] }))).toEqual([
    { value: { a: [0, -1, 1.5, 1e21, 1e-7, 2 ** 53, 123456789012345680] } },
  ]);
  for (const number of [NaN, Infinity, -Infinity])
    expect(readback(writeYaml({ number }))).toEqual([{ error: expect.any(String) }]);
});

describe('ordinary texts stay readable', () => {
  const words = "mcp/time@sha256:0a --port -x 8080/tcp 10.0.0.1 $(TOKEN) /bin/sh .env größe 日本語 😀 a:b a#b it's";
  const plain = [...words.split(' '), 'a b', 'a, b'];
  test.each(plain)('%s is plain', (text) => expect(writeYaml({ text })).toBe(`text: ${text}\n`));

  test.each([
    ['yes', '"yes"'],
    ['{"a": 1}', `'{"a": 1}'`],
    ['{\'a\': "b"}', `"{'a': \\"b\\"}"`],
    ['\u001b[31m\u200b\u202e\u00a0\ue000\u{e0001}', '"\\u001b[31m\\u200b\\u202e\\u00a0\\ue000\\U000e0001"'],
    ['a\n  b\n', '|\n  a\n    b'],
    ['a\nb', '|-\n  a\n  b'],
    ['a \nb', '"a \\nb"'],
  ])('%j is %s', (text, written) => expect(writeYaml({ text })).toBe(`text: ${written}\n`));
});

describe.each(['helm3', 'helm4'])('%s', (helm) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-values-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'templates'));
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: values\nversion: 0.0.0\n');
  writeFileSync(join(folder, 'templates/values.yaml'), 'kind: Values\njson: {{ .Values | toRawJson | b64enc }}\n');

  test('has the values that were written', () => {
    const keys = Object.fromEntries(odd.map((text) => [text, text]));
    const tree = { odd, keys, first: places(characters(0, 0x3100)), last: places(characters(0xd7a0, 0x10010)) };
    const program = join(import.meta.dirname, '../../.tools/bin', helm);
    const { stdout, stderr } = spawnSync(program, ['template', folder, '-f', '-'], {
      input: writeYaml(tree),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const [, json = ''] = /^json: (.*)$/m.exec(stdout) ?? [];
    const values: unknown = JSON.parse(Buffer.from(json, 'base64').toString('utf8') || 'null');
    expect(JSON.stringify(sorted(values)) === JSON.stringify(sorted(tree)), stderr).toBe(true);
  });
});
