// Files that are none, or have no end: the built program says so, and exits with 2.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../dist/bin.js');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const mcpgen = (args: string[], shell?: string) => {
  const [file, rest] = shell === undefined ? [process.execPath, [program, ...args]] : ['bash', ['-c', shell]];
  const { status, stderr } = spawnSync(file, rest, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  return { status, stderr };
};

test.each([
  ['/dev/zero', 'it is larger than 32 MiB'],
  ['huge.yaml', 'it is larger than 32 MiB'],
  ['pipe', 'it is a named pipe or socket; pass its content on standard input, as -'],
])('%s', (name, problem) => {
  writeFileSync(join(folder, 'huge.yaml'), 'registry: {}\n');
  truncateSync(join(folder, 'huge.yaml'), 10e9);
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  expect(mcpgen([name])).toEqual({ status: 2, stderr: `error: cannot read ${name}: ${problem}\n` });
});

test('standard input without end', async () => {
  const child = spawn(process.execPath, [program, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let error = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const piece = Buffer.alloc(1024 ** 2, 0x20);
  child.stdin.on('error', () => undefined);
  const write = (): void => {
    while (child.stdin.writable && child.stdin.write(piece));
  };
  child.stdin.on('drain', write);
  write();
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect([status, error]).toEqual([2, 'error: cannot read <stdin>: it is larger than 32 MiB\n']);
});

test('what a shell pipes in is read, and /dev/null is empty', () => {
  const catalog = 'registry: {t: {image: x}}';
  expect(mcpgen([], `'${process.execPath}' '${program}' <(echo '${catalog}')`).stderr).toContain(
    'error missing-entrypoint',
  );
  expect(mcpgen(['/dev/null']).stderr).toContain('/dev/null:1:1: error');
});
