// The built program as a process: standard output, standard error and exit status, each by itself.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../generator/version.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const catalog = 'registry:\n  time:\n    image: mcp/time\n';
const values = (name: string): string =>
  `# Written by mcpgen ${version} from ${name}, entrypoints.yaml.\n` +
  '# yaml-language-server: $schema=values.schema.json\n' +
  'servers:\n  time:\n    image: mcp/time\n    command:\n      - mcp-server-time\n';

beforeAll(() => {
  writeFileSync(join(folder, 'catalog.yaml'), catalog);
  writeFileSync(join(folder, 'entrypoints.yaml'), 'time: [mcp-server-time]\n');
  writeFileSync(join(folder, 'broken.yaml'), 'registry:\n  time: {image: [}\n');
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from('registry: {t: {image: x, title: \xe9}}\n', 'latin1'));
});

function mcpgen(args: string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/bin.js'), ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the values go to standard output and nothing else does', () => {
  test('from a file', () => {
    expect(mcpgen(['catalog.yaml', '--entrypoints', 'entrypoints.yaml'])).toEqual({
      status: 0,
      stdout: values('catalog.yaml'),
      stderr: '',
    });
  });

  test('from standard input, which is named <stdin>', () => {
    expect(mcpgen(['-', '--entrypoints', 'entrypoints.yaml'], catalog)).toEqual({
      status: 0,
      stdout: values('standard input'),
      stderr: '',
    });
    expect(mcpgen(['-'], catalog).stderr).toMatch(/^<stdin>:3:12: error missing-entrypoint: /);
  });

  test('with CRLF, a byte order mark and no end of line', () => {
    const odd = `\ufeff${catalog.trimEnd().replaceAll('\n', '\r\n')}`;
    expect(mcpgen(['-', '--entrypoints', 'entrypoints.yaml'], odd)).toEqual({
      status: 0,
      stdout: values('standard input'),
      stderr: '',
    });
  });
});

describe('-o', () => {
  test('writes the file and nothing to standard output', () => {
    expect(mcpgen(['catalog.yaml', '--entrypoints', 'entrypoints.yaml', '-o', 'out.yaml'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toBe(values('catalog.yaml'));
  });

  test('leaves the file as it was when the input is at fault, and nothing beside it', () => {
    writeFileSync(join(folder, 'kept.yaml'), 'kept');
    expect(mcpgen(['broken.yaml', '-o', 'kept.yaml']).status).toBe(1);
    expect(readFileSync(join(folder, 'kept.yaml'), 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('in a folder that does not exist is status 2', () => {
    const { status, stderr } = mcpgen(['catalog.yaml', '--entrypoints', 'entrypoints.yaml', '-o', 'nowhere/out.yaml']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error: cannot write nowhere/out.yaml: no such file or directory\n',
    });
  });
});

describe('status 1: the input is at fault', () => {
  test('and nothing is on standard output', () => {
    const { status, stdout, stderr } = mcpgen(['broken.yaml']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^broken\.yaml:2:\d+: error yaml-syntax: /);
  });

  test('as JSON', () => {
    const { status, stderr } = mcpgen(['catalog.yaml', '--format', 'json']);
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      diagnostics: [
        {
          severity: 'error',
          code: 'missing-entrypoint',
          server: 'time',
          position: { file: 'catalog.yaml', line: 3, column: 12 },
        },
      ],
    });
  });

  test('as annotations of GitHub', () => {
    expect(mcpgen(['catalog.yaml', '--format', 'github']).stderr).toMatch(
      /^::error file=catalog\.yaml,line=3,col=12,title=mcpgen%3A missing-entrypoint::the entrypoint of the image .*%0Ahint: .*\n$/,
    );
  });
});

describe('status 2: wrong arguments, or a file that cannot be read', () => {
  test.each([
    [['missing.yaml'], 'error: cannot read missing.yaml: no such file or directory\n'],
    [['.'], 'error: cannot read .: it is a directory\n'],
    [['latin1.yaml'], 'error: cannot read latin1.yaml: it is not UTF-8 text. Convert it, e.g. with iconv -t utf-8\n'],
    [['-', '-'], 'error: standard input (-) can be read only once\n'],
    [[], "error: missing required argument 'catalogs'\n"],
    [['catalog.yaml', '--entrypoint', 'x'], "error: unknown option '--entrypoint'\n(Did you mean --entrypoints?)\n"],
    [
      ['catalog.yaml', '--format', 'xml'],
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, github.\n",
    ],
    [['lcok'], 'error: cannot read lcok: no such file or directory\n(Did you mean the command lock?)\n'],
    [['lcok', 'catalog.yaml', '--check'], "error: unknown option '--check'\n(Did you mean the command lock?)\n"],
    [['catalgo'], 'error: cannot read catalgo: no such file or directory\n'],
    ...['--overlay', '--lock', '--secrets-file', '-o', '--ca-file'].map((option) => [
      ['catalog.yaml', option, 'a', option, 'b'],
      expect.stringMatching(/^error: option '.*' argument 'b' is invalid. \nIt can be given only once.\n$/),
    ]),
    [
      ['catalog.yaml', '--secret', 'a=b/c', '--secret', 'a=d/e'],
      "error: option '--secret <mapping>' argument 'a=d/e' is invalid. \nThe secret a is mapped already.\n",
    ],
    [
      ['catalog.yaml', '--allow-plain', 'time'],
      "error: option '--allow-plain <server.name>' argument 'time' is invalid. \nIt has the form SERVER.NAME, e.g. search.LOG_KEY.\n",
    ],
    [
      ['catalog.yaml', '--secret', 'x'],
      "error: option '--secret <mapping>' argument 'x' is invalid. \nIt has the form NAME=SECRET/KEY, e.g. brave.api_key=search-keys/brave.\n",
    ],
  ])('mcpgen %j', (args, stderr) => {
    expect(mcpgen(args)).toEqual({ status: 2, stdout: '', stderr });
  });
});

describe('options that are given twice', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'three.yaml'), 'registry: {a: {image: i}, b: {image: j}, c: {image: k}}\n');
    writeFileSync(join(folder, 'three-entrypoints.yaml'), 'a: [x]\nb: [x]\nc: [x]\n');
  });
  const names = (...args: string[]): string[] => {
    const { stdout } = mcpgen(['three.yaml', '--entrypoints', 'three-entrypoints.yaml', ...args]);
    return [...stdout.matchAll(/^ {2}(\w+):$/gm)].map(([, name = '']) => name);
  };

  test('add up where they are lists', () => {
    expect(names('--servers', 'a', '--servers', 'b')).toEqual(['a', 'b']);
    expect(names('--servers', 'a, b', '--servers', 'c', '--exclude', 'b')).toEqual(['a', 'c']);
    expect(names('--exclude', 'a', '--exclude', 'b')).toEqual(['c']);
    const features = ['--features', 'image-volume', '--features', 'nonsense'];
    expect(mcpgen(['three.yaml', ...features]).stderr).toContain(
      'nonsense is invalid; choose from image-volume, user-namespaces.',
    );
  });

  test('count as they are last where they say how, not what', () => {
    const { stderr } = mcpgen(['broken.yaml', '--format', 'json', '--format', 'github']);
    expect(stderr).toMatch(/^::error /);
  });
});

test('--help and --version go to standard output', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(mcpgen(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  const { status, stdout, stderr } = mcpgen(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Usage: mcpgen [options] [command] <catalogs...>');
});

test('evaluate masks secrets in its text and prints them in its records', () => {
  writeFileSync(
    join(folder, 'secret.yaml'),
    'registry:\n  s:\n    image: i\n    secrets: [{name: s.key, env: KEY}]\n    env: [{name: A, value: "x$KEY"}]\n',
  );
  writeFileSync(join(folder, 'secrets.env'), 's.key=hunter2\n');
  const args = ['evaluate', 'secret.yaml', '--secrets-file', 'secrets.env'];
  expect(mcpgen(args).stdout).toContain('A=x****');
  expect(mcpgen(args).stdout).not.toContain('hunter2');
  expect(JSON.parse(mcpgen([...args, '--json']).stdout)).toMatchObject([{ server: 's', env: { A: 'xhunter2' } }]);
});
