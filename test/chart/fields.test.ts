// Every value of the chart does what the table in fields.ts says.

import { expect, test } from 'vitest';
import { table } from './fields.ts';

test.each(Object.entries(table))('%s', (_, row) => expectFound(...row()));

/** A string has to be equal or contained, in text or in a list; a list of these goes item by item where the lengths agree. */
function expectFound(actual: unknown, expected: unknown): void {
  if (typeof expected === 'string' && (typeof actual === 'string' || Array.isArray(actual))) {
    expect(actual).toContain(expected);
  } else if (Array.isArray(actual) && Array.isArray(expected) && actual.length === expected.length) {
    actual.forEach((one, index) => expectFound(one, expected[index]));
  } else {
    expect(actual).toEqual(expected);
  }
}
