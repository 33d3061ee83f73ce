// `mcpgen completion SHELL`: what bash offers with the script in place, and that each declared command and option is offered.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subCommands } from '../../generator/commands/table.ts';
import { mcpgen } from '../mcpgen.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = join(folder, 'mcpgen.bash');

beforeAll(async () => {
  const { status, stdout, stderr } = await mcpgen('completion', 'bash');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  writeFileSync(script, stdout);
});

/** What bash offers for the last of the words, as it splits them. */
function offers(...words: string[]): string[] {
  const lines = [
    '. "$1"; shift',
    'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
    '_mcpgen mcpgen "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  const args = ['--norc', '-u', '-c', lines.join('\n'), 'bash', script, 'mcpgen', ...words];
  const { stdout, stderr, status } = spawnSync('bash', args, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash offers', () => {
  test.each([
    [['lo'], ['lock']],
    [['c.yaml', ''], []],
    [['--form'], ['--format']],
    [
      ['--format', ''],
      ['text', 'json', 'github'],
    ],
    [['--format', '=', 'j'], ['json']],
    [
      ['--format', '='],
      ['text', 'json', 'github'],
    ],
    [['--config', 'lo'], []],
    [['images', '--format', 'k'], ['kyverno']],
    [
      ['diff', 'a', 'b', '--fail-on', ''],
      ['widening', 'changed'],
    ],
    [
      ['secrets', ''],
      ['template', 'check', 'manifest'],
    ],
    [['secrets', '--from', 'x', 'ch'], ['check']],
    [['secrets', '--from', '=', 'x', 'ch'], ['check']],
    [['secrets', 'check', ''], []],
    [['lock', 'lo'], []],
    [['lock', '--ch'], ['--check']],
    [['schema', 'ov'], ['overlay']],
  ])('for %j: %j', (words, expected) => expect(offers(...words)).toEqual(expected));

  test('every command', () => expect(offers('')).toEqual(subCommands.map(({ name }) => name)));

  test.each(['', ...subCommands.map(({ name }) => name)])('every option that mcpgen %s --help shows', async (name) => {
    const words = name === '' ? [] : [name];
    const { stdout } = await mcpgen(...words, '--help');
    const shown = [...stdout.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)].flatMap(([, short, long = '']) =>
      short === undefined ? [long] : [short, long],
    );
    expect(shown).toContain('--help');
    expect(offers(...words, '-').toSorted()).toEqual(shown.toSorted());
  });
});

test('names of files are left to bash where there is nothing to choose from', () => {
  const found = spawnSync('bash', ['-c', '. "$1"; complete -p mcpgen', 'bash', script], { encoding: 'utf8' });
  expect(found.stdout).toBe('complete -o default -F _mcpgen mcpgen\n');
});

describe.each(['zsh', 'fish'])('the script of %s', (shell) => {
  test('names every command, and the shell can read it if it is here', async () => {
    const { stdout } = await mcpgen('completion', shell);
    for (const { name } of subCommands) expect(stdout).toMatch(new RegExp(`\\b${name}\\b`));
    const file = join(folder, shell);
    writeFileSync(file, stdout);
    const { error, status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
