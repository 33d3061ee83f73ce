// When a server's pod is ready: init.sh and check.sh, with a bridge and real processes.

import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { folder, Pod } from './bridge-pod.ts';

/** An MCP server in a line of shell: answers as long as the file `broken` is not there. */
const server = (broken = '/nonexistent') => [
  'sh',
  '-c',
  `if [ -e ${broken} ]; then echo 'no database' >&2; exit 3; fi
echo started >&2
while read -r line; do
  case $line in *die*) kill -9 $$ ;; esac
  echo '{"jsonrpc":"2.0","id":0,"result":{}}'
done`,
];

describe('a pod of its own', () => {
  test('is ready when a process of the server has answered, and has ended', async () => {
    const pod = new Pod(server());
    await pod.listening();
    expect(pod.state).toBe('answered');
    const [started, ended = '', port] = pod.log.split('\n');
    expect([started, port]).toEqual(['started', expect.stringMatching(/^port/)]);
    const line = { level: 'info', component: 'bridge', msg: 'the server process ended with status 0' };
    expect(JSON.parse(ended)).toEqual({ ...line, time: expect.any(String) });
    expect(await pod.probe()).toEqual({ status: 0, stdout: '' });
    expect(await pod.call('hello')).toContain('result');
  });

  test('is not ready when it cannot start: the probe and the goodbye say why', async () => {
    const script = `printf 'reading config\\n\\033[31mno \\303\\244 url: %0300d\\033[0m\\r\\n    at x (y.js:1)\\n\\nNode.js v20\\n' 1 >&2; exit 7`;
    const pod = new Pod(['sh', '-c', script]);
    const reason = `the server process ended with status 7: no ?? url: ${'0'.repeat(300)}`.slice(0, 296);
    expect(await pod.call('hello')).toBe(`\nmcpgen: ${reason}\n`);
    expect(await pod.probe()).toEqual({ status: 1, stdout: reason });
    expect(pod.log).toContain('    at x (y.js:1)\n');
    const lines = pod.log.split('\n').filter((line) => line.startsWith('{'));
    const line = { level: 'warn', component: 'bridge', msg: 'the server is not ready', reason };
    expect(lines.map((text) => JSON.parse(text))).toContainEqual({ ...line, time: expect.any(String) });
  });

  test.each([
    ['Error: no key\n\nUsage: server KEY\n\nFor more information, try --help\n', 'Error: no key'],
    ['flag not defined: -x\nUsage of server:\n  -y\n\tdoes y\n', 'flag not defined: -x'],
    ['usage: server KEY\nserver: error: no KEY\n', 'server: error: no KEY'],
    ["Error: refused\n    at x (y.js:1) {\n  code: 'E'\n}\n\nNode.js v20.19.0\n", 'Error: refused'],
    ['Traceback:\n  File "a.py"\nValueError: no key', 'ValueError: no key'],
    ['', undefined],
  ])('of what it printed, %j, the line that says most is kept', async (printed, line) => {
    const pod = new Pod(['sh', '-c', `printf '%s' "$0" >&2; exit 1`, printed]);
    await pod.listening();
    expect(pod.state).toBe(`the server process ended with status 1${line === undefined ? '' : `: ${line}`}`);
  });

  test.each([
    ['is not there', ['no-such-program'], 'ended with status 127: mcpgen: no-such-program is not in PATH; is servers.'],
    [
      'answers with an error',
      ['sh', '-c', 'read -r x; echo "{\\"error\\":{}}"; exec cat'],
      'answered initialize with an error',
    ],
    ['is killed at its start', ['sh', '-c', 'kill -9 $$'], 'ended with status 137'],
    ['ends with status 0', ['true'], 'the server process ended with status 0'],
  ])('is not ready when the server %s', async (_, command, reason) => {
    const pod = new Pod(command);
    await pod.listening();
    expect(pod.state).toContain(reason);
  });

  test('becomes ready by itself when the server can start', async () => {
    const broken = join(folder, 'broken-1');
    writeFileSync(broken, '');
    const pod = new Pod(server(broken));
    await pod.listening();
    expect(await pod.probe()).toEqual({ status: 1, stdout: 'the server process ended with status 3: no database' });
    rmSync(broken);
    await expect.poll(() => pod.state, { timeout: 15_000 }).toBe('answered');
  }, 30_000);

  test('stops being ready when its processes cannot start any more', async () => {
    const broken = join(folder, 'broken-2');
    const pod = new Pod(server(broken));
    await pod.listening();
    expect(pod.state).toBe('answered');
    writeFileSync(broken, '');
    expect(await pod.call('hello')).toBe('\nmcpgen: the server process ended with status 3\n');
    await expect.poll(() => pod.state, { timeout: 15_000 }).toBe('the server process ended with status 3: no database');
    expect(await pod.call('hello')).toBe('\nmcpgen: the server process ended with status 3: no database\n');
  }, 30_000);

  test('stays ready when a process is killed in the middle of a session', async () => {
    const pod = new Pod(server());
    expect(await pod.call('die')).toBe('\nmcpgen: the server process ended with status 137\n');
    // The check that follows answers as well.
    await expect.poll(() => pod.log.split('started').length - 1, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => pod.log.split('status 0').length - 1, { timeout: 15_000 }).toBe(2);
    expect(pod.state).toBe('answered');
  }, 30_000);

  test('takes any amount of stderr at the start, and keeps its end only', async () => {
    const pod = new Pod(['sh', '-c', 'yes | head -c 20000000 >&2; echo the end >&2; exit 1']);
    await pod.listening();
    expect(pod.state).toBe('the server process ended with status 1: the end');
  }, 30_000);

  test('leaves no process of the check behind', async () => {
    const mark = `sleep 98${process.pid}`;
    const pod = new Pod(['sh', '-c', `trap '' TERM; ${mark} & ${mark} </dev/null >/dev/null & exec cat >&2`]);
    const processes = () => text(spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
    const isThere = async () => (await processes()).includes(`\n${mark}`);
    await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
    pod.child.kill();
    await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
    const pod2 = new Pod(['sh', '-c', `${mark} & ${mark} >/dev/null 2>&1 & exit 4`]);
    await pod2.listening();
    await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
    expect(pod2.state).toBe('the server process ended with status 4');
  }, 30_000);

  test('ends at once with its bridge, or on a signal', async () => {
    const pod = new Pod(server());
    await pod.listening();
    const ended = new Promise((resolve) => pod.child.once('exit', resolve));
    pod.child.kill();
    expect(await ended).toBe(143);
  });
});
