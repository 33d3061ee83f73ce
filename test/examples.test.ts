// The examples are the goldens: each folder with a catalog compiles to its values.yaml, which renders to its manifests.yaml.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compile, type TextFile } from '../generator/index.ts';

const root = join(import.meta.dirname, '..');
const examples = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'catalog.yaml')),
);
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(examples)('examples/%s', (name) => {
  const values = compileExample(name);

  test('compiles to its values.yaml', async () => {
    await expect(values).toMatchFileSnapshot(join(root, 'examples', name, 'values.yaml'));
  });

  test('renders to its manifests.yaml', async () => {
    await expect(render(name, values)).toMatchFileSnapshot(join(root, 'examples', name, 'manifests.yaml'));
  });
});

function compileExample(name: string): string {
  const file = (part: string): TextFile | undefined => {
    const path = join(root, 'examples', name, `${part}.yaml`);
    return existsSync(path) ? { name: `${part}.yaml`, text: readFileSync(path, 'utf8') } : undefined;
  };
  const [config, entrypoints, overlay] = [file('config'), file('entrypoints'), file('overlay')];
  const { value, diagnostics } = compile({
    catalogs: [file('docker-catalog'), file('catalog')].filter((one) => one !== undefined),
    configs: config ? [config] : [],
    entrypoints: entrypoints ? [entrypoints] : [],
    ...(overlay && { overlay }),
  });
  expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  return value?.text ?? '';
}

/** Without what has tests of its own, and would make each of its changes one of these files: programs and scripts. */
function render(name: string, values: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, values);
  const args = ['template', 'mcp', join(root, 'chart'), '--namespace', 'mcp', '--kube-version', '1.34.0', '-f', file];
  const text = execFileSync(join(root, '.tools/bin/helm3'), args, { encoding: 'utf8' });
  return text
    .replace(/^( {2}[\w-]+\.(?:mjs|sh|jq): \|\n)(?: {4}.*\n|\n)+/gm, '$1    (from chart/files)\n')
    .replace(/^( +checksum\/(?:relay|door): ).*$/gm, '$1(of its program and configuration)')
    .replace(/("?checksum\/scripts"?: ?)"?[0-9a-f]{64}"?/g, '$1(of the scripts)');
}
