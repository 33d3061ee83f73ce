// What diagnostics see of expressions: their terms, filters and places.

import { expect, test } from 'vitest';
import { evaluateUser, splitExpansion } from '../../generator/catalog/environment.ts';
import { evaluate, parseExpression, type ReferenceTerm } from '../../generator/catalog/expression.ts';
import { filterNames } from '../../generator/catalog/filters.ts';

test('a text in terms', () => {
  expect(parseExpression('a{{x . y}}{b}')).toEqual([
    { kind: 'literal', text: 'a', offset: 0, length: 1 },
    { kind: 'reference', path: ['x', 'y'], filters: [], offset: 1, length: 9 },
    { kind: 'dropped', text: '{', offset: 10, length: 1 },
    { kind: 'literal', text: 'b', offset: 11, length: 1 },
    { kind: 'dropped', text: '}', offset: 12, length: 1 },
  ]);
});

test('filters with their place, argument and whether they have an effect', () => {
  const text = '{{k| into |or: x| or:x|volum|into:x|}}';
  const { filters } = parseExpression(text)[0] as ReferenceTerm;
  expect(filters.map(({ name, argument, known }) => ({ name, argument, known }))).toEqual([
    { name: 'into', argument: undefined, known: true },
    { name: 'or', argument: ' x', known: true },
    { name: 'or', argument: 'x', known: false },
    { name: 'volum', argument: undefined, known: false },
    { name: 'into', argument: 'x', known: false },
    { name: '', argument: undefined, known: false },
  ]);
  for (const { text: part, offset } of filters) expect(text.startsWith(part, offset)).toBe(true);
});

test('terms cover the whole text, in order', () => {
  const text = '{{{a}}}{\n{{b}}\n{{c\n}}😀{{d|or:😀}}}}';
  const terms = parseExpression(text);
  expect(terms.reduce((end, { offset, length }) => (offset === end ? end + length : NaN), 0)).toBe(text.length);
});

test('names of filters, for suggestions', () => {
  expect(filterNames).toEqual(['volume', 'volume-target', 'into', 'first', 'last', 'or:', 'mount_as:']);
});

test('nothing is inherited', () => {
  expect(evaluate('{{constructor}}{{__proto__}}{{a.toString}}', { a: {} })).toBe('');
});

test('a text with $ references in pieces', () => {
  expect(splitExpansion('a$B${C D}$${}${ $-$1x$')).toEqual([
    { literal: 'a' },
    { name: 'B' },
    { name: 'C D' },
    { name: '$' },
    { literal: '{} ' },
    { name: '-' },
    { name: '1' },
    { literal: 'x$' },
  ]);
});

test('a user that docker would take for a flag is none', () => {
  expect(evaluateUser('{{k}}', { k: '--privileged' })).toBeNull();
});
