// An image that only root can start, by each remedy: what the chart makes of it is valid for the Kubernetes that has the feature.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubeconform } from '../kubeconform.ts';
import { base, Store } from './images.ts';
import { Workspace } from './mcpgen.ts';
import { startRegistry } from '../registry/stand-in.ts';

const store = new Store();
const python = 'root/.local/python/bin/python3';
store.image('mcp/fetch', { Entrypoint: ['serve'], User: 'root', WorkingDir: '/app', Env: ['PATH=/app/bin:/bin'] }, [
  store.layer(base),
  store.layer([
    { path: python, content: '\x7fELF', mode: 0o755 },
    { path: 'app/bin/serve', content: `#!/${python}\n`, mode: 0o755 },
  ]),
]);
store.image('docker/mcp-gateway:v2', { Entrypoint: ['/docker-mcp'] }, [
  store.layer([{ path: 'docker-mcp', mode: 0o755 }]),
]);
store.image('library/node:24-alpine', { Cmd: ['node'] }, [store.layer(base)]);
const registry = await startRegistry(store);
const workspace = new Workspace();
afterAll(async () => {
  await registry.close();
  workspace.remove();
});
const catalog = workspace.write('catalog.yaml', 'registry:\n  fetch: {image: mcp/fetch}\n');

function compile(...options: string[]) {
  const access = ['--resolve', '--registry-map', `docker.io=${registry.host}`, '--quiet'];
  return workspace.mcpgen(catalog, ...access, ...options, '-o', workspace.path('values.yaml'));
}

test('without a remedy it is an error that names what blocks it', async () => {
  const { status, error } = await compile();
  expect(status).toBe(1);
  expect(error).toContain('the user 1000:1000 may not enter /root, which has the mode 0700 and belongs to 0:0');
});

test.each([
  ['--features', 'image-volume', '1.37.0', { securityContext: { runAsUser: 1000, runAsNonRoot: true } }],
  [
    '--features',
    'user-namespaces',
    '1.34.0',
    { hostUsers: false, securityContext: { runAsUser: 0, runAsNonRoot: false } },
  ],
  ['--allow-root', 'fetch', '1.29.0', { securityContext: { runAsUser: 0, runAsNonRoot: false } }],
])('%s %s renders, and passes kubeconform for Kubernetes %s', async (option, argument, version, expected) => {
  expect(await compile(option, argument)).toMatchObject({ status: 0, error: '' });
  const root = join(import.meta.dirname, '../..');
  const args = ['template', 'mcp', join(root, 'chart'), '--kube-version', version, '-f', workspace.path('values.yaml')];
  const manifests = execFileSync(join(root, '.tools/bin/helm3'), args, { encoding: 'utf8' });
  expect(kubeconform(manifests, version)).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
  const objects = parseAllDocuments(manifests).map((document) => document.toJS());
  const pod = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'mcp-fetch').spec.template
    .spec;
  expect(pod).toMatchObject(expected);
  if (argument === 'image-volume') {
    expect(pod.volumes).toContainEqual(
      expect.objectContaining({ image: { reference: expect.stringContaining('mcp/fetch@') } }),
    );
  }
});
