// The parts of the fault harness that need no cluster: figures, verdicts, the table, and the server that misbehaves.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { duration, frequencies, quantile, spread } from './figures.ts';
import { ROWS } from './stages.ts';
import { merge, read, render, type Result } from './table.ts';
import { Tally } from './users.ts';
import { check, failure, judge } from './verdict.ts';
import { changes, metric } from './watch.ts';

describe('figures', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test('quantiles are values of the list', () => {
    expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
    expect(quantile([7], 0.5)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('durations', () => {
    expect([4.25, 180.4, 3100, Infinity].map(duration)).toEqual(['4.3 ms', '180 ms', '3.1 s', 'never']);
  });

  test('the 99 % are shown from a hundred values on, the slowest always', () => {
    expect(spread([])).toBe('none');
    expect(spread([20, 5000, 10])).toBe('median 20 ms, slowest 5.0 s');
    expect(spread(hundred)).toBe('median 50 ms, 99 % 99 ms, slowest 100 ms');
  });

  test('texts that differ in numbers count together', () => {
    expect(frequencies(['port 1', 'b', 'port 22', 'c', 'd'])).toBe('2 × "port #", 1 × "b", 1 × "c", 1 others');
  });
});

describe('verdicts', () => {
  test('all checks must hold, and those that do not stand out', () => {
    expect(judge([check('a', true), check('b', true)])).toEqual({ ok: true, seen: 'a; b' });
    expect(judge([check('a', true), check('b', false)])).toEqual({ ok: false, seen: 'a; **b**' });
  });

  test('nothing that was measured is no success', () => expect(judge([]).ok).toBe(false));

  test('an exception is a failure with its message', () => {
    expect(failure(new Error('no cluster'))).toEqual({ ok: false, seen: '**no cluster**' });
  });

  test('a tally says what failed, how soon, why, and whether a retry succeeded', () => {
    const tally = new Tally();
    tally.add({ ms: 5 });
    tally.add({ ms: 900, error: 'lost 1' });
    expect(tally.text).toBe(
      '1 of 2 calls answered (5.0 ms), 1 failed within 900 ms: 1 × "lost #"; every retry succeeded',
    );
    tally.failedRetries.push({ ms: 1, error: 'lost 2' });
    expect(tally.text).toContain('retries that failed: 1');
  });
});

describe('the table', () => {
  const setting = { versions: 'Gateway 1', machine: '2 cores' };
  const one: Result = { id: 'one', fault: 'a | b', holds: 'c', seen: '**<b>\n|', ok: false, date: '2026-01-01' };
  const two: Result = { id: 'two', fault: 'f', holds: 'h', seen: 's', ok: true, date: '2026-01-02' };
  const document = render([two, one], setting, ['one', 'two', 'three']);

  test('has a line for each row, in order, that no text breaks', () => {
    expect(document.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
      '| `one` | a \\| b | c | **&lt;b> \\| | **no** | 2026-01-01 |',
      '| `two` | f | h | s | yes | 2026-01-02 |',
    ]);
    expect(document).toContain('1 of 2 rows hold; 1 were not measured.');
  });

  test('is read again as it was written', () => {
    expect(read(document, setting)).toEqual([{ ...one, seen: '**<b> |' }, two]);
  });

  test('starts over with other versions or another machine', () => {
    expect(read(document, { ...setting, versions: 'Gateway 2' })).toEqual([]);
    expect(read(document, { ...setting, machine: '20 cores' })).toEqual([]);
  });

  test('a row that was measured again takes the place of the old one', () => {
    expect(merge([one, two], [{ ...one, ok: true }])).toEqual([two, { ...one, ok: true }]);
  });

  test('leaves out rows that there are no more', () => {
    expect(render([one, two], setting, ['two'])).not.toContain('`one`');
  });
});

test('rows have names of their own', () => {
  const ids = ROWS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+$/);
});

describe('npm run e2e:faults', () => {
  const faults = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../tools/faults.mjs'), ...args], { encoding: 'utf8' });

  test('--list names the rows', () => {
    expect(faults('--list').stdout.trim().split('\n')).toEqual(ROWS.map(({ id }) => id));
  });

  test.each([['--count', '0'], ['--minutes', 'long'], ['--no-such-option']])('%s %s is refused', (...args) => {
    const { status, stderr } = faults(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(args[0]);
    expect(stderr).toContain('--disruptive');
  });
});

test('restarts and replaced pods are seen in the counts before and after', () => {
  const before = new Map([
    ['a/one', 0],
    ['b/one', 1],
    ['c/one', 0],
  ]);
  const after = new Map([
    ['a/one', 0],
    ['b/one', 3],
    ['d/one', 0],
  ]);
  expect(changes(before, after)).toEqual(['b/one restarted 2 times', 'c/one was replaced']);
});

test('metrics are added up by name, and by server', () => {
  const text = '# HELP up is up\nup{server="a"} 1\nup{server="b"} 2\nup_total{server="a"} 5\nplain 7\n';
  expect([metric(text, 'up'), metric(text, 'up', 'b'), metric(text, 'plain')]).toEqual([3, 2, 7]);
});

describe('the faulty server', () => {
  async function ask(tool: string, args: object) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'faulty.mjs')]);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let errors = 0;
    child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.length));
    const lines: string[] = [];
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } };
    child.stdin.write(`${JSON.stringify(call)}\n`);
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line.includes('jsonrpc')) child.stdin.end();
    }
    return { lines, errors, status: await exited };
  }
  const text = (line: string | undefined) => JSON.parse(line ?? '').result.content[0].text as string;

  test('answers, and ends with its stdin', async () => {
    const { lines, status } = await ask('echo', { text: 'hello' });
    expect(lines.map(text)).toEqual(['hello']);
    expect(status).toBe(0);
  });

  test('crashes', async () => expect(await ask('crash', {})).toMatchObject({ lines: [], status: 3 }));

  test('prints what is not a message to stdout, and answers after it', async () => {
    const { lines } = await ask('garbage', { bytes: 5000 });
    expect(lines.slice(0, -1)).toEqual(Array(5).fill(expect.stringMatching(/^mark-of-the-faulty-server x+$/)));
    expect(text(lines.at(-1))).toBe('printed');
  });

  test('prints to stderr as much as it was asked for', async () => {
    expect((await ask('stderr', { bytes: 3_000_000 })).errors).toBe(3_000_000);
  });
});
