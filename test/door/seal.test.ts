// Session ids: what was sealed is read back, and what could not be is refused when the session begins.

import { expect, test } from 'vitest';
import { Seal } from '../../door/seal.ts';

const seal = new Seal('secret');
const facts = { user: 'one', pod: '10.0.0.1', begun: 1, params: '{}' };

test('an id is read back by whoever has the secret, and by nobody else', () => {
  const id = seal.close(facts) ?? '';
  expect(new Seal('secret').open(id)).toEqual(facts);
  expect(new Seal('another').open(id)).toBeUndefined();
  const changed = id[20] === 'A' ? 'B' : 'A';
  expect(seal.open(id.slice(0, 20) + changed + id.slice(21))).toBeUndefined();
});

test.each(['x'.repeat(20_000), 'é'.repeat(9000)])(
  'parameters that are too long are refused, however short their id',
  (params) => {
    expect(seal.close({ ...facts, params })).toBeUndefined();
  },
);
