// Docker's catalog as it is published: what a person reads of it first.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { Workspace } from './image/mcpgen.ts';

const data = (name: string): string => readFileSync(join(import.meta.dirname, 'data', name), 'utf8');
const published = data('catalog-sample.yaml');
const workspace = new Workspace();
afterAll(() => workspace.remove());

const ordinary = [
  'brave',
  'context7',
  'duckduckgo',
  'fetch',
  'github-official',
  'maven-tools-mcp',
  'memory',
  'playwright',
  'sequentialthinking',
  'time',
];

test('ten ordinary servers compile with --strict, and not a word is said of others', async () => {
  const catalog = workspace.write('catalog.yaml', published);
  const lines = ordinary.map((name) => `${name}: [serve]\n`).join('');
  const entrypoints = workspace.write('entrypoints.yaml', lines);
  const files = [catalog, '--entrypoints', entrypoints];
  const { status, out, error } = await workspace.mcpgen(...files, '--strict', '--servers', ordinary.join(','));
  expect(out.match(/^ {2}[\w-]+:$/gm)).toEqual(ordinary.map((name) => `  ${name}:`));
  expect(status).toBe(0);
  expect(error.split('\n')).toEqual([
    'To do before helm install (mcp is the namespace of the release):',
    '  kubectl create secret generic brave --namespace mcp --from-literal=brave.api_key=VALUE',
    '  kubectl create secret generic context7 --namespace mcp --from-literal=context7.api_key=VALUE',
    '  kubectl create secret generic github-official --namespace mcp --from-literal=github.personal_access_token=VALUE',
    'Different from Docker (--verbose lists them, mcpgen explain says why):',
    '  named volumes become PersistentVolumeClaims: 1 (memory)',
    '4 notes',
    '',
  ]);
});

/** Each server five times, under as many names. */
function large(): string {
  const { registry } = parse(published) as { registry: Record<string, object> };
  const entries = [1, 2, 3, 4, 5].flatMap((number) =>
    Object.entries(registry).map(([name, entry]) => [`${name}-${number}`, entry] as const),
  );
  expect(entries).toHaveLength(325);
  return stringify({ registry: Object.fromEntries(entries) }, { aliasDuplicateObjects: false });
}

test('the first compile of a catalog of 300 servers fits a screen', async () => {
  const catalog = workspace.write('large.yaml', large());
  const first = await workspace.mcpgen(catalog);
  expect(first.status).toBe(1);
  expect(first.error.split('\n').length).toBeLessThan(50);
  expect(first.error).toMatch(/missing-entrypoint: the entrypoints of \d+ images are unknown/);
  expect(first.error).toMatch(/\n\d+ errors, \d+ warnings\n$/);
  const skipped = await workspace.mcpgen(
    catalog,
    '--config',
    workspace.write('c.yaml', data('config-sample.yaml')),
    '--skip-unsupported',
  );
  expect(skipped.error.split('\n').length).toBeLessThan(50);
});
