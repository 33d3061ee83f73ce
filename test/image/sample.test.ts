// The real catalog of test/data with images made for it: locked once, it compiles with no word on entrypoints.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { serverKind } from '../../generator/catalog/model.ts';
import { parseReference } from '../../generator/registry/reference.ts';
import { load } from '../../generator/index.ts';
import { base, Store } from './images.ts';
import { Workspace } from './mcpgen.ts';
import { startRegistry } from '../registry/stand-in.ts';

const data = join(import.meta.dirname, '../data');
const text = readFileSync(join(data, 'catalog-sample.yaml'), 'utf8');

// Each image is a program that takes any arguments; kubernetes and memory are as the real ones in what matters.
const store = new Store();
const system = store.layer(base);
const program = store.layer([{ path: 'bin/serve', content: '\x7fELF', mode: 0o755 }]);
const node = store.layer([
  { path: 'usr/local/bin/node', content: '\x7fELF', mode: 0o755 },
  { path: 'app/dist/index.js', content: 'x' },
]);
const serve = { Entrypoint: ['serve'], Env: ['PATH=/usr/local/bin:/bin'] };
const nodeServer = { Entrypoint: ['node', 'dist/index.js'], WorkingDir: '/app', Env: ['PATH=/usr/local/bin:/bin'] };
const pinned = store.image('docker/example/filters', serve, [system, program]);
const catalog = text.replace(/example\/filters@sha256:\w+/, `example/filters@${pinned.digest}`);
const { servers } = load({ catalogs: [{ name: 'catalog.yaml', text: catalog }] }).value;
const hosts = { 'docker.io': 'docker', 'ghcr.io': 'ghcr', 'registry.example.com:5000': 'example' };
for (const server of servers.filter((one) => serverKind(one) === 'container' && one.name !== 'example-filters')) {
  const { registry: host, repository, tag = 'latest' } = parseReference(server.image) as Record<string, string>;
  const name = `${hosts[host as keyof typeof hosts]}/${repository}:${tag}`;
  if (server.name === 'kubernetes') store.image(name, { ...nodeServer, User: 'app' }, [system, node]);
  else if (server.name === 'memory') store.image(name, nodeServer, [system, node]);
  else store.image(name, serve, [system, program]);
}
store.image('docker/docker/mcp-gateway:v2', { Entrypoint: ['/docker-mcp'] }, [
  store.layer([{ path: 'docker-mcp', mode: 0o755 }]),
]);
store.image('docker/library/node:24-alpine', { Cmd: ['node'] }, [system, node]);

const registry = await startRegistry(store);
const workspace = new Workspace();
afterAll(async () => {
  await registry.close();
  workspace.remove();
});

test('it is locked, and compiles from the lock beside it', async () => {
  const file = workspace.write('catalog.yaml', catalog);
  const config = ['--config', join(data, 'config-sample.yaml')];
  const maps = Object.entries(hosts).flatMap(([host, path]) => ['--registry-map', `${host}=${registry.host}/${path}`]);
  const locked = await workspace.mcpgen('lock', file, ...config, ...maps, '--quiet');
  expect(locked).toMatchObject({ status: 0 });
  const compiled = await workspace.mcpgen(file, ...config, '--skip-unsupported', '--quiet');
  expect(compiled.error).not.toContain('error');
  expect(compiled.status).toBe(0);

  const values = parse(compiled.out) as { servers: Record<string, Record<string, unknown>> };
  expect(Object.keys(values.servers)).toHaveLength(60);
  expect(values.servers['time']).toMatchObject({
    command: ['serve'],
    image: expect.stringContaining('mcp/time@sha256:'),
  });
  expect(values.servers['memory']).toMatchObject({
    volumes: { 'claude-memory': { mountPath: '/app/dist', persistentVolumeClaim: { fill: true } } },
  });
  expect(values.servers['kubernetes']).toMatchObject({ podSecurityContext: { runAsUser: 1001 } });
});
