// `mcpgen images`: lists for mirrors, policies for admission controllers.

import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Workspace } from '../image/mcpgen.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const values = workspace.write(
  'values.yaml',
  `gateway: {image: {digest: "${digest('a')}"}}
servers:
  time: {image: mcp/time@${digest('b')}}
  other: {image: ghcr.io/a/b@${digest('c')}}
  off: {image: mcp/off, enabled: false}
  remote: {remote: {url: https://x.example}}
  again: {image: mcp/time@${digest('b')}}
`,
);
const lock = workspace.write(
  'mcp.lock.yaml',
  `version: 1
platform: linux/amd64
gateway: docker/mcp-gateway:v2
relay: node:24-alpine
images:
  docker/mcp-gateway:v2: {digest: "${digest('a')}", platforms: [linux/amd64]}
  node:24-alpine: {digest: "${digest('d')}", platforms: [linux/amd64]}
  mcp/time:1: {digest: "${digest('b')}", platforms: [linux/amd64]}
`,
);

describe('lists', () => {
  test('of values, each image once', async () => {
    expect(await workspace.mcpgen('images', values)).toEqual({
      status: 0,
      error: '',
      out: `docker/mcp-gateway@${digest('a')}\nghcr.io/a/b@${digest('c')}\nmcp/time@${digest('b')}\nnode:24-alpine\n`,
    });
  });

  test('of several values files, as helm merges them', async () => {
    const more = workspace.write(
      'more.yaml',
      `bridge: {image: my/bridge:1}\nservers: {other: {enabled: false}, off: {enabled: true}}\n`,
    );
    const { out } = await workspace.mcpgen('images', values, more);
    expect(out.split('\n')).toEqual([
      `docker/mcp-gateway@${digest('a')}`,
      `mcp/off`,
      `mcp/time@${digest('b')}`,
      'my/bridge:1',
      'node:24-alpine',
      '',
    ]);
  });

  test.each([
    ['switched off', 'relay: {enabled: false}\nservers: {a: {image: mcp/a}}\n'],
    ['in sidecars', 'topology: sidecars\nservers: {a: {image: mcp/a}}\n'],
    ['with nothing to dial', 'servers: {a: {remote: {url: https://x.example}}, b: {image: mcp/b, enabled: false}}\n'],
  ])("of values, without the relay's: %s", async (_, text) => {
    expect((await workspace.mcpgen('images', workspace.write('no-relay.yaml', text))).out).not.toContain('node:');
  });

  test("of values, with the relay's for the door alone", async () => {
    const text = 'relay: {enabled: false}\ndoor: {enabled: true}\nservers: {a: {image: mcp/a}}\n';
    expect((await workspace.mcpgen('images', workspace.write('door.yaml', text))).out).toContain('node:24-alpine');
    const off = text.replace('door: {enabled: true}', 'door: {enabled: false}');
    expect((await workspace.mcpgen('images', workspace.write('no-door.yaml', off))).out).not.toContain('node:');
  });

  test("of values, with the relay's own", async () => {
    const file = workspace.write('relay.yaml', 'relay: {image: "my/node:24"}\nservers: {a: {image: mcp/a}}\n');
    expect((await workspace.mcpgen('images', file)).out).toBe('docker/mcp-gateway:v2\nmcp/a\nmy/node:24\n');
  });

  test('of a catalog and of a lock', async () => {
    const catalog = workspace.write(
      'catalog.yaml',
      'registry:\n  a: {image: mcp/a}\n  r: {remote: {url: "https://x.example"}}\n',
    );
    expect((await workspace.mcpgen('images', catalog)).out).toBe('docker/mcp-gateway:v2\nmcp/a\nnode:24-alpine\n');
    expect((await workspace.mcpgen('images', lock)).out).toBe(
      `docker/mcp-gateway@${digest('a')}\nmcp/time@${digest('b')}\nnode@${digest('d')}\n`,
    );
  });

  test('as JSON, from a mirror', async () => {
    const { out } = await workspace.mcpgen(
      'images',
      values,
      '--format',
      'json',
      '--registry-map',
      'docker.io=m.example/hub',
    );
    expect(JSON.parse(out)).toContainEqual({
      image: `m.example/hub/mcp/time@${digest('b')}`,
      original: `mcp/time@${digest('b')}`,
      usedBy: ['again', 'time'],
    });
  });

  test('of what is no such file, as the compiler says it', async () => {
    const { status, error } = await workspace.mcpgen('images', workspace.write('x.yaml', 'services: {}\n'));
    expect([status, error]).toEqual([1, expect.stringContaining('x.yaml:1:1: error not-a-catalog')]);
    expect((await workspace.mcpgen('images', workspace.write('bad.lock', 'version: 1\nimages: [1]\n'))).status).toBe(1);
  });
});

describe('policies', () => {
  test('need digests', async () => {
    const { status, error } = await workspace.mcpgen(
      'images',
      workspace.write('v.yaml', 'servers: {}\n'),
      '--format',
      'kyverno',
    );
    expect([status, error]).toEqual([2, expect.stringContaining('docker/mcp-gateway:v2 has none')]);
  });

  test('are for a namespace, and no other text', async () => {
    const { status, error } = await workspace.mcpgen('images', lock, '--format', 'sigstore', '--namespace', 'a\nb: c');
    expect([status, error]).toEqual([2, expect.stringContaining('It is a DNS label')]);
  });

  test("of Kyverno: only these images, and Docker's only with its signature", async () => {
    const { out } = await workspace.mcpgen('images', lock, '--format', 'kyverno', '--namespace', 'tools');
    const [policy, ...others] = parseAllDocuments(out).map((document) => document.toJS());
    expect(others).toEqual([]);
    expect(policy).toMatchObject({
      apiVersion: 'kyverno.io/v1',
      kind: 'ClusterPolicy',
      metadata: { name: 'mcp-images-tools' },
    });
    const [locked, signed] = policy.spec.rules;
    expect(locked.match.any[0].resources).toEqual({ kinds: ['Pod'], namespaces: ['tools'] });
    expect(locked.validate.foreach[0].deny.conditions.all[0].value).toEqual([
      `docker.io/docker/mcp-gateway@${digest('a')}`,
      `docker.io/library/node@${digest('d')}`,
      `docker.io/mcp/time@${digest('b')}`,
      `docker/mcp-gateway@${digest('a')}`,
      `mcp/time@${digest('b')}`,
      `node@${digest('d')}`,
    ]);
    expect(signed.verifyImages[0]).toMatchObject({
      imageReferences: [`docker.io/mcp/time@${digest('b')}`],
      repository: 'docker.io/mcp/signatures',
      required: true,
      mutateDigest: false,
    });
    expect(out).not.toMatch(/[&*]a\d/);
  });

  test("of Sigstore's policy-controller, for images of a mirror", async () => {
    const { out } = await workspace.mcpgen(
      'images',
      lock,
      '--format',
      'sigstore',
      '--registry-map',
      'docker.io/mcp=m.example/mcp',
    );
    const [signed, locked] = parseAllDocuments(out).map((document) => document.toJS());
    expect(signed).toMatchObject({
      apiVersion: 'policy.sigstore.dev/v1beta1',
      kind: 'ClusterImagePolicy',
      spec: {
        images: [{ glob: `m.example/mcp/time@${digest('b')}` }],
        authorities: [{ key: { hashAlgorithm: 'sha256' }, source: [{ oci: 'm.example/mcp/signatures' }] }],
      },
    });
    expect(locked.spec).toEqual({
      images: [
        { glob: `index.docker.io/docker/mcp-gateway@${digest('a')}` },
        { glob: `index.docker.io/library/node@${digest('d')}` },
      ],
      authorities: [{ name: 'locked', static: { action: 'pass' } }],
    });
  });
});
