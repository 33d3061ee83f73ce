// The check of values without a compiled schema says what a validator of JSON Schema says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMisfits } from '../../generator/values/fits.ts';
import { compileRandom } from './random.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../chart/values.schema.json'), 'utf8'));
const server = { $ref: '#/definitions/server' };
const validate = new Ajv({ allowUnionTypes: true }).compile({ ...server, definitions: schema.definitions });

test('on values that fit, and on those with one part replaced', () => {
  const fitting = compileRandom(60).map(({ values }) => JSON.parse(JSON.stringify(values)) as unknown);
  const odd = fc.oneof(
    fc.constantFrom('', 'a b', '/a/', '/', 'A_B', '-1', '512Mi', 'x'.repeat(300), null, true, -1, 0, 1.5, 70_000),
    fc.constant([]),
    fc.constant({}),
    fc.record({ name: fc.constantFrom('a', 'A', ''), key: fc.constantFrom('k', 'k/') }, { requiredKeys: [] }),
    fc.array(fc.constantFrom('a', 1, null), { maxLength: 2 }),
  );
  const verdicts = { fits: 0, not: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...fitting), fc.nat(), odd, fc.boolean(), (values, at, part, isRenamed) => {
      const changed = replaceAt(values, at, part, isRenamed);
      const fits = validate(changed);
      verdicts[fits ? 'fits' : 'not']++;
      expect(findMisfits(changed, server, schema.definitions).length === 0, JSON.stringify(changed)).toBe(fits);
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(200);
});

/** A copy with the part of this number, counted through the tree, replaced; or with another key. */
function replaceAt(value: unknown, at: number, part: unknown, isRenamed: boolean): unknown {
  const copy = structuredClone(value);
  const places: [Record<string, unknown>, string][] = [];
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    for (const [key, child] of Object.entries(one)) {
      places.push([one as Record<string, unknown>, key]);
      visit(child);
    }
  };
  visit(copy);
  const [parent, key] = places[at % places.length] ?? [{}, ''];
  if (isRenamed && !Array.isArray(parent)) {
    parent[`${key} x`] = parent[key];
    delete parent[key];
  } else parent[key] = part;
  return copy;
}
