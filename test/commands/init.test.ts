// `mcpgen init`: what it says to run next locks, compiles and renders what it wrote; and it replaces nothing.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchema } from '../../generator/editor-schema.ts';
import { run as helm } from '../chart/helm.ts';
import { base, Store } from '../image/images.ts';
import { mcpgen } from '../mcpgen.ts';
import { startRegistry } from '../registry/stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-init-'));
const store = new Store();
for (const image of ['docker/mcp-gateway:v2', 'library/node:24-alpine', 'mcp/time']) {
  const program = store.layer([{ path: 'usr/bin/run', content: '\x7fELF', mode: 0o755 }]);
  store.image(image, { Entrypoint: ['/usr/bin/run'], User: 'app' }, [store.layer(base), program]);
}
const registry = await startRegistry(store);
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

const names = ['catalog.yaml', 'config.yaml', 'overlay.yaml'];
const program = join(import.meta.dirname, '../../dist/bin.js');

test('the next steps that it prints work, with --strict, and the chart renders the values', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const args = ['--registry-map', `docker.io=${registry.host}`, '--strict'];
  const step = async (...words: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [program, ...words], { cwd: own });
  const { stdout, stderr } = await step('init');
  expect(stdout).toBe('');
  const next = [...stderr.matchAll(/^ {2}mcpgen (.*)$/gm)].map(([, words = '']) => words.split(' '));
  expect(next).toHaveLength(2);
  for (const words of next) await step(...words, ...args);
  const values = readFileSync(join(own, 'values.yaml'), 'utf8');
  expect(values).toContain('- --local-timezone=Europe/Paris\n');
  expect(values).toMatch(/^gateway:\n/m);
  const rendered = helm('template', values);
  expect(rendered.stderr).toBe('');
  expect(rendered.stdout).toMatch(/^ {2}name: mcp-time$/m);
});

test('each file with a schema fits it, as it is and with its examples', async () => {
  expect((await mcpgen('init', join(folder, 'fits'))).status).toBe(0);
  for (const name of ['catalog', 'overlay'] as const) {
    const text = readFileSync(join(folder, 'fits', `${name}.yaml`), 'utf8');
    expect(text).toContain(`# yaml-language-server: $schema=${name}.schema.json\n`);
    const validate = new Ajv({ strict: false, allErrors: true }).compile(editorSchema(name));
    // What is commented out is a key with what is below it.
    const whole = text.replaceAll(/^( *)# (?!yaml-language-server)(?=( |- )*[\w-]+:( |$)|- )/gm, '$1');
    expect(whole).not.toBe(text);
    for (const one of [text, whole]) {
      validate(parse(one));
      expect(validate.errors ?? [], one).toEqual([]);
    }
  }
});

describe('where a file is there, nothing is written', () => {
  test('and each of them is named', async () => {
    const own = join(folder, 'kept');
    mkdirSync(own);
    writeFileSync(join(own, 'config.yaml'), 'kept');
    symlinkSync('nowhere', join(own, 'overlay.yaml'));
    const { status, stdout, stderr } = await mcpgen('init', own);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.match(/^error file-exists: .*$/gm)).toEqual([
      `error file-exists: ${join(own, 'config.yaml')} exists already`,
      `error file-exists: ${join(own, 'overlay.yaml')} exists already`,
    ]);
    expect(readdirSync(own).toSorted()).toEqual(['config.yaml', 'overlay.yaml']);
    expect(readFileSync(join(own, 'config.yaml'), 'utf8')).toBe('kept');
  });

  test('and a file in the place of the folder is a mistake in the arguments', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { status, stderr } = await mcpgen('init', join(folder, 'file'));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: cannot write .*file/)]);
  });
});

test('a new folder is made, with all of its parents', async () => {
  const { status, stderr } = await mcpgen('init', join(folder, "a'b/c"));
  expect([status, readdirSync(join(folder, "a'b/c")).toSorted()]).toEqual([0, names]);
  expect(stderr).toContain(`cd '${join(folder, "a'\\''b/c")}'\n`);
});
