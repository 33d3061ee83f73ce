// A bug in mcpgen, planted into the built program: exit 3, and a report without what it read.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeBug } from '../../generator/commands/bug.ts';

const program = join(import.meta.dirname, '../../dist/bin.js');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bug-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As soon as the program listens for what nobody expects. */
const later = (plant: string): string =>
  `process.on("newListener", (name) => { if (name === "uncaughtException") setImmediate(() => { ${plant} }); });`;
const error = 'new TypeError("hunter" + "2")';

test.each([
  ['thrown', `JSON.stringify = () => { throw ${error}; }`],
  ['thrown later', later(`throw ${error};`)],
  ['rejected', later(`void Promise.reject(${error});`)],
])('that is %s', (_, plant) => {
  const catalog = join(folder, 'hunter2.yaml');
  writeFileSync(catalog, 'registry: {t: {image: x, comand: hunter2}}\n');
  const hook = `data:text/javascript,${encodeURIComponent(plant)}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', hook, program, catalog, '--secret', 'hunter2=a/b', '--volume=hunter2:/x=pvc'],
    { encoding: 'utf8' },
  );
  expect([status, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(
    /^error: a bug in mcpgen, please report it\. .*\n {2}mcpgen \d\S+, Node\.js v\d\S+, \w+ \w+\n {2}command: mcpgen --secret --volume\n {2}TypeError\n( {4}at .*\n)*$/m,
  );
  expect(stderr).not.toContain('hunter2');
});

test('the report has the places of the program, without those of the machine', () => {
  const thrown = new RangeError('x');
  thrown.stack =
    'RangeError: x\n    at f (file:///home/me/mcpgen/dist/image/tree.js:1:2)\n    at Map.forEach (<anonymous>)\n';
  const report = describeBug(thrown, ['lock', 'secret.yaml', '-o', '-x1', '--ca-file=me.pem']);
  expect(report.split('\n').slice(2)).toEqual([
    '  command: mcpgen lock -o -x --ca-file',
    '  RangeError',
    '    at f (dist/image/tree.js:1:2)',
    '    at Map.forEach (<anonymous>)',
    '',
  ]);
  expect(describeBug(undefined, [])).toContain('  undefined\n');
});
