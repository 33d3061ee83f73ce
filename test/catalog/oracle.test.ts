// The evaluator against the answers of the gateway's own Go code, which test/oracle/update.mjs has written down.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { type Answer, answer } from '../oracle/answer.ts';
import type { GroupedCase } from '../oracle/cases.ts';

const table = readFileSync(new URL('../oracle/cases.json', import.meta.url), 'utf8');
const cases: (GroupedCase & { answer: Answer })[] = JSON.parse(table);
const groups = [...new Set(cases.map(({ group }) => group))].map((group) => {
  const members = cases.filter((each) => each.group === group);
  return { group, members, count: members.length };
});

test.each(groups)('$group: $count cases as the gateway has them', ({ members }) => {
  const differences = members.flatMap(({ answer: expected, ...question }) => {
    const actual = answer(question);
    return isDeepStrictEqual(actual, expected) ? [] : [{ question, expected, actual }];
  });
  expect(differences).toEqual([]);
});
