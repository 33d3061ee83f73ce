// examples/postgres: the server reads a real database in the same namespace, which lets in nobody else.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { call } from './client.ts';
import { createNamespace } from './cluster.ts';
import { kubectl, ROOT } from './programs.ts';
import { looksAfter, Release } from './release.ts';

const release = new Release(4);

beforeAll(async () => {
  release.namespace = await createNamespace('mcpgen-e2e-postgres');
  const secret = (name: string, value: string) =>
    kubectl('create', 'secret', 'generic', name, '-n', release.namespace, `--from-literal=${value}`);
  await secret('database', 'password=hidden');
  await secret('postgres', 'postgres.url=postgresql://mcp:hidden@database:5432/mcp');
  await kubectl('apply', '-n', release.namespace, '-f', join(ROOT, 'examples/postgres/database.yaml'));
  await kubectl('rollout', 'status', '-n', release.namespace, 'statefulset/database', '--timeout=180s');
  await release.prepare('postgres');
  await release.install();
}, 600_000);
looksAfter(release);

test('a query is answered by the database', async () => {
  const answer = await call(await release.session(), 'query', { sql: "select current_database() || '!' as name" });
  expect(JSON.parse(answer)).toEqual([{ name: 'mcp!' }]);
});

test('and by nothing that the policy does not name', async () => {
  const reach = async (host: string, port: number): Promise<string> => {
    const program = `require('net').connect(${port}, '${host}').on('connect', () => {console.log('open'); process.exit()}).on('error', (e) => {console.log(e.code); process.exit()}); setTimeout(() => {console.log('closed'); process.exit()}, 4000)`;
    const run = ['exec', '-n', release.namespace, 'deployment/mcp-postgres', '-c', 'server', '--'];
    return (await kubectl(...run, 'node', '-e', program)).trim();
  };
  expect(await reach('database', 5432)).toBe('open');
  expect(await reach('kubernetes.default', 443)).not.toBe('open');
}, 60_000);
