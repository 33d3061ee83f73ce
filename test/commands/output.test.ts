// What is written arrives, or the status says that it did not: full disks, closed pipes, and what `-o` must not touch.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../dist/bin.js');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-output-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** More than a pipe holds. */
const long = 'x'.repeat(100_000);
const image = `mcp/time@sha256:${'a'.repeat(64)}`;
const compileIt = ['catalog.yaml', '--entrypoints', 'entrypoints.yaml'];

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  write('catalog.yaml', `registry:\n  time: {image: "${image}", env: [{name: LONG, value: ${long}}]}\n`);
  write('entrypoints.yaml', `"${image}": [mcp-server-time]\n`);
});

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program with its output in the hands of a shell, which finds the program's command line in "$@". */
function shell(script: string, args: readonly string[]): Outcome {
  const all = ['-c', script, 'sh', process.execPath, program, ...args];
  const { status, stdout, stderr } = spawnSync('sh', all, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const mcpgen = (...args: string[]): Outcome => shell('exec "$@"', args);

const commands: [string[]][] = [
  [['--help']],
  [['--version']],
  [['lock', '--help']],
  [compileIt],
  [[...compileIt, '-o', '-']],
  [['evaluate', 'catalog.yaml']],
  [['evaluate', 'catalog.yaml', '--json']],
  [['explain', 'catalog.yaml']],
  [['images', 'catalog.yaml']],
  [['schema', 'values']],
];

describe.each(commands)('mcpgen %j', (args) => {
  test('into a full device is status 2 and a line', () => {
    const stderr = 'error: cannot write standard output: no space left on the device\n';
    expect(shell('exec "$@" > /dev/full', args)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });

  test('into a pipe that nobody reads is quiet', () => {
    const { stdout, stderr } = shell('{ "$@"; echo $? > status; } | true', args);
    expect({ stdout, stderr, status: read('status') }).toEqual({ stdout: '', stderr: '', status: '0\n' });
  });
});

// A limit of a file's size cuts a write as a full disk does: its beginning is written, and the next write fails.
describe('where not all of it fits', () => {
  const limit = 'ulimit -f 64; exec "$@"';

  test.each([[compileIt], [['evaluate', 'catalog.yaml', '--json']]])('mcpgen %j > file is status 2', (args) => {
    const { status, stderr } = shell(`${limit} > cut.yaml`, args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: cannot write standard output: .*\n$/)]);
    expect(statSync(join(folder, 'cut.yaml')).size).toBeLessThan(long.length);
  });

  test('-o leaves the file as it was, and nothing beside it', () => {
    write('values.yaml', 'old');
    const before = readdirSync(folder);
    const { status, stderr } = shell(limit, [...compileIt, '-o', 'values.yaml']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: cannot write values.yaml: .*\n$/)]);
    expect([read('values.yaml'), readdirSync(folder)]).toEqual(['old', before]);
  });
});

test('diagnostics that cannot be written are no success', () => {
  write('catalog.yaml', `registry:\n  time: {image: "${image}", volumes: ["data:/data"]}\n`);
  expect(shell('exec "$@" 2> /dev/full', compileIt)).toMatchObject({ status: 2, stdout: '' });
});

describe('-o', () => {
  test('- is standard output', () => {
    expect(mcpgen(...compileIt, '-o', '-')).toEqual(mcpgen(...compileIt));
    expect(mcpgen(...compileIt).stdout).toContain(long);
  });

  test('writes to a device or pipe as it is', () => {
    expect(shell('exec "$@" | cat', [...compileIt, '-o', '/dev/stdout']).stdout).toContain(long);
    expect(mcpgen(...compileIt, '-o', '/dev/full')).toMatchObject({
      status: 2,
      stderr: 'error: cannot write /dev/full: no space left on the device\n',
    });
  });

  test.each([0o600, 0o666])('keeps the mode %o of a file', (mode) => {
    write('values.yaml', 'old');
    chmodSync(join(folder, 'values.yaml'), mode);
    expect(mcpgen(...compileIt, '-o', 'values.yaml').status).toBe(0);
    expect(statSync(join(folder, 'values.yaml')).mode & 0o7777).toBe(mode);
    expect(read('values.yaml')).toContain(long);
  });

  test('gives a new file the mode that the umask says', () => {
    shell('umask 027; exec "$@"', [...compileIt, '-o', 'values.yaml']);
    expect(statSync(join(folder, 'values.yaml')).mode & 0o7777).toBe(0o640);
  });

  test.each(['a file', 'nothing'])('refuses a symbolic link to %s', (target) => {
    if (target === 'a file') write('target', 'kept');
    symlinkSync('target', join(folder, 'link.yaml'));
    expect(mcpgen(...compileIt, '-o', 'link.yaml')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: cannot write link.yaml: it is a symbolic link. Name the file that it points to\n',
    });
    expect(readdirSync(folder).includes('target') ? read('target') : 'nothing').toBe(
      target === 'a file' ? 'kept' : 'nothing',
    );
  });

  const inputs = [
    'catalog.yaml',
    'entrypoints.yaml',
    'config.yaml',
    'registry.yaml',
    'tools.yaml',
    'overlay.yaml',
    'lock.yaml',
    's.env',
  ];
  const options = ['--config', 'config.yaml', '--registry', 'registry.yaml', '--tools-config', 'tools.yaml'];
  const more = ['--overlay', 'overlay.yaml', '--lock', 'lock.yaml', '--secrets-file', 's.env'];

  test.each(inputs)('refuses the input %s, by any name', (name) => {
    write('config.yaml', 'time: {}\n');
    write('registry.yaml', 'registry: {time: {ref: ""}}\n');
    write('tools.yaml', 'time: [a]\n');
    write('overlay.yaml', 'servers: {time: {replicas: 1}}\n');
    write('lock.yaml', 'version: 1\nplatform: linux/amd64\ngateway: a\nimages: {}\n');
    write('s.env', 'a=b\n');
    const text = read(name);
    linkSync(join(folder, name), join(folder, 'other'));
    const { status, stderr } = mcpgen(...compileIt, ...options, ...more, '-q', '-o', 'other');
    const refusal = new RegExp(`error: cannot write other: it is the input ${name}\\. Choose another file\\n$`);
    expect([status, stderr]).toEqual([2, expect.stringMatching(refusal)]);
    expect(read(name)).toBe(text);
  });
});
