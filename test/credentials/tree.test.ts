// Credentials in an overlay: where they are found, what allows them, and that the chart takes whatever passes.

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findInOverlay, overlayTargets } from '../../generator/credentials/tree.ts';
import { readSource } from '../../generator/source.ts';
import { render } from '../chart/helm.ts';

function find(values: object, ...allowed: string[]): string[] {
  const source = readSource('overlay.yaml', stringify(values)).value;
  if (!source) throw new Error('no YAML');
  return findInOverlay(values, source, new Set(allowed)).map(({ message }) => message.split(' ')[0] ?? '');
}

const servers = (entry: object) => ({ servers: { s: entry } });

describe('is found', () => {
  test.each([
    [servers({ env: { API_TOKEN: 'x1' } }), 'servers.s.env.API_TOKEN', 's.API_TOKEN'],
    [servers({ args: ['--token', 'x1'] }), 'servers.s.args.1', 's.args'],
    [servers({ args: ['--token=x1'] }), 'servers.s.args.0', 's.args'],
    [servers({ env: { DATABASE_URL: 'redis://:x1@h' } }), 'servers.s.env.DATABASE_URL', 's.DATABASE_URL'],
    [{ gateway: { extraEnv: { API_TOKEN: 'x1' } } }, 'gateway.extraEnv.API_TOKEN', 'gateway.extraEnv.API_TOKEN'],
    [
      { extraObjects: [{ spec: { env: [{ name: 'API_TOKEN', value: 'x1' }] } }] },
      'extraObjects.0.spec.env.0.value',
      'extraObjects.0.spec.env.0.value',
    ],
    [
      { extraObjects: [{ apiVersion: 'v1', kind: 'Secret', stringData: { a: 'x1' } }] },
      'extraObjects.0.stringData.a',
      'extraObjects.0.stringData.a',
    ],
  ])('%j', (values, path, target) => {
    expect(find(values)).toEqual([path]);
    expect(overlayTargets(values)).toContain(target);
    expect(find(values, target)).toEqual([]);
  });
});

describe('is none', () => {
  test.each([
    servers({
      env: { API_TOKEN: '$(TOKEN)', MAX_TOKENS: 5, TOKEN: null },
      secretEnv: { TOKEN: { name: 's', key: 'token' } },
    }),
    servers({ args: ['--token', '--verbose'] }),
    {
      extraObjects: [{ kind: 'ExternalSecret', spec: { data: [{ secretKey: 'API_TOKEN', remoteRef: { key: 'a' } }] } }],
    },
    { extraObjects: [{ apiVersion: 'v1', kind: 'Secret', stringData: { a: '<value>' } }] },
    { exposure: { tls: { secretName: 'my-secret' } }, gateway: { auth: { existingSecret: 'my-token', key: 'token' } } },
  ])('%j', (values) => expect(find(values)).toEqual([]));
});

describe('remote servers', () => {
  const open = { url: 'https://mcp.example.com/mcp?max_token=5', headers: { 'X-Public-Token': 'a' } };

  test('what the chart would refuse is refused here, and has its switch', () => {
    expect(find(servers({ remote: open }))).toEqual([
      'servers.s.remote.url',
      'servers.s.remote.headers.X-Public-Token',
    ]);
    expect(find(servers({ remote: { ...open, allowPlainCredentials: true } }))).toEqual([]);
    render(servers({ remote: { ...open, allowPlainCredentials: true } }));
  });
});
