// Writes cases.json: the systematic cases with the answers of the gateway's own Go code. `node test/oracle/update.mjs`.

import { writeFileSync } from 'node:fs';
import { ask, folder, load } from './oracle.mjs';

const { systematicCases } = await load('cases.ts');
const cases = [...new Map(systematicCases().map((each) => [JSON.stringify({ ...each, group: '' }), each])).values()];
const answers = ask(cases);
const lines = cases.map((each, index) => JSON.stringify({ ...each, answer: answers[index] }));
writeFileSync(`${folder}cases.json`, `[\n${lines.join(',\n')}\n]\n`);
console.log(`${cases.length} cases, ${answers.filter(({ error }) => error).length} of them refused`);
