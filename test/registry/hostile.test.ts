// A registry that means harm: one run in which each image tries something else. Each fails with a line of its own, and an honest image does not notice.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../generator/registry/digest.ts';
import { hostileLayers } from '../image/hostile-layers.ts';
import { base, type Config, type Descriptor, gzip, Store, tar } from '../image/images.ts';
import { type Outcome, Workspace } from '../image/mcpgen.ts';
import { byRepository, endless, type Fault, replies, says, startRegistry } from './stand-in.ts';

const store = new Store();
const system = store.layer(base);
const config: Config = { Entrypoint: ['/bin/sh'], User: 'app' };
store.image('good/image', config, [system]);

const registry = await startRegistry(store);
const workspace = new Workspace();
const docker = mkdtempSync(join(tmpdir(), 'mcpgen-docker-'));
const { DOCKER_CONFIG: dockerBefore } = process.env;

const bearer = (realm: string): Fault => replies(401, { 'www-authenticate': `Bearer realm="${realm}"` });
const redirect = (location: string): Fault => replies(307, { location });
const manifest = (text: string): Fault => replies(200, {}, text);
/** A token endpoint is an image of its own here: its path is one that the registry knows. */
const tokenAt = (name: string): Fault => bearer(`/v2/token/${name}/blobs/x`);

const faults: Readonly<Record<string, readonly [Fault, expected: string | RegExp]>> = {
  'realm-no-url': [bearer('http://['), 'sends us to what is not an HTTP address'],
  'realm-file': [bearer('file:///etc/passwd'), 'sends us to what is not an HTTP address'],
  'realm-ftp': [bearer('ftp://host/x'), 'sends us to what is not an HTTP address'],
  'realm-metadata': [
    bearer('http://169.254.169.254/latest'),
    'sends us to 169.254.169.254, which is inside this network',
  ],
  'token-crlf': [tokenAt('crlf'), /the token of 127.0.0.1:\d+ is none: it cannot be sent/],
  'token-number': [tokenAt('number'), /127.0.0.1:\d+ answered without a token/],
  'token-null': [tokenAt('null'), 'its token is not valid JSON'],
  'token-endless': [tokenAt('endless'), 'its token is larger than 65536 bytes'],
  'challenge-none': [replies(401), 'asks for a kind of authorization that mcpgen does not know'],
  'challenge-proto': [
    replies(401, { 'www-authenticate': 'Bearer __proto__="x", Negotiate' }),
    'asks for a kind of authorization that mcpgen does not know',
  ],
  'redirect-no-url': [redirect('http://['), 'sends us to what is not an HTTP address'],
  'redirect-file': [redirect('file:///etc/passwd'), 'sends us to what is not an HTTP address'],
  'redirect-metadata': [redirect('http://[fe80::1]/'), 'sends us to [fe80::1], which is inside this network'],
  'redirect-nowhere': [replies(307), 'answers with the status 307'],
  'redirect-loop': [
    (request, response) => redirect(request.url ?? '')(request, response),
    'redirects more than 5 times',
  ],
  'headers-large': [replies(200, { 'x-large': 'x'.repeat(20_000) }), 'the headers of its answer are too large'],
  'not-http': [says('220 smtp.example ESMTP\r\n'), 'its answer is not HTTP'],
  'hangs-up': [says(''), 'the connection broke, 5 attempts'],
  'switches-protocols': [
    says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    'answers with another protocol',
  ],
  'no-content': [replies(204), 'its manifest is not valid JSON'],
  'error-deep': [replies(403, {}, `${'['.repeat(30_000)}`), 'does not let us read it'],
  'error-odd': [replies(404, {}, '{"errors":[null]}'), 'has no such image'],
  'manifest-null': [manifest('null'), 'its manifest is not valid JSON'],
  'manifest-list': [manifest('[]'), 'its manifest is damaged'],
  'manifest-deep': [manifest('['.repeat(100_000)), 'its manifest nests more than 32 levels deep'],
  'manifest-many': [manifest(`{"layers":[${'0,'.repeat(300_000)}0]}`), 'its manifest holds more than 200000 values'],
  'manifest-endless': [endless, 'its manifest is larger than 4194304 bytes'],
  'manifest-both': [manifest('{"manifests":[],"layers":[],"config":{}}'), 'can be read in two ways'],
  'manifest-type': [
    replies(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }, '{"layers":[],"config":{}}'),
    'can be read in two ways',
  ],
  'manifest-proto': [
    manifest('{"__proto__":{"manifests":[]},"config":{"digest":"constructor"}}'),
    'a size in it is not a number',
  ],
  'index-odd': [manifest('{"manifests":[null,5,{"platform":"linux"}]}'), 'but for no platform'],
  'index-many': [manifest(`{"manifests":[${'{},'.repeat(2000)}{}]}`), 'its index has 2001 manifests'],
  'digest-sha512': [manifest(withConfig({ digest: `sha512:${'a'.repeat(128)}`, size: 1 })), 'cannot check: sha512:aaa'],
  'digest-path': [manifest(withConfig({ digest: 'sha256:../../../etc', size: 1 })), 'cannot check: sha256:../'],
  'digest-list': [manifest(withConfig({ digest: ['x'], size: 1 })), 'a digest that mcpgen cannot check'],
  'size-negative': [manifest(withConfig({ digest: system.digest, size: -1 })), 'a size in it is not a number of bytes'],
  'size-huge': [
    manifest(withConfig({ digest: system.digest, size: 2 ** 52 })),
    'a size in it is not a number of bytes',
  ],
  'layers-many': [
    manifest(
      withConfig(
        system,
        Array.from({ length: 600 }, () => system),
      ),
    ),
    'it has 600 layers',
  ],
  'layer-attestation': [
    manifest(withConfig(system, [{ ...system, mediaType: 'application/vnd.in-toto+json' }])),
    'a layer of it holds no files, but application/vnd.in-toto+json',
  ],
};

function withConfig(descriptor: object, layers: readonly object[] = []): string {
  return JSON.stringify({ schemaVersion: 2, config: { ...descriptor, mediaType: undefined }, layers });
}

const tokens: Readonly<Record<string, Fault>> = {
  'token/crlf': replies(200, {}, JSON.stringify({ token: 'a\r\nx-injected: 1' })),
  'token/number': replies(200, {}, '{"token":5}'),
  'token/null': replies(200, {}, 'null'),
  'token/endless': endless,
};

/** Configurations that no builder writes. */
const configs: Readonly<Record<string, readonly [object | string, expected: string]>> = {
  'entrypoint-number': [{ Entrypoint: 5 }, 'Entrypoint is not a list of strings'],
  'entrypoint-nested': [{ Entrypoint: [['a']] }, 'Entrypoint is not a list of strings'],
  'entrypoint-many': [{ Entrypoint: Array(5000).fill('a') }, 'its configuration has 5000 entries in Entrypoint'],
  'user-map': [{ User: {} }, 'User is not a string'],
  'user-long': [{ User: 'a'.repeat(10_000) }, 'the User of its configuration is longer than 256'],
  'workdir-long': [{ WorkingDir: '/a'.repeat(100_000) }, 'the WorkingDir of its configuration is longer than 4096'],
  'env-large': [{ Env: Array(20).fill(`A=${'x'.repeat(60_000)}`) }, 'more than 512 KiB of arguments and variables'],
  'label-large': [{ Labels: { 'io.docker.server.metadata': 'x'.repeat(200_000) } }, 'label io.docker.server.metadata'],
  'config-deep': [`{"config":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}`, 'its configuration nests more than 32 levels'],
};

/** Images that say of the honest one's layer what is not so. */
function poison(): void {
  const json = { os: 'linux', architecture: 'amd64', config };
  const own = store.add(Buffer.from(JSON.stringify(json)), 'application/vnd.oci.image.config.v1+json');
  const type = 'application/vnd.oci.image.manifest.v1+json';
  store.manifest('evil/a-size', type, { schemaVersion: 2, config: own, layers: [{ ...system, size: 1 }] });
  // An index at the layer's place, made up by whoever wrote the manifest.
  const annotations = {
    'io.github.containers.zstd-chunked.manifest-position': `0:${forgedIndex.length}:0:1`,
    'io.github.containers.zstd-chunked.manifest-checksum': sha256(forgedIndex),
  };
  store.manifest('evil/a-index', type, { schemaVersion: 2, config: own, layers: [{ ...system, annotations }] });
}

/** Of a layer in which nobody is known. */
const forgedIndex = gzip(Buffer.from(JSON.stringify({ entries: [{ name: 'etc/passwd', type: 'reg' }] })));
const forgery: Fault = (request, response) =>
  request.headers.range !== undefined && replies(206, {}, forgedIndex)(request, response);

let outcome: Outcome;

beforeAll(async () => {
  process.env['DOCKER_CONFIG'] = docker;
  for (const [name, [value]] of Object.entries(configs)) {
    const text =
      typeof value === 'string' ? value : JSON.stringify({ os: 'linux', architecture: 'amd64', config: value });
    const own = store.add(Buffer.from(text), 'application/vnd.oci.image.config.v1+json');
    store.manifest(`evil/${name}`, 'application/vnd.oci.image.manifest.v1+json', { config: own, layers: [] });
  }
  for (const [name, { bytes, image }] of Object.entries(hostileLayers)) {
    store.image(`evil/${name}`, { ...config, ...image }, [system, ...bytes().map(addLayer)]);
  }
  poison();
  registry.fault = byRepository({
    ...tokens,
    'evil/a-index': forgery,
    ...Object.fromEntries(Object.entries(faults).map(([name, [fault]]) => [`evil/${name}`, fault])),
  });
  outcome = await lock([
    ...Object.keys(faults),
    ...Object.keys(configs),
    ...Object.keys(hostileLayers),
    'a-size',
    'a-index',
  ]);
}, 300_000);

afterAll(async () => {
  await registry.close();
  workspace.remove();
  rmSync(docker, { recursive: true });
  if (dockerBefore === undefined) delete process.env['DOCKER_CONFIG'];
  else process.env['DOCKER_CONFIG'] = dockerBefore;
});

function addLayer(bytes: Uint8Array): Descriptor {
  return store.add(bytes, 'application/vnd.oci.image.layer.v1.tar+gzip');
}

function lock(names: readonly string[]): Promise<Outcome> {
  const images = ['good/image', ...names.map((name) => `evil/${name}`)];
  const catalog = workspace.write(
    'catalog.yaml',
    `registry:\n${images.map((image, index) => `  s${index}: {image: ${image}}\n`).join('')}`,
  );
  const own = ['--gateway-image', 'good/image', '--relay-image', ''];
  const map = ['--registry-map', `docker.io=${registry.host}`];
  return workspace.mcpgen('lock', '--verbose', catalog, ...own, ...map, '-o', workspace.path('lock.yaml'));
}

function lineOf(name: string): string {
  const lines = outcome.error.split('\n').filter((line) => line.includes(`the image evil/${name} cannot be read: `));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('each attack is one line that names the image', () => {
  test.each(Object.entries(faults).map(([name, [, expected]]) => [name, expected] as const))('%s', (name, expected) => {
    expect(lineOf(name)).toMatch(expected);
  });
  test.each(Object.entries(configs).map(([name, [, expected]]) => [name, expected] as const))(
    '%s',
    (name, expected) => {
      expect(lineOf(name)).toMatch(expected);
    },
  );
  test.each(Object.entries(hostileLayers).map(([name, { expected }]) => [name, expected] as const))(
    '%s',
    (name, expected) => expect(lineOf(name)).toMatch(expected),
  );
  test('a size that is not that of the layer', () => expect(lineOf('a-size')).toMatch('is longer than the 1 bytes'));
});

test('the honest image is locked as if it were alone, and the exit status says that others were not', async () => {
  expect(outcome.status).toBe(2);
  expect(outcome.error).not.toMatch(/^\s+at /m);
  const among = workspace.read('lock.yaml');
  await lock([]);
  const alone = workspace.read('lock.yaml');
  const entry = /^ {2}good\/image:\n( {4}.*\n)+/m;
  expect(entry.exec(alone)?.[0]).toContain('runsAs: {uid: 1001, gid: 1002, name: app');
  expect(entry.exec(among)?.[0]).toBe(entry.exec(alone)?.[0]);
});

test('the archive of the honest layer is what the digest of its manifest says', () => {
  expect(system.digest).toBe(sha256(gzip(tar(base))));
});
