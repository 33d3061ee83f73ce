// HTTP servers of one's own network: somebody's servers in another namespace, called by the relay, and nothing else there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from './client.ts';
import { createNamespace, deleteNamespace } from './cluster.ts';
import { kubectl, ROOT, run } from './programs.ts';
import { Release } from './release.ts';

const example = (name: string) => join(ROOT, 'examples/internal-server', name);
const release = new Release(3);
let tools = '';

beforeAll(async () => {
  [tools, release.namespace] = await Promise.all([
    createNamespace('mcpgen-e2e-tools'),
    createNamespace('mcpgen-e2e-internal'),
  ]);
  await kubectl('apply', '-n', tools, '-f', example('server.yaml'));
  await kubectl('rollout', 'status', '-n', tools, 'deployment/docs-mcp', '--timeout=100s');
  const overlay = join(release.folder, 'overlay.yaml');
  writeFileSync(overlay, readFileSync(example('overlay.yaml'), 'utf8').replace('.tools.svc', `.${tools}.svc`));
  const args = [join(ROOT, 'dist/bin.js'), example('catalog.yaml'), '--overlay', overlay, '-o', release.valuesFile];
  await run(process.execPath, args, 30);
  await kubectl('create', 'secret', 'generic', 'docs', '-n', release.namespace, '--from-literal=docs.token=abc');
  await release.install();
});
afterAll(async () => {
  await release.disconnect();
  await Promise.all([tools, release.namespace].filter(Boolean).map(deleteNamespace));
});

test('its tools are listed, and called', async () => {
  const session = await release.session();
  const names = (await session.listTools()).tools.map(({ name }) => name);
  expect(names).toContain('echo');
  expect(await call(session, 'echo', { text: 'hello' })).toContain('hello');
});

test('the release has no pod of it, and helm test knows it', async () => {
  const deployments = await kubectl('get', 'deployments', '-n', release.namespace, '-o', 'name');
  expect(deployments.trim()).toBe('deployment.apps/mcp-mcpgen');
  expect(await release.helm('test', release.name, '--logs', '--hide-notes', '--timeout', '2m')).toContain('pass: docs');
}, 150_000);

test('a server that moves is found again, in the same session', async () => {
  const session = await release.session();
  await call(session, 'echo', { text: 'before' });
  await kubectl('rollout', 'restart', '-n', tools, 'deployment/docs-mcp');
  await kubectl('rollout', 'status', '-n', tools, 'deployment/docs-mcp', '--timeout=100s');
  const again = (): Promise<string> => call(session, 'echo', { text: 'after' }).catch(String);
  await expect.poll(again, { timeout: 60_000, interval: 1000 }).toContain('after');
}, 170_000);

/** Whether a connection of the gateway's pod comes about. */
function connects(host: string, port: number): Promise<boolean> {
  const inside = ['exec', '-n', release.namespace, 'deployment/mcp-mcpgen', '-c', 'gateway', '--'];
  return kubectl(...inside, 'socat', '-u', 'OPEN:/dev/null', `TCP:${host}:${port},connect-timeout=3`).then(
    () => true,
    () => false,
  );
}

test('of the other namespace, only that port is open', async () => {
  const address = async (selector: string): Promise<string> =>
    kubectl('get', 'pods', '-n', tools, '-l', selector, '-o', 'jsonpath={.items[0].status.podIP}');
  expect(await connects(await address('app=docs-mcp'), 8080)).toBe(true);
  const other = ['run', 'other', '-n', tools, '--image=test/http', '--image-pull-policy=IfNotPresent'];
  const security = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'other',
        image: 'test/http',
        args: ['--http', ':9090'],
        imagePullPolicy: 'IfNotPresent',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  };
  await kubectl(...other, `--overrides=${JSON.stringify({ spec: security })}`);
  await kubectl('wait', '-n', tools, 'pod/other', '--for=condition=Ready', '--timeout=60s');
  expect(await connects(await address('run=other'), 9090)).toBe(false);
}, 120_000);

test('without its Secret only this server is missing, and helm test says why', async () => {
  await kubectl('delete', 'secret', 'docs', '-n', release.namespace);
  await kubectl('rollout', 'restart', '-n', release.namespace, 'deployment/mcp-mcpgen');
  await kubectl('rollout', 'status', '-n', release.namespace, 'deployment/mcp-mcpgen', '--timeout=140s');
  const output = (error: Error & { stdout?: string }) => error.stdout ?? '';
  // The relay says why once it has tried.
  const tested = () => release.helm('test', release.name, '--logs', '--hide-notes', '--timeout', '2m').catch(output);
  await expect
    .poll(tested, { timeout: 90_000, interval: 3000 })
    .toContain('FAIL: docs: failed: connect: the Secret docs has no value for the key docs.token');
}, 300_000);
