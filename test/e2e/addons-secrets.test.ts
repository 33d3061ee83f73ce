// An ExternalSecret of the chart, filled and rotated by the External Secrets Operator, and read by a server and by the gateway.
// `npm run e2e -- addons`; skipped, and said so, where the operator is not in the cluster.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call } from './client.ts';
import { createNamespace, dump } from './cluster.ts';
import { kubectl } from './programs.ts';
import { looksAfter, Release } from './release.ts';

const found = (await kubectl('get', 'deployments', '-A', '-o', 'name')).split('\n');
const isThere = found.includes('deployment.apps/external-secrets');
if (!isThere) console.log('not in this cluster, so that nothing is tested here: external-secrets');

describe.skipIf(!isThere)('Secrets of a store', () => {
  const release = new Release(4);

  /** A store of JSON, in whose properties a dot is a path, as in most stores. */
  async function store(key: string, token: string): Promise<void> {
    const file = join(release.folder, 'store.yaml');
    const data = [
      { key: 'everything', value: JSON.stringify({ everything_api_key: key }) },
      { key: 'gateway', value: JSON.stringify({ token }) },
    ];
    const spec = { provider: { fake: { data } } };
    const metadata = { name: 'team', namespace: release.namespace };
    writeFileSync(file, stringify({ apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata, spec }));
    await kubectl('apply', '-f', file);
  }

  const read = async (secret: string, key: string): Promise<string> => {
    const path = `jsonpath={.data.${key.replaceAll('.', String.raw`\.`)}}`;
    return Buffer.from(
      await kubectl('get', 'secret', secret, '-n', release.namespace, '-o', path),
      'base64',
    ).toString();
  };
  const environment = async (): Promise<unknown> =>
    (JSON.parse(await call(await release.session(), 'get-env')) as { [name: string]: unknown })['API_KEY'];

  beforeAll(async () => {
    release.namespace = await createNamespace('mcpgen-e2e-secrets');
    await store('first', 'token-one');
    const values = {
      externalSecrets: {
        enabled: true,
        secretStoreRef: { name: 'team', kind: 'SecretStore' },
        refreshInterval: '2s',
        remoteProperty: '{flat}',
      },
      gateway: { auth: { existingSecret: 'gateway' } },
      servers: {
        everything: {
          image: 'mcp/everything',
          command: ['docker-entrypoint.sh'],
          args: ['node', 'dist/index.js'],
          secretEnv: { API_KEY: { name: 'everything', key: 'everything.api_key' } },
        },
      },
    };
    writeFileSync(release.valuesFile, stringify(values));
    await release
      .helm('install', release.name, 'chart', '-f', release.valuesFile, '--wait', '--timeout', '5m')
      .catch(async (error: unknown) => {
        await dump(release.namespace);
        throw error;
      });
  });
  looksAfter(release);

  test('the server has the key of the store, and the gateway the token', async () => {
    expect(await read('everything', 'everything.api_key')).toBe('first');
    release.token = await read('gateway', 'token');
    expect(release.token).toBe('token-one');
    expect(await environment()).toBe('first');
  });

  test('a key that is rotated in the store is in the Secret, and after a restart in the server', async () => {
    await store('second', 'token-one');
    await expect.poll(() => read('everything', 'everything.api_key'), { timeout: 60_000 }).toBe('second');
    const server = ['-n', release.namespace, 'deployment/mcp-everything'];
    await kubectl('rollout', 'restart', ...server);
    await kubectl('rollout', 'status', ...server, '--timeout=120s');
    await release.disconnect();
    await expect.poll(environment, { timeout: 60_000 }).toBe('second');
  }, 300_000);
});
