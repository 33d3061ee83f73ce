// The first lines of values, locks and Compose files: the same everywhere, no more than comments, and a schema that editors find.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../generator/version.ts';
import { Workspace } from '../image/mcpgen.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());
const catalog = workspace.write('catalog.yaml', 'registry: {time: {image: mcp/time, tools: [{name: a}]}}\n');
const entrypoints = workspace.write('entrypoints.yaml', 'time: [serve]\n');
const config = workspace.write('config.yaml', 'time: {a: 1}\n');
const overlay = workspace.write('overlay.yaml', 'servers: {time: {replicas: 2}}\n');

test('say from which files they are, in the order of the arguments, and not from which folder', async () => {
  const { out, error } = await workspace.mcpgen(
    catalog,
    '--overlay',
    overlay,
    '-c',
    config,
    '--entrypoints',
    entrypoints,
  );
  expect(out.split('\n').slice(0, 3), error).toEqual([
    `# Written by mcpgen ${version} from catalog.yaml, config.yaml, overlay.yaml, entrypoints.yaml.`,
    '# yaml-language-server: $schema=values.schema.json',
    'servers:',
  ]);
});

test('are no part of the values, which can be an overlay', async () => {
  const args = [catalog, '--entrypoints', entrypoints];
  const { out } = await workspace.mcpgen(...args);
  const again = await workspace.mcpgen(...args, '--overlay', workspace.write('values.yaml', out));
  expect(parse(again.out)).toEqual(parse(out));
});

test.each([
  'a\nservers: {}\n#.yaml',
  'a\r\u0085\u2028\u2029b: c.yaml',
  '\u001b[2J\u202e.yaml',
  '::error::x',
  'yaml-language-server: $schema=https://other.example/x.json',
])('a file named %j stays a part of the first line', async (name) => {
  workspace.write('plain.yaml', readFileSync(catalog, 'utf8'));
  const folder = workspace.path(name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(workspace.folder, name), readFileSync(catalog, 'utf8'));
  const args = ['--entrypoints', entrypoints];
  const plain = await workspace.mcpgen(workspace.path('plain.yaml'), ...args);
  const { out, error } = await workspace.mcpgen(join(workspace.folder, name), ...args);
  expect(out, error).not.toBe('');
  expect(out.split('\n').slice(1)).toEqual(plain.out.split('\n').slice(1));
  expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
  expect(parse(out)).toEqual(parse(plain.out));
});

test('the schema that they name is what mcpgen schema writes, and the values fit it', async () => {
  const { out } = await workspace.mcpgen(catalog, '--entrypoints', entrypoints);
  const [, name = ''] = /\$schema=(\w+)\.schema\.json$/m.exec(out) ?? [];
  const schema = await workspace.mcpgen('schema', name);
  const validate = new Ajv({ strict: false }).compile(JSON.parse(schema.out) as object);
  expect(validate(parse(out)), JSON.stringify(validate.errors)).toBe(true);
});
