// The API server accepts what compiles, admission included: a sample of random catalogs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { render } from '../chart/helm.ts';
import { compileRandom, valuesOf } from '../installs/random.ts';
import { createNamespace, deleteNamespace } from './cluster.ts';
import { kubectl } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-accepted-'));
let namespace = '';

beforeAll(async () => {
  namespace = await createNamespace('mcpgen-e2e-accepted');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (namespace) await deleteNamespace(namespace);
});

test('a server-side dry run of servers that compile', async () => {
  const compiled = compileRandom(200);
  expect(compiled.length).toBeGreaterThan(20);
  const file = join(folder, 'manifests.yaml');
  const manifests = render(valuesOf(compiled), { namespace });
  writeFileSync(file, manifests.text);
  const accepted = await kubectl('apply', '-n', namespace, '--dry-run=server', '-o', 'name', '-f', file);
  expect(accepted.trim().split('\n')).toHaveLength(manifests.all.length);
}, 300_000);
