// `mcpgen secrets`: what is needed, what is missing, and manifests; and no value where it does not belong.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { mcpgenWith, type Outcome } from '../mcpgen.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const values = join(folder, 'values.yaml');
writeFileSync(
  values,
  `servers:
  brave: {image: b, secretEnv: {KEY: {name: brave, key: api_key}, ID: {name: brave, key: id, optional: true}}}
  other: {image: o, secretEnv: {TOKEN: {name: other, key: api_key}}}
  files: {image: f, volumes: {cert: {mountPath: /cert, secret: {name: certs}}}}
  remote: {remote: {url: 'https://x.example', secrets: {R: {name: remote, key: token}}}}
`,
);

const secrets = (stdin: string, ...args: string[]): Promise<Outcome> =>
  mcpgenWith({ stdin, color: true }, 'secrets', ...args);

/** The values of documents, without colours. */
const documents = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

test('template: a commented line for each key, with the Secret where a key is in several', async () => {
  const { status, stdout, stderr } = await secrets('', 'template', values);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout)
    .toBe(`# Secrets of the servers, as NAME=VALUE: what follows = is the value, quotes included. Do not commit this file.

# Secret brave, for brave (KEY).
brave/api_key=

# Optional. Secret brave, for brave (ID).
id=

# Secret certs, for files: files, by names of your own.

# Secret other, for other (TOKEN).
other/api_key=

# Secret remote, for remote (R).
token=
`);
});

test('template: the Secret of a server of the own network', async () => {
  const own = join(folder, 'own.yaml');
  writeFileSync(
    own,
    "servers: {own: {http: {url: 'http://own.tools.svc:8080', secrets: {O: {name: own, key: own_token}}}}}",
  );
  expect((await secrets('', 'template', own)).stdout).toContain('# Secret own, for own (O).\nown_token=\n');
});

const env = 'brave/api_key=hunter2\ntoken= with "quotes" \nother/api_key=\n';

describe('check', () => {
  test('a file of lines: an empty value is missing', async () => {
    const { status, stdout, stderr } = await secrets(env, 'check', values);
    expect(stdout).toBe(`present  brave/api_key: brave (KEY)
optional brave/id: brave (ID)
missing  certs: files
missing  other/api_key: other (TOKEN)
present  remote/token: remote (R)
`);
    expect([status, stderr]).toEqual([1, '']);
  });

  test('a listing of Secrets', async () => {
    const secret = (name: string, data: object): object => ({ kind: 'Secret', metadata: { name }, data });
    const items = [
      secret('brave', { api_key: 'aHVudGVyMg==' }),
      secret('certs', {}),
      secret('other', { api_key: 'eA==' }),
      secret('remote', { other: 'eA==' }),
    ];
    const { status, stdout } = await secrets(JSON.stringify({ kind: 'List', items }), 'check', values, '--json');
    expect(status).toBe(1);
    const states = (JSON.parse(stdout) as { secret: string; state: string }[]).map((one) => [one.secret, one.state]);
    expect(states).toEqual([
      ['brave', 'present'],
      ['brave', 'optional'],
      ['certs', 'present'],
      ['other', 'present'],
      ['remote', 'missing'],
    ]);
  });

  test('something else', async () => {
    const { status, stderr } = await secrets('{"hunter2": 1}', 'check', values);
    expect([status, stderr]).toEqual([
      2,
      'error: <stdin> is not a listing of Secrets: kubectl get secrets -o json writes one\n',
    ]);
  });
});

describe('manifest', () => {
  test('Secrets of what has a value, and a word about the rest', async () => {
    const { status, stdout, stderr } = await secrets(env, 'manifest', values, '--namespace', 'mcp');
    expect(documents(stdout)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'brave', namespace: 'mcp' },
        type: 'Opaque',
        stringData: { api_key: 'hunter2' },
      },
      expect.objectContaining({ stringData: { token: ' with "quotes"' } }),
    ]);
    expect([status, stderr]).toEqual([1, 'missing  other/api_key: other (TOKEN)\n']);
  });

  test('ExternalSecrets, which need no value', async () => {
    const { status, stdout } = await secrets('', 'manifest', values, '--external-secret', 'ClusterSecretStore/vault');
    expect(status).toBe(0);
    expect(documents(stdout)).toMatchObject([
      {
        kind: 'ExternalSecret',
        spec: {
          secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
          data: [{ secretKey: 'api_key', remoteRef: { key: 'brave', property: 'api_key' } }, { secretKey: 'id' }],
        },
      },
      { metadata: { name: 'certs' }, spec: { dataFrom: [{ extract: { key: 'certs' } }] } },
      { metadata: { name: 'other' } },
      { metadata: { name: 'remote' } },
    ]);
  });

  test('a line that is part of a value is not repeated', async () => {
    const lines = 'token=-----BEGIN KEY-----\nhunter2hunter2\nhunter2hunter2==\n';
    for (const action of ['check', 'manifest']) {
      const { status, stderr } = await secrets(lines, action, values);
      expect(status).toBe(2);
      expect(stderr).toContain('<stdin>:2:1');
      expect(stderr).not.toContain('hunter2');
    }
  });
});
