// Every command in the documents runs in a test, or has only options that its program knows; every value that they name exists.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasKubectl, mistakesOf } from './programs.ts';
import { simpleCommands } from './shell-words.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', 'chart/README.md.hbs'].concat(
  ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
);
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

if (!hasKubectl) console.warn('skipped: no kubectl here, by which the options of kubectl are checked');

interface Block {
  readonly info: string;
  readonly body: string;
}

/** The fenced blocks of a page, and its text without them. */
function blocksOf(text: string): { blocks: Block[]; prose: string } {
  const blocks: Block[] = [];
  const prose = text.replaceAll(/^( *)```(.*)\n([^]*?)^ *```$/gm, (_, indent: string, info: string, body: string) => {
    blocks.push({ info, body: body.replaceAll(new RegExp(`^${indent}`, 'gm'), '') });
    return '';
  });
  return { blocks, prose };
}

/** Placeholders as words. */
const plain = (script: string): string =>
  script
    .replaceAll(/<[a-z][\w-]*>/g, 'X')
    .replaceAll('…', 'X')
    .replaceAll(String.raw`\|`, '|');

/** Code within a line that is a command with arguments. */
function inlineCommands(prose: string): string[] {
  const codes = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return codes.filter((code) => /^(mcpgen|helm|kubectl|npm run|node) [\w-]/.test(code));
}

/** How a block of commands is marked: where it can run, if not in the tests of transcripts (```console). */
const marks = ['sh clone', 'sh registry', 'sh cluster'];

describe.each(pages)('%s', (page) => {
  const { blocks, prose } = blocksOf(read(page));

  test('has its commands in blocks that say where they run', () => {
    const shells = blocks.filter(({ info }) => /^(sh|shell|bash)\b/.test(info));
    expect(shells.map(({ info }) => info).filter((info) => !marks.includes(info))).toEqual([]);
    expect(prose.match(/^ {4,}(mcpgen|helm|kubectl|npm|node|docker|kind|git) .*$/gm) ?? []).toEqual([]);
  });

  test('has commands that a shell and their programs accept', () => {
    const scripts = blocks.filter(({ info }) => marks.includes(info)).map(({ body }) => plain(body));
    for (const script of scripts) {
      const { stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect(stderr, script).toBe('');
    }
    const commands = [...scripts, ...inlineCommands(prose).map(plain)].flatMap(simpleCommands);
    expect(commands.flatMap(mistakesOf)).toEqual([]);
  });

  test('names values that the chart has', () => {
    const codes = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    const keys = codes.flatMap((code) => /^([a-z]\w*(?:\.(?:<\w+>|\w+))+)(?::.*|=.*)?$/.exec(code)?.[1] ?? []);
    const exceptions = notValues[page] ?? [];
    expect(keys.filter((key) => !exceptions.includes(key) && !isValue(key.split('.')))).toEqual([]);
  });
});

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
}

const schema = JSON.parse(read('chart/values.schema.json')) as Schema & { definitions: Record<string, Schema> };

/** Whether the first key is not one of values, or all lead somewhere in their schema. */
function isValue([first = '', ...path]: readonly string[]): boolean {
  if (!(first in (schema.properties ?? {}))) return true;
  const [start, rest] =
    first === 'servers' ? [schema.definitions['server'], path.slice(1)] : [schema.properties?.[first], path];
  return leads(start, rest);
}

function leads(at: Schema | undefined, [key, ...rest]: readonly string[]): boolean {
  if (at === undefined) return false;
  if (key === undefined) return true;
  const { $ref, properties, additionalProperties: others, anyOf } = at;
  if ($ref !== undefined) return leads(referred($ref), [key, ...rest]);
  if (anyOf?.some((one) => leads(one, [key, ...rest]))) return true;
  if (properties?.[key] !== undefined) return leads(properties[key], rest);
  return typeof others === 'object' ? leads(others, rest) : others === true || properties === undefined;
}

/** What `#/definitions/a/properties/b` refers to. */
function referred(reference: string): Schema | undefined {
  const path = reference.slice('#/'.length).split('/');
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], schema) as
    | Schema
    | undefined;
}

/** Words that look like values and are something else: the relay's own configuration. */
const notValues: Readonly<Record<string, readonly string[]>> = {
  'docs/relay.md': [
    'gateway.health',
    'gateway.url',
    ...['listen', 'target', 'transport', 'headers', 'optional', 'look'].map((key) => `servers.NAME.${key}`),
  ],
};

describe('a mistake is found', () => {
  test.each([
    'mcpgen catalog.yaml --confg config.yaml',
    'mcpgen locks catalog.yaml',
    'mcpgen lock catalog.yaml --json > x',
    'helm install mcp ./chart --name-space mcp -f values.yaml',
    'helm instal mcp ./chart',
    'npm run quikstart',
    'node tools/nothing.mjs',
    'TOKEN=$(mcpgen lock --nothing x) helm test mcp',
    'cat values.yaml | helm template mcp ./chart --nothing -f -',
    'kubctl get pods',
    ...(hasKubectl
      ? [
          'kubectl get pods --name-space mcp',
          'kubectl gets pods',
          'kubectl create secret generic a --from-litteral=a=b',
        ]
      : []),
  ])('%s', (command) => {
    expect(simpleCommands(command).flatMap(mistakesOf)).toHaveLength(1);
  });

  test.each(['gateway.replica', 'servers.<name>.egres', 'servers.NAME.egress.mod', 'relay.warm.most'])('%s', (key) => {
    expect(isValue(key.split('.'))).toBe(false);
  });
});
