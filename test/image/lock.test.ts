// `mcpgen lock` against a registry: what the lock says of images of all kinds, and that it is never half written.

import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readLock, type Lock } from '../../generator/image/lock.ts';
import type { ImageFacts } from '../../generator/image/facts.ts';
import { selfDescribedCatalog } from '../../generator/image/self-described.ts';
import { readSource } from '../../generator/source.ts';
import { base, digestOf, Store, zstd } from './images.ts';
import { Workspace } from './mcpgen.ts';
import { startRegistry } from '../registry/stand-in.ts';

const store = new Store();
const system = store.layer(base);
const node = store.layer([
  { path: 'usr/local/bin/node', content: '\x7fELF', mode: 0o755 },
  { path: 'app/dist/index.js', content: 'x' },
  { path: 'app/node_modules/a/index.js' },
  { path: 'data/.keep' },
]);
const nodeConfig = { Entrypoint: ['node', 'dist/index.js'], WorkingDir: '/app' };
const gatewayImage = store.image('docker/mcp-gateway:v2', { Entrypoint: ['/docker-mcp', 'gateway', 'run'] }, [
  store.layer([{ path: 'docker-mcp', mode: 0o755 }]),
]);
const relayImage = store.image('library/node:24-alpine', { Cmd: ['node'] }, [system, node]);
store.image('test/named', { ...nodeConfig, User: 'app', ExposedPorts: { '80/tcp': {} } }, [system, node]);
store.image('test/nobody', { ...nodeConfig, User: '4711' }, [system, node]);
store.image('test/anonymous', nodeConfig, [system, node]);
store.image('test/no-entrypoint', { Cmd: ['node', 'dist/index.js'], WorkingDir: '/app', Volumes: { '/data': {} } }, [
  system,
  store.layer([{ path: 'usr/local/bin/node', mode: 0o755 }, { path: 'app/dist/index.js' }], zstd),
]);
const amd = store.image('test/multi:amd', { ...nodeConfig, User: '1' }, [system, node]);
const arm = store.image('test/multi:arm', { ...nodeConfig, User: '2' }, [system, node], 'linux/arm64/v8');
const index = store.index('test/multi', { 'linux/amd64': amd, 'linux/arm64/v8': arm, 'unknown/unknown': arm });

const registry = await startRegistry(store);
const workspace = new Workspace();
afterAll(async () => {
  await registry.close();
  workspace.remove();
});
beforeEach(() => {
  registry.fault = () => false;
  registry.requests.length = 0;
});

const catalog = (...images: string[]): string =>
  workspace.write('catalog.yaml', `registry:\n${images.map((image, i) => `  s${i}: {image: ${image}}\n`).join('')}`);
const lock = (...args: string[]) =>
  workspace.mcpgen(
    'lock',
    ...args,
    '--registry-map',
    `docker.io=${registry.host}`,
    '-o',
    workspace.path('mcp.lock.yaml'),
  );

function locked(): Lock {
  const source = readSource('mcp.lock.yaml', workspace.read('mcp.lock.yaml')).value;
  const { value, diagnostics } = source ? readLock(source) : { value: undefined, diagnostics: [] };
  expect(diagnostics).toEqual([]);
  if (!value) throw new Error('no lock');
  return value;
}

/** The facts of one image, locked alone. */
async function factsOf(image: string, ...args: string[]): Promise<ImageFacts> {
  const { status, error } = await lock(catalog(image), ...args);
  expect(error).not.toContain('error');
  expect(status).toBe(0);
  const facts = locked().images.get(image);
  if (!facts) throw new Error('no facts');
  return facts;
}

describe('what the lock says', () => {
  test('of an image with a named user', async () => {
    expect(await factsOf('test/named')).toMatchObject({
      platforms: ['linux/amd64'],
      entrypoint: ['node', 'dist/index.js'],
      cmd: [],
      user: 'app',
      runsAs: { uid: 1001, gid: 1002, name: 'app', home: '/home/app', groups: [1500] },
      workingDir: '/app',
      ports: ['80/tcp'],
      programs: [
        {
          argv: ['node', 'dist/index.js'],
          needs: [
            { verb: 'run', path: '/usr/local/bin/node', mode: 0o755 },
            { verb: 'read', path: '/app/dist/index.js' },
            { verb: 'list', path: '/app/node_modules' },
          ],
        },
      ],
    });
  });

  test('of a number without a name, and of no user at all', async () => {
    expect((await factsOf('test/nobody')).runsAs).toEqual({ uid: 4711, gid: 0, name: '', home: '/', groups: [] });
    expect(await factsOf('test/anonymous')).toMatchObject({ user: '', runsAs: { uid: 0, gid: 0, home: '/root' } });
  });

  test('of an image without an entrypoint, with a layer of zstd and a volume', async () => {
    expect(await factsOf('test/no-entrypoint')).toMatchObject({
      entrypoint: [],
      cmd: ['node', 'dist/index.js'],
      volumes: ['/data'],
      programs: [{ argv: ['node', 'dist/index.js'] }],
      places: expect.arrayContaining([{ path: '/data', state: 'absent' }]),
    });
  });

  test('of an image for several platforms: the digest of all, the facts of one', async () => {
    expect(await factsOf('test/multi')).toMatchObject({
      digest: index.digest,
      platforms: ['linux/amd64', 'linux/arm64'],
      user: '1',
    });
    expect(
      await factsOf('test/multi', '--platform', 'linux/arm64', '--gateway-image', 'test/multi', '--relay-image', ''),
    ).toMatchObject({
      digest: index.digest,
      user: '2',
    });
    const { status, error } = await lock(catalog('test/multi'), '--platform', 'linux/s390x');
    expect([status, error]).toEqual([
      2,
      expect.stringContaining('it is not made for linux/s390x, but for linux/amd64, linux/arm64'),
    ]);
  });

  test("of the gateway's own image, and of images by digest", async () => {
    const pinned = `docker.io/test/named@${amd.digest}`;
    store.manifests.set(`test/named:${amd.digest}`, store.manifests.get('test/multi:amd')!);
    const facts = await factsOf(pinned);
    expect(facts.digest).toBe(amd.digest);
    expect(locked().gateway).toBe('docker/mcp-gateway:v2');
    expect(locked().images.get('docker/mcp-gateway:v2')).toMatchObject({ digest: gatewayImage.digest });
    expect(locked().relay).toBe('node:24-alpine');
    expect(locked().images.get('node:24-alpine')).toMatchObject({ digest: relayImage.digest });
  });

  test('of the places that volumes cover, and of commands and users that the catalog names', async () => {
    const file = workspace.write(
      'catalog.yaml',
      `registry:
  a: {image: test/anonymous, volumes: ['vol:/data', '/host:/new:ro', '{{a.path}}:/mnt'], user: app}
  b: {image: test/no-entrypoint, command: ['sh', '-c', 'node dist/index.js'], user: ghost}
`,
    );
    expect((await lock(file)).status).toBe(0);
    const a = locked().images.get('test/anonymous');
    expect(a?.places).toEqual(
      expect.arrayContaining([
        { path: '/data', state: 'files', permissions: { mode: 0o755, uid: 0, gid: 0 } },
        { path: '/new', state: 'absent' },
      ]),
    );
    const b = locked().images.get('test/no-entrypoint');
    expect(b?.programs.map(({ argv }) => argv)).toEqual([['sh', '-c', 'node dist/index.js']]);
    expect(b?.unknownUsers).toEqual(['ghost']);
    expect((await lock(file, '--check')).status).toBe(0);
  });
});

describe('the lock file', () => {
  test('is the same for the same images, however the catalog is written', async () => {
    await lock(catalog('test/named', 'test/multi', 'test/nobody'));
    const text = workspace.read('mcp.lock.yaml');
    expect(text).toMatch(
      /^# The facts of the images.*\n# yaml-language-server: \$schema=lock\.schema\.json\n\nversion: 1\nplatform: linux\/amd64\n/,
    );
    workspace.write('mcp.lock.yaml', '');
    await lock(catalog('test/nobody', 'test/named', 'test/multi', 'test/named'));
    expect(workspace.read('mcp.lock.yaml')).toBe(text);
  });

  test('is left alone where nothing changed: one look at the digest per image, no layer', async () => {
    await lock(catalog('test/named', 'test/multi'));
    const text = workspace.read('mcp.lock.yaml');
    registry.requests.length = 0;
    const { error } = await lock(catalog('test/named', 'test/multi'));
    expect(error).toBe('note locked: mcp.lock.yaml: 4 images, 0 read (0.0 MB of layers downloaded), 4 unchanged\n');
    expect(workspace.read('mcp.lock.yaml')).toBe(text);
    expect(registry.requests.filter((line) => !line.endsWith('/v2/')).every((line) => line.startsWith('HEAD'))).toBe(
      true,
    );
  });

  test('changes only where an image did; --check says so first', async () => {
    await lock(catalog('test/named', 'test/nobody'));
    const before = locked();
    store.image('test/nobody', { ...nodeConfig, User: '4712' }, [system, node]);
    const check = await lock(catalog('test/named', 'test/multi'), '--check');
    expect(check.status).toBe(1);
    expect(check.error).toContain('the lock is stale for the image test/multi: it is new');
    expect(check.error).toContain('no server uses the image test/nobody anymore');
    expect((await lock(catalog('test/named', 'test/nobody'), '--check')).error).toMatch(
      /^catalog.yaml:3:15: error stale-lock: the lock is stale for the image test\/nobody: it is sha256:\w+ now, and was sha256:/,
    );
    const again = await lock(catalog('test/named', 'test/nobody'));
    expect(again.error).toContain('note image-read: read the image test/nobody: it is sha256:');
    expect(again.error).toContain('1 read');
    expect(locked().images.get('test/named')).toEqual(before.images.get('test/named'));
    expect(locked().images.get('test/nobody')?.user).toBe('4712');
    store.image('test/nobody', { ...nodeConfig, User: '4711' }, [system, node]);
  });

  test('reads a layer that several images have once', async () => {
    workspace.write('mcp.lock.yaml', '');
    await lock(catalog('test/named', 'test/nobody', 'test/anonymous', 'test/multi'), '--parallel', '8');
    expect(registry.requests.filter((line) => line.includes(system.digest))).toHaveLength(1);
  });

  test('that cannot be read is regenerated, with a warning', async () => {
    workspace.write('mcp.lock.yaml', 'version: 2\nimages: 5\n');
    const { status, error } = await lock(catalog('test/named'));
    expect([status, error]).toEqual([0, expect.stringContaining('mcp.lock.yaml:1:10: warning wrong-value')]);
    expect(locked().images.size).toBe(3);
  });

  test('stands beside the catalog if no name is given', async () => {
    const file = catalog('test/named');
    await workspace.mcpgen('lock', file, '--registry-map', `docker.io=${registry.host}`);
    expect(existsSync(workspace.path('mcp.lock.yaml'))).toBe(true);
  });
});

describe('-o', () => {
  const access = ['--registry-map', `docker.io=${registry.host}`];

  test('- prints the lock', async () => {
    await lock(catalog('test/named'));
    const { out } = await workspace.mcpgen('lock', workspace.path('catalog.yaml'), ...access, '-o', '-');
    expect(out).toBe(workspace.read('mcp.lock.yaml'));
  });

  test('never replaces the catalog', async () => {
    const file = catalog('test/named');
    const text = workspace.read('catalog.yaml');
    const { status, error } = await workspace.mcpgen('lock', file, ...access, '-o', file);
    expect([status, error]).toEqual([2, expect.stringContaining('cannot write catalog.yaml: it is the input')]);
    expect(workspace.read('catalog.yaml')).toBe(text);
  });
});

describe('what goes wrong', () => {
  test('every image that cannot be read is named in one run, with its place; the others are locked', async () => {
    await lock(catalog('test/named'));
    const broken = store.layer([{ path: 'x', content: 'damaged' }]);
    store.image('test/broken', nodeConfig, [system, broken]);
    store.blobs.set(broken.digest, Buffer.alloc(broken.size, 1));
    const { status, error } = await lock(catalog('test/nobody', 'test/absent', 'test/broken', 'Bad//Name'));
    expect(status).toBe(2);
    expect(error).toContain(
      `catalog.yaml:3:15: error unreadable-image: the image test/absent cannot be read: ${registry.host} has no such image`,
    );
    expect(error).toContain(
      'catalog.yaml:4:15: error unreadable-image: the image test/broken cannot be read: a layer is not what its digest says',
    );
    expect(error).toContain(
      'catalog.yaml:5:15: error unreadable-image: the image Bad//Name cannot be read: it is not a valid image reference',
    );
    expect(error).toContain('3 errors');
    expect([...locked().images.keys()]).toEqual(['docker/mcp-gateway:v2', 'node:24-alpine', 'test/nobody']);
    expect(readdirSync(workspace.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a registry that dies midway: an error, and of that image what the lock said before', async () => {
    await lock(catalog('test/named'));
    const text = workspace.read('mcp.lock.yaml');
    registry.fault = (request, response) => {
      if (!request.url?.includes(node.digest)) return false;
      response.writeHead(200, { 'content-length': node.size }).write(store.blobs.get(node.digest)?.subarray(0, 50));
      setImmediate(() => response.destroy());
      return true;
    };
    const named = store.manifests.get('test/named:latest');
    store.image('test/named', { ...nodeConfig, User: '9' }, [system, node]);
    const { status, error } = await lock(catalog('test/named'));
    store.manifests.set('test/named:latest', named!);
    expect([status, error]).toEqual([
      2,
      expect.stringContaining('the registry cannot be read: the connection broke, 5 attempts'),
    ]);
    expect(workspace.read('mcp.lock.yaml')).toBe(text);
  });

  test('mistakes in a catalog are reported as by the compiler, before any registry is asked', async () => {
    const { status, error } = await lock(workspace.write('catalog.yaml', 'registry: []\n'));
    expect([status, error]).toEqual([1, expect.stringContaining('catalog.yaml:1:11: error wrong-type')]);
    expect(registry.requests).toEqual([]);
  });

  test('an image that is none', async () => {
    const config = store.add(Buffer.from('{}'), 'application/vnd.example.chart.config.v1+json');
    store.manifest('test/chart', 'application/vnd.oci.image.manifest.v1+json', {
      schemaVersion: 2,
      config,
      layers: [],
    });
    store.manifest('test/odd', 'application/json', {
      schemaVersion: 2,
      config: { digest: 'md5:1', size: 1 },
      layers: [],
    });
    const { error } = await lock(catalog('test/chart', 'test/odd'));
    expect(error).toContain('it is not a container image, but application/vnd.example.chart.config.v1+json');
    expect(error).toContain('its manifest has a digest that mcpgen cannot check: md5:1');
  });
});

describe('docker://IMAGE', () => {
  test('is a catalog of one server, if the image describes itself', async () => {
    const metadata =
      'name: own\ndescription: x\nvolumes: ["{{own.dir}}:/data"]\nconfig: [{name: own, properties: {dir: {}}}]\n';
    store.image('test/own:2', { ...nodeConfig, Labels: { 'io.docker.server.metadata': metadata } }, [system, node]);
    expect(await lock('docker://test/own:2')).toMatchObject({ status: 0, error: expect.stringContaining('3 images') });
    expect(locked().images.get('test/own:2')?.metadata).toBe(metadata);
    expect(selfDescribedCatalog('test/own:2', metadata)).toMatch(
      /^name: own\n(.*\n)*type: server\nimage: test\/own:2\n$/,
    );
    expect(selfDescribedCatalog('a.io/b/my-server', 'title: x')).toContain('name: my-server\n');
    const hostile = 'registry: {a: {image: evil}}\nservers: []\nimage: evil\ntitle: "x\\LimageX: evil"\n';
    expect(selfDescribedCatalog('test/own:2', hostile)).toBe(
      'name: own\nimage: test/own:2\ntitle: "x\\u2028imageX: evil"\ntype: server\n',
    );
  });

  test('is an error if it does not, or is not there', async () => {
    expect(await lock('docker://test/named')).toEqual({
      status: 2,
      out: '',
      error: 'error: docker://test/named does not describe itself: it has no label io.docker.server.metadata\n',
    });
    expect((await lock('docker://test/absent')).error).toContain('cannot read docker://test/absent: 127');
  });
});

test('the digest in the lock is that of the bytes in the registry', async () => {
  const facts = await factsOf('test/named');
  expect(facts.digest).toBe(digestOf(store.manifests.get('test/named:latest')?.bytes ?? Buffer.of()));
});
