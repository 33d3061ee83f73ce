// A value of a message is found and replaced where it stands; everything else stays as it is.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replaceAt, textAt } from '../../relay/places.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('a value', () => {
  test.each([
    ['{"id":7}', ['id'], '7'],
    [' { "id" : 7 , "a" : 1 } ', ['id'], '7'],
    ['{"a":{"id":1},"id":"x,}\\"y"}', ['id'], '"x,}\\"y"'],
    ['{"i\\u0064":7}', ['id'], '7'],
    ['{"id":1,"id":2}', ['id'], '2'],
    [
      '{"params":{"_meta":{"progressToken":12345678901234567890}}}',
      ['params', '_meta', 'progressToken'],
      '12345678901234567890',
    ],
    ['{"params":{"arguments":{"_meta":{"progressToken":1}}}}', ['params', '_meta', 'progressToken'], undefined],
    ['{"params":[{"a":1}]}', ['params', 'a'], undefined],
    ['{"params":{}}', ['params', 'a'], undefined],
    ['{"id":[1,{"b":"]"}],"c":2}', ['id'], '[1,{"b":"]"}]'],
  ])('of %s at %j', (text, path, value) => {
    expect(textAt(bytes(text), path)).toBe(value);
  });

  test('is replaced, and nothing else changes', () => {
    const text = '{"id": 1, "params":{"n":1.0, "big":12345678901234567890,"id":1}}\n';
    expect(replaceAt(bytes(text), ['id'], '"x"').toString()).toBe(text.replace('1', '"x"'));
    expect(replaceAt(bytes(text), ['none'], '2').toString()).toBe(text);
  });

  test('of any message, wherever it stands', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.nat(), (object, space) => {
        const text = JSON.stringify(object, undefined, space % 3);
        for (const [key, value] of Object.entries(object)) {
          expect(JSON.parse(textAt(bytes(text), [key]) ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
          expect(JSON.parse(replaceAt(bytes(text), [key], '[]').toString())).toEqual(
            JSON.parse(JSON.stringify({ ...object, [key]: [] })),
          );
        }
      }),
    );
  });
});
