// Code frames: on a terminal an error shows its line, and never one that may hold a secret.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../generator/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-frame-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function compile(files: Readonly<Record<string, string>>, color: boolean, ...more: string[]): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const config = 'config.yaml' in files ? ['--config', join(folder, 'config.yaml')] : [];
  let stderr = '';
  await run([join(folder, 'catalog.yaml'), ...config, ...more], {
    stdin: Readable.from([]),
    writeOut: async () => undefined,
    writeError: async (text) => void (stderr += text),
    color,
  });
  return stderr.replaceAll(`${folder}/`, '').replaceAll(/\u001b\[\d+m/g, '');
}

const server = (fields: string): string =>
  `registry:\n  time:\n    image: mcp/time\n${fields.replaceAll(/^/gm, '    ')}\n`;

test('an error on a terminal shows its line, with a caret below the column', async () => {
  expect(await compile({ 'catalog.yaml': server('command: serve') }, true)).toMatch(
    new RegExp(
      [
        '^catalog.yaml:4:14: error wrong-type: .*',
        '  4 \\|     command: serve',
        '    \\|              \\^',
        '  hint: write a list.*$',
      ].join('\n'),
      'm',
    ),
  );
});

test('a pipe and the other formats have no frame, nor have warnings', async () => {
  const catalog = { 'catalog.yaml': server('command: serve\ncomand: x') };
  expect(await compile(catalog, false)).not.toContain(' | ');
  for (const format of ['json', 'github']) {
    expect(await compile(catalog, true, '--format', format)).not.toContain('^');
  }
  expect(await compile({ 'catalog.yaml': server('comand: x') }, true)).not.toContain('comand: x');
  expect(await compile({ 'catalog.yaml': server('comand: x') }, true, '--strict')).toContain('4 |     comand: x');
});

test('a long line is cut around the column, and what cannot be seen is an escape', async () => {
  const long = `command: [${'a, '.repeat(200)}{a: b}${', a'.repeat(200)}]`;
  const text = await compile({ 'catalog.yaml': server(long) }, true);
  const lines = text.split('\n');
  const index = lines.findIndex((part) => part.startsWith('  4 | '));
  const [line = '', caret = ''] = lines.slice(index);
  expect(line.length).toBeLessThan(140);
  expect(line[caret.indexOf('^')]).toBe('{');
  const hidden = await compile({ 'catalog.yaml': server('longLived: "\u202emaybe"') }, true);
  expect(hidden).toContain('|     longLived: "\\u202emaybe"');
  expect(hidden).not.toContain('\u202e');
});

describe('no frame shows a secret', () => {
  const word = 'c4n4ry-sits-here';
  const places: Record<string, Readonly<Record<string, string>>> = {
    'env on one line': { 'catalog.yaml': server(`env: [{name: API_TOKEN, value: [${word}]}]`) },
    'env on two lines': { 'catalog.yaml': server(`env:\n  - name: API_TOKEN\n    value: [${word}]`) },
    'env before its name': { 'catalog.yaml': server(`env:\n  - value: [${word}]\n    name: API_TOKEN`) },
    'a text that is not YAML': { 'catalog.yaml': server(`env:\n  - {name: TOKEN, value: ${word}`) },
    'an argument after a flag': { 'catalog.yaml': server(`command:\n  - --password\n  - [${word}]`) },
    'a token by its form': { 'catalog.yaml': server(`command: [[ghp_${'c4n4ry7'.repeat(6)}]]`) },
    'a password in a URL': { 'catalog.yaml': server(`volumes: [[postgres://u:${word}@db/x]]`) },
    'a random text': { 'catalog.yaml': server(`command: [[c4n4ryQ8w7Zx3LmP0t5R]]`) },
    'a config property': { 'catalog.yaml': server(''), 'config.yaml': `time: {password: ${word}, : 1}\nx: 5\n` },
    'next to a credential that is reported': {
      'catalog.yaml': server(
        "command: ['{{time.zone}}', '{{time.other}}']\nconfig: [{name: time, properties: {zone: {type: string}}}]\nsecrets: [{name: time.zone, env: Z}]",
      ),
      'config.yaml': `{time: {zone: ${word}}, fetch: 5}\n`,
    },
  };

  test.each(Object.entries(places))('%s', async (_, files) => {
    const text = await compile(files, true);
    expect(text).toContain('error');
    expect(text).not.toContain('c4n4ry');
  });
});
