// Compares this project with the gateway's own Go code on random cases: `node test/oracle/fuzz.mjs [COUNT] [SEED] [ARBITRARY]`.
// The arbitraries are those of arbitraries.ts: `anyCase`, `yamlCase`, `brokenYamlCase`.

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ask, load } from './oracle.mjs';

const [, , countText = '20000', seedText = String(Date.now() % 2 ** 31), name = 'anyCase'] = process.argv;
const [count, seed] = [Number(countText), Number(seedText)];
const { answer } = await load('answer.ts');
const { [name]: arbitrary } = await load('arbitraries.ts');

const cases = fc.sample(arbitrary, { numRuns: count, seed });
const expected = ask(cases);
const differences = cases.flatMap((question, index) => {
  const actual = answer(question);
  return isDeepStrictEqual(actual, expected[index]) ? [] : [{ question, expected: expected[index], actual }];
});
const errors = expected.filter(({ error }) => error).length;
// The shortest are the easiest to understand.
differences.sort((a, b) => JSON.stringify(a.question).length - JSON.stringify(b.question).length);
for (const difference of differences.slice(0, 20)) console.log(JSON.stringify(difference, undefined, 1));
console.log(`seed ${seed}: ${count} cases (${errors} refused by Go), ${differences.length} differences`);
process.exitCode = differences.length > 0 ? 1 : 0;
