// Reading YAML: texts stay what they are, mistakes have places, and nothing takes the reader down.

import { describe, expect, test } from 'vitest';
import { positionOf, readSource } from '../generator/source.ts';

function read(text: string): { tree: unknown; problems: string[] } {
  const { value, diagnostics } = readSource('f', text);
  const problems = diagnostics.map(
    ({ position, code, message }) => `${position?.line}:${position?.column} ${code}: ${message}`,
  );
  return { tree: value && JSON.parse(JSON.stringify(value.tree)), problems };
}

describe('texts', () => {
  test.each([
    ['a: 010', { a: '010' }],
    ['a: yes', { a: 'yes' }],
    ['a: ~\nb: null\nc:\nd: "null"', { a: null, b: null, c: null, d: 'null' }],
    ['a: 1.0\r\nb: 2\r\n', { a: '1.0', b: '2' }],
    ['\ufeffa: 1', { a: '1' }],
    ['{"a": [1, true]}', { a: ['1', 'true'] }],
    ['a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}', { a: { b: '1' }, c: { b: '1' }, d: { b: '1', e: '2' } }],
    ['__proto__: {a: 1}\nconstructor: b', JSON.parse('{"__proto__": {"a": "1"}, "constructor": "b"}')],
    ['', null],
  ])('%j', (text, tree) => expect(read(text)).toEqual({ tree, problems: [] }));
});

describe('mistakes', () => {
  test.each([
    ['a: [1', ['1:6 yaml-syntax: ']],
    ['a: 1\na: 2', ['2:1 yaml-structure: the key "a" is defined twice']],
    ['a: *x', ["1:4 yaml-syntax: unknown anchor 'x' referenced"]],
    ['a: &x [*x]', ['1:8 yaml-structure: the anchor &x contains itself']],
    ['? [a]\n: b', ['1:3 yaml-structure: a key must be a string, not a list or a map']],
    ['a: "\0"', ['1:5 yaml-syntax: control characters are not allowed']],
    ['a:\n\tb: 1', ['2:1 yaml-syntax: ']],
    [
      'a: 1\n---\nb: 2',
      ['2:1 yaml-documents: only the first document of the file is read, as in the gateway; the others are ignored'],
    ],
  ])('%j', (text, problems) => {
    const found = read(text).problems;
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
  });
});

describe('bombs are refused', () => {
  const aliases = [
    'a: &l0 [x, x]',
    ...Array.from({ length: 40 }, (_, index) => `b${index}: &l${index + 1} [*l${index}, *l${index}]`),
  ];
  // Made when they are needed: vitest would format them for the titles.
  test.each([
    { name: 'deep flow lists', make: () => '['.repeat(100_000) },
    { name: 'deep flow maps', make: () => '{a: '.repeat(50_000) },
    {
      name: 'deep block maps',
      make: () => Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    },
    {
      name: 'a chain of aliases',
      make: () =>
        `a0: &a0 []\n${Array.from({ length: 5000 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`).join('\n')}`,
    },
    { name: 'aliases of aliases', make: () => aliases.join('\n') },
  ])('$name', ({ make }) => expect(readSource('f', make()).value).toBeUndefined());
});

test('positions in maps of any size: of keys, of values, and of the key where there is no value', () => {
  for (const size of [3, 300]) {
    const text = Array.from({ length: size }, (_, index) => `key${index}: ${index % 2 ? '' : 'value'}\n`).join('');
    const { value } = readSource('f', text);
    if (!value) throw new Error('must be read');
    expect(positionOf(value, ['key1'])).toEqual({ file: 'f', line: 2, column: 1 });
    expect(positionOf(value, [`key${size - 1}`]).line).toBe(size);
    expect(positionOf(value, ['key2'])).toEqual({ file: 'f', line: 3, column: 7 });
    expect(positionOf(value, ['key2'], 'key')).toEqual({ file: 'f', line: 3, column: 1 });
    expect(positionOf(value, ['key'])).toEqual({ file: 'f', line: 1, column: 1 });
  }
});

test('maps that merge one another add no depth', () => {
  const chain = Array.from(
    { length: 520 },
    (_, index) => `a${index + 1}: &a${index + 1} {<<: ${index % 2 ? `*a${index}` : `[*a${index}]`}}`,
  );
  const { value, diagnostics } = readSource('f', `a0: &a0 {b: c}\n${chain.join('\n')}`);
  expect(diagnostics).toEqual([]);
  expect(value?.tree).toMatchObject({ a520: { b: 'c' } });
});

test('positions are found through aliases, and a missing path is its parent', () => {
  const { value } = readSource('f', 'a: &x\n  b: [1, {c: 2}]\nd: *x\n');
  if (!value) throw new Error('must be read');
  expect(positionOf(value, ['a', 'b', 1, 'c'])).toEqual({ file: 'f', line: 2, column: 14 });
  expect(positionOf(value, ['a', 'b', 1, 'c'], 'key')).toEqual({ file: 'f', line: 2, column: 11 });
  expect(positionOf(value, ['d', 'b', 0])).toEqual({ file: 'f', line: 2, column: 7 });
  expect(positionOf(value, ['a', 'nothing', 'here'])).toEqual({ file: 'f', line: 1, column: 4 });
});
