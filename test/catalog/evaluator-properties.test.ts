// What holds for any input: an answer or one of two documented errors, the same each time, in bounded time.

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateCommand, evaluateEnv, expandEnv, splitExpansion } from '../../generator/catalog/environment.ts';
import { evaluate, evaluateList, parseExpression } from '../../generator/catalog/expression.ts';
import { formatGo, ResultTooLongError } from '../../generator/catalog/go-format.ts';
import { ConfigSyntaxError, parseConfig } from '../../generator/catalog/go-yaml.ts';
import { answer } from '../oracle/answer.ts';
import { brokenText, flowText } from '../oracle/arbitraries-yaml.ts';
import { anyCase, dollarText, expression } from '../oracle/arbitraries.ts';

describe('random input', () => {
  test('is answered, each time the same', () => {
    const isDeterministic = fc.property(anyCase, (question) => isDeepStrictEqual(answer(question), answer(question)));
    fc.assert(isDeterministic, { numRuns: 2000 });
  });

  test('has no other errors, whatever the text', () => {
    const text = fc.oneof(brokenText, flowText, fc.string({ unit: 'binary', maxLength: 60 }));
    fc.assert(
      fc.property(text, fc.oneof(expression, fc.string({ unit: 'binary' })), (yaml, template) => {
        expect(attempt(() => formatGo(evaluate(template, parseConfig(yaml))))).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('is covered by its terms', () => {
    fc.assert(
      fc.property(fc.oneof(expression, fc.string()), (text) => {
        expect(
          parseExpression(text)
            .map((term) => text.slice(term.offset, term.offset + term.length))
            .join(''),
        ).toBe(text);
      }),
    );
  });

  test('expands piece by piece', () => {
    fc.assert(
      fc.property(dollarText, (text) => {
        const parts = splitExpansion(text);
        const names = parts.flatMap((part) => ('name' in part ? [part.name] : []));
        // `${A=b}` and `${A}` find the same entry.
        fc.pre(!names.some((name) => name.includes('=')));
        const expanded = expandEnv(
          text,
          names.map((name) => `${name}=<>`),
        );
        expect(expanded).toBe(parts.map((part) => ('name' in part ? '<>' : part.literal)).join(''));
      }),
    );
  });
});

const mega = 2 ** 20;
const deep = (open: string, close = '') => `k: ${open.repeat(100_000)}${close.repeat(100_000)}`;
const anchors = [...'abcdefghijklm'];
const bomb = anchors
  .map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(index ? `*${anchors[index - 1]}` : 'x')
        .join(', ')}]\n`,
  )
  .join('');
const deepAliases = Array.from(
  { length: 50 },
  (_, index) => `a${index}: &a${index} ${'['.repeat(400)}${index ? `*a${index - 1}` : 1}${']'.repeat(400)}\n`,
).join('');

describe('large input', () => {
  test.each([
    ['open braces', '{'.repeat(mega)],
    ['unclosed references', '{{a'.repeat(mega / 4)],
    ['references', '{{k}}'.repeat(mega / 5)],
    ['lines', '{{\n'.repeat(mega / 4)],
    ['a long path', `{{${'a.'.repeat(mega / 2)}}}`],
    ['many filters', `{{k${'|into'.repeat(mega / 5)}}}`],
    ['doubling filters', `{{k${'|volume'.repeat(mega / 7)}}}`],
    ['a long default', `{{l|or:[${','.repeat(mega)}]}}`],
    ['a long value, many times', '{{long}}'.repeat(mega / 8)],
  ])('an expression of %s', (_name, text) => {
    const config = { k: 'v', l: [], long: 'x'.repeat(mega) };
    expect(attempt(() => evaluateList([text], config))).toBeDefined();
  });

  test.each([
    ['dollars', '$'.repeat(mega)],
    ['unclosed names', '${'.repeat(mega / 2)],
    ['names', '$A'.repeat(mega / 2)],
    ['names with =', '${A=b}'.repeat(mega / 8)],
    ['long values', '$LONG'.repeat(mega / 8)],
  ])('an expansion of %s', (_name, text) => {
    const environment = [
      ...Array.from({ length: 10_000 }, (_, index) => `N${index}=x`),
      'A=x',
      `LONG=${'x'.repeat(mega)}`,
    ];
    expect(attempt(() => evaluateCommand([text, text], {}, environment))).toBeDefined();
  });

  test('env entries that double each other', () => {
    const entries = Array.from({ length: 100 }, (_, index) => ({
      name: `A${index + 1}`,
      value: `\${A${index}}`.repeat(2),
    }));
    expect(attempt(() => evaluateEnv(entries, {}, ['A0=x']))).toBeInstanceOf(ResultTooLongError);
  });

  test.each([
    ['deep flow lists', deep('[', ']')],
    ['unclosed flow maps', deep('{a: ')],
    ['deep block lists', '- '.repeat(100_000)],
    ['deep block maps', Array.from({ length: 2000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['deep keys', '? '.repeat(100_000)],
    ['an alias bomb', bomb],
    ['aliases in depth', deepAliases],
    ['an alias of itself', 'k: &a [*a]'],
  ])('a config of %s is refused', (_name, text) => {
    expect(attempt(() => parseConfig(text))).toBeInstanceOf(ConfigSyntaxError);
  });

  test.each([
    ['keys', Array.from({ length: 100_000 }, (_, index) => `key${index}: value\n`).join('')],
    ['aliases', `a: &a ${'x'.repeat(mega)}\nk: [${'*a, '.repeat(50_000)}]`],
    ['digits', `k: ${'1'.repeat(2 * mega)}`],
    ['hexadecimal digits', `k: 0x${'1'.repeat(2 * mega)}`],
    ['escapes', `k: "${'\\n'.repeat(mega)}"`],
    ['blank lines', `${'\n'.repeat(2 * mega)}k: 1`],
    ['comments', `${'# c\n'.repeat(mega / 4)}k: 1`],
    ['spaces', `k: ${' '.repeat(2 * mega)}1`],
    ['colons', `k: ${':'.repeat(mega)}x`],
  ])('a config of many %s', { timeout: 20_000 }, (_name, text) => {
    expect(attempt(() => formatGo(parseConfig(text)))).toBeDefined();
  });
});

/** The result, or one of the two errors that may be. */
function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    if (error instanceof ConfigSyntaxError || error instanceof ResultTooLongError) return error;
    throw error;
  }
}
