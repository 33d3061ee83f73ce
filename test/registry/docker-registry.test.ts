// A real registry (Debian's docker-registry): plain, behind TLS of our own CA, with a login, and through a proxy.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, gzip, Store, zstd } from '../image/images.ts';
import { Workspace } from '../image/mcpgen.ts';
import { isRegistryInstalled, startRegistry, stopRegistries } from './docker-registry.ts';
import { addArtifact, catalogArtifact, catalogType, profileType } from './artifacts.ts';
import { push } from './push.ts';

const isInstalled = isRegistryInstalled && spawnSync('openssl', ['version']).status === 0;
if (!isInstalled)
  console.warn('skipped: no docker-registry or no openssl here (apt-get install docker-registry openssl)');

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-registry-'));
const workspace = new Workspace();
const environment = { ...process.env };

afterAll(() => {
  stopRegistries();
  workspace.remove();
  rmSync(folder, { recursive: true });
  for (const name of ['HTTPS_PROXY', 'NO_PROXY', 'DOCKER_CONFIG', 'PATH']) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
});

/** Certificate of localhost, of an authority that nobody else knows. */
function makeCertificates(): void {
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test');
  openssl('req', ...key.slice(0, 5), '-keyout', 'tls.key', '-out', 'tls.csr', '-subj', '/CN=registry');
  writeFileSync(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1,DNS:registry.test\n');
  const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
  openssl('x509', '-req', '-in', 'tls.csr', '-out', 'tls.pem', ...sign);
}

/** `me` with the password `pass`, by bcrypt. */
const htpasswd = 'me:$2y$05$abcdefghijklmnopqrstuuZFBUbfXoM8LFiPx8LYlO/sXZB/Cwk3K\n';

describe.skipIf(!isInstalled)('docker-registry', () => {
  const store = new Store();
  const program2 = { path: 'app/run', content: '#!/bin/sh\n', mode: 0o755 };
  const layers = [
    store.layer(base, gzip),
    store.layer([program2], zstd),
    store.layer([{ path: 'root/' }, { path: '.wh.home' }]),
  ];
  const amd = store.image('test/real:amd', { Entrypoint: ['/app/run'], User: 'app' }, layers);
  const arm = store.image('test/real:arm', { Entrypoint: ['/app/run'] }, layers.slice(0, 2), 'linux/arm64');
  const index = store.index('test/real', { 'linux/amd64': amd, 'linux/arm64': arm });
  let plain = '';
  let secure = '';

  beforeAll(async () => {
    makeCertificates();
    writeFileSync(join(folder, 'htpasswd'), htpasswd);
    const tls = { certificate: join(folder, 'tls.pem'), key: join(folder, 'tls.key') };
    const auth = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
    [plain, secure] = await Promise.all([
      startRegistry(folder, 'plain', {}),
      startRegistry(folder, 'secure', { tls, auth }),
    ]);
    // The manifests of the index's platforms must be there before the index.
    await push(plain, store, 'test/real');
    const ca = readFileSync(join(folder, 'ca.pem'), 'utf8');
    await push(secure, store, 'test/real', { ca, login: 'me:pass' });
    workspace.write('catalog.yaml', 'registry:\n  real: {image: test/real}\n');
  });

  const lock = (host: string, ...args: string[]) => {
    const files = [workspace.path('catalog.yaml'), '-o', workspace.path('lock.yaml')];
    const images = ['--gateway-image', 'test/real', '--relay-image', '', '--registry-map', `docker.io=${host}`];
    return workspace.mcpgen('lock', ...files, ...images, ...args);
  };
  const ca = ['--ca-file', join(folder, 'ca.pem')];

  /** Docker's config.json, in a folder that DOCKER_CONFIG names. */
  function dockerConfig(config: object): void {
    process.env['DOCKER_CONFIG'] = folder;
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  }

  test('without TLS, on this machine', async () => {
    dockerConfig({});
    const { status, error } = await lock(plain);
    expect([status, error]).toEqual([0, expect.stringContaining('1 image, 1 read')]);
    const text = workspace.read('lock.yaml');
    expect(text).toContain(`digest: ${index.digest}\n    platforms: [linux/amd64, linux/arm64]\n`);
    expect(text).toContain('- {script: /app/run, mode: "0755", owner: "0:0"}');
    expect(text).toContain('/home/app: {state: absent}');
    expect((await lock(plain, '--check')).status).toBe(0);
  });

  test('catalogs and profiles that Docker pushed are pulled, say their digest, and compile offline', async () => {
    dockerConfig({});
    const artifacts = new Store();
    const digest = addArtifact(artifacts, 'team/catalog:v1', catalogType, catalogArtifact('real', 'test/real'));
    const profile = {
      version: 1,
      id: 'mine',
      name: 'Mine',
      servers: [
        {
          type: 'image',
          image: 'test/real',
          config: { port: 8080 },
          tools: ['one'],
          snapshot: {
            server: { name: 'mine', type: 'server', image: 'test/real', command: ['--port={{mine.port}}'] },
          },
        },
      ],
    };
    addArtifact(artifacts, 'team/profile:latest', profileType, profile);
    addArtifact(artifacts, 'team/other:latest', 'application/vnd.docker.mcp.server', { registry: [] });
    for (const name of ['team/catalog', 'team/profile', 'team/other']) await push(plain, artifacts, name);
    const file = workspace.path('pulled.yaml');
    const pulled = await workspace.mcpgen('pull', `${plain}/team/catalog:v1`, '-o', file);
    expect(pulled).toEqual({ status: 0, out: '', error: expect.stringContaining(`catalog@${digest}\n`) });
    expect(workspace.read('pulled.yaml')).toMatch(new RegExp(`^# The catalog ${plain}/team/catalog@${digest}, `));
    const byDigest = await workspace.mcpgen('pull', `${plain}/team/catalog@${digest}`, '-o', '-');
    expect(byDigest.out).toBe(workspace.read('pulled.yaml'));
    const entrypoints = ['--entrypoints', workspace.write('entrypoints.yaml', 'test/real: [/app/run]\n')];
    expect((await workspace.mcpgen(file, ...entrypoints)).out).toContain('  real:\n    image: test/real\n');
    const other = workspace.path('profile.yaml');
    await workspace.mcpgen('pull', `${plain}/team/profile`, '-o', other);
    const { out } = await workspace.mcpgen(other, ...entrypoints);
    expect(out).toContain('- --port=8080\n');
    expect(out).toContain('allowTools:\n      - one\n');
    for (const name of ['team/other', 'test/real']) {
      const { status, error } = await workspace.mcpgen('pull', `${plain}/${name}`, '-o', '-');
      expect([status, error]).toEqual([2, expect.stringContaining('it is not a catalog or profile of Docker')]);
    }
  });

  test('with TLS and a login', async () => {
    dockerConfig({ auths: { [secure]: { auth: Buffer.from('me:pass').toString('base64') } } });
    rmSync(workspace.path('lock.yaml'), { force: true });
    const { status, error } = await lock(secure, ...ca);
    expect([status, error]).toEqual([0, expect.stringContaining('1 read')]);
  });

  test('with a login that a credential helper knows', async () => {
    const helper = join(folder, 'docker-credential-fortest');
    writeFileSync(
      helper,
      `#!/bin/sh\nread server\n[ "$1 $server" = "get ${secure}" ] && echo '{"Username":"me","Secret":"pass"}'\n`,
      { mode: 0o755 },
    );
    process.env['PATH'] = `${folder}:${environment['PATH']}`;
    dockerConfig({ credHelpers: { [secure]: 'fortest' } });
    const { status, error } = await lock(secure, ...ca, '--check');
    expect([status, error]).toEqual([0, expect.stringContaining('1 unchanged')]);
  });

  test.each([
    ['its authority is not known', [], {}, 'its certificate is not trusted'],
    ['there is no login', ca, {}, 'wants a login: run docker login'],
    ['the login is wrong', ca, { auth: Buffer.from('me:wrong').toString('base64') }, 'does not let us read it'],
  ])('when %s, it says so', async (_, args, entry, message) => {
    dockerConfig({ auths: { [secure]: entry } });
    rmSync(workspace.path('lock.yaml'), { force: true });
    const { status, error } = await lock(secure, ...args);
    expect([status, error]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(workspace.path('lock.yaml'))).toBe(false);
  });

  test('through a proxy, which finds a name that this machine does not know', async () => {
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(String(request.url));
      const upstream = connect(Number(secure.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [upstream, socket]) end.on('error', () => end.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    dockerConfig({ auths: { 'registry.test:444': { username: 'me', password: 'pass' } } });
    const { status, error } = await lock('registry.test:444', ...ca);
    expect([status, error]).toEqual([0, expect.stringContaining('1 read')]);
    expect(new Set(tunnels)).toEqual(new Set(['registry.test:444']));
    delete process.env['HTTPS_PROXY'];
    proxy.closeAllConnections();
    proxy.close();
  });
});
