// `mcpgen mend` against real registries (Debian's docker-registry): what it would change, what it writes, and what a lock then says of it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, changedHeader, digestOf, gzip, padded, paxHeader, Store, tar, tarHeader } from '../image/images.ts';
import { Workspace } from '../image/mcpgen.ts';
import { isRegistryInstalled, startRegistry, stopRegistries } from '../registry/docker-registry.ts';
import { push } from '../registry/push.ts';
import { startRegistry as startStandIn, type TestRegistry } from '../registry/stand-in.ts';

if (!isRegistryInstalled) console.warn('skipped: no docker-registry here (apt-get install docker-registry)');

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-open-'));
const workspace = new Workspace();
const store = new Store();

/** As mcp/fetch is made: a venv whose interpreter is below /root. */
const fetch = store.layer([
  ...base,
  { path: 'app/.venv/bin/python', target: '/root/python/bin/python3' },
  { path: 'app/.venv/bin/fetch', content: '#!/app/.venv/bin/python\n', mode: 0o755 },
  { path: 'root/python/bin/python3', content: '\x7fELF', mode: 0o755 },
]);
const fetchConfig = { Entrypoint: ['fetch'], Env: ['PATH=/app/.venv/bin:/bin'], User: 'root' };
const amd = store.image('mcp/fetch:amd', fetchConfig, [fetch]);
store.image('mcp/fetch', fetchConfig, [fetch]);
const arm = store.image('mcp/fetch:arm', { Entrypoint: ['/bin/busybox'] }, [store.layer(base)], 'linux/arm64');
const windows = store.image('mcp/fetch:win', { Entrypoint: ['/bin/busybox'] }, [store.layer(base)], 'windows/amd64');
const index = store.index('mcp/fetch:all', {
  'linux/amd64': amd,
  'linux/arm64': arm,
  'windows/amd64': windows,
  'unknown/unknown': arm,
});

/** A file that only its owner may read, with all that a header can say, in a closed directory, by another name. */
const program = { path: 'opt/x/real', content: '#!/bin/sh\necho yes\n', mode: 0o700, uid: 300_000, gid: 7 };
const timed = changedHeader(tarHeader(program), (header) => header.write('14000000000', 136));
const attributes = { uid: '300000', 'SCHILY.xattr.user.note': 'grüße', mtime: '1610612736.25' };
const closed = store.archive(
  Buffer.concat([
    tar([...base, { path: 'opt/', mode: 0o700, uid: 5, gid: 6 }, { path: 'opt/x/', mode: 0o755 }]).subarray(0, -1024),
    paxHeader(attributes),
    timed,
    padded(Buffer.from(program.content)),
    tar([{ path: 'opt/x/run', target: 'opt/x/real', isHardLink: true }]),
  ]),
);
store.image('mcp/closed', { Entrypoint: ['/opt/x/run'] }, [closed, store.layer([{ path: 'opt/x/other' }])]);

const setuid = { path: 'opt/run', content: '\x7fELF', mode: 0o4700 };
store.image('mcp/setuid', { Entrypoint: ['/opt/run'] }, [store.layer([...base, setuid])]);
store.image('mcp/none', {}, [store.layer(base)]);
const layer = store.layer([...base, { path: 'opt/run', content: '\x7fELF', mode: 0o700 }]);
store.image('mcp/damaged', { Entrypoint: ['/opt/run'] }, [
  layer,
  store.add(gzip(tar([{ path: 'x' }])), layer.mediaType),
]);

/** The entries of a layer with their content. */
async function entriesOf(bytes: Uint8Array): Promise<(Header & { text: string })[]> {
  const found: (Header & { text: string })[] = [];
  const archive = extract();
  archive.end(gunzipSync(bytes));
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    found.push({ ...entry.header, text: Buffer.concat(chunks).toString('utf8') });
  }
  return found;
}

interface ManifestJson {
  readonly mediaType: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[];
  readonly manifests: readonly { readonly digest: string; readonly platform: object }[];
  readonly annotations: Readonly<Record<string, string>>;
}

describe.skipIf(!isRegistryInstalled)('docker-registry', () => {
  let [host, secure] = ['', ''];
  let standIn: TestRegistry;
  const get = async (repository: string, path: string): Promise<Uint8Array> => {
    const accept = ['manifest', 'index'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join(', ');
    const response = await globalThis.fetch(`http://${host}/v2/${repository}/${path}`, { headers: { accept } });
    if (response.status !== 200) throw new Error(`${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const json = async <T>(repository: string, path: string): Promise<T> =>
    JSON.parse(Buffer.from(await get(repository, path)).toString('utf8')) as T;
  const open = (image: string, to: string, ...args: string[]) =>
    workspace.mcpgen('mend', image, '--to', to, '--registry-map', `docker.io=${host}`, ...args);

  beforeAll(async () => {
    process.env['DOCKER_CONFIG'] = folder;
    writeFileSync(join(folder, 'config.json'), '{}');
    // `me` with the password `pass`, by bcrypt.
    const htpasswd = 'me:$2y$05$abcdefghijklmnopqrstuuZFBUbfXoM8LFiPx8LYlO/sXZB/Cwk3K\n';
    writeFileSync(join(folder, 'htpasswd'), htpasswd);
    const auth = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
    standIn = await startStandIn(store);
    [host, secure] = await Promise.all([startRegistry(folder, 'plain', {}), startRegistry(folder, 'secure', { auth })]);
    for (const name of ['fetch', 'closed', 'setuid', 'none', 'damaged']) await push(host, store, `mcp/${name}`);
  });
  afterAll(async () => {
    await standIn.close();
    stopRegistries();
    workspace.remove();
    rmSync(folder, { recursive: true });
    delete process.env['DOCKER_CONFIG'];
  });

  test('shows what would change, and writes nothing', async () => {
    const outcome = await open('mcp/fetch', `${host}/team/dry:open`);
    expect(outcome).toEqual({
      status: 0,
      out: 'linux/amd64 /root 0700 -> 0711\n',
      error: expect.stringMatching(/^\S+\/team\/dry@sha256:[0-9a-f]{64} would have these modes; --push writes it\n$/),
    });
    await expect(get('team/dry', 'manifests/open')).rejects.toThrow('404');
  });

  test('writes one layer more, with the original below it, which a lock then finds open', async () => {
    const dry = await open('mcp/fetch', `${host}/team/fetch:open`);
    const { status, out, error } = await open('mcp/fetch', `${host}/team/fetch:open`, '--push');
    expect([status, error]).toEqual([0, expect.stringContaining('written, blobs: 1 mounted, 2 sent')]);
    expect(dry.error).toContain(out.trim());
    const manifest = await json<ManifestJson>('team/fetch', 'manifests/open');
    expect(out).toBe(`${host}/team/fetch@${digestOf(await get('team/fetch', 'manifests/open'))}\n`);
    expect(manifest.annotations).toEqual({
      'org.opencontainers.image.base.name': 'docker.io/mcp/fetch:latest',
      'org.opencontainers.image.base.digest': amd.digest,
    });
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([fetch.digest, expect.any(String)]);
    const added = await get('team/fetch', `blobs/${manifest.layers[1]?.digest}`);
    const entries = await entriesOf(added);
    expect(entries.map(({ name, mode, type }) => [name, mode, type])).toEqual([['root/', 0o711, 'directory']]);
    const config = await json<{ rootfs: { diff_ids: string[] } }>('team/fetch', `blobs/${manifest.config.digest}`);
    expect(config.rootfs.diff_ids[1]).toBe(digestOf(gunzipSync(added)));

    const catalog = workspace.write('open.yaml', `registry: {fetch: {image: ${host}/team/fetch:open}}\n`);
    const file = workspace.path('open.lock.yaml');
    const images = ['--gateway-image', 'mcp/fetch', '--relay-image', '', '--registry-map', `docker.io=${host}`];
    expect((await workspace.mcpgen('lock', catalog, '-o', file, ...images)).status).toBe(0);
    const compiled = await workspace.mcpgen(catalog, '--lock', file, '--verbose');
    expect([compiled.status, compiled.error]).toEqual([0, expect.stringContaining('runs as 1000:1000')]);
  });

  test('does nothing the second time, and nothing for an image that others can run', async () => {
    const again = await open('mcp/fetch', `${host}/team/fetch:open`, '--push');
    expect(again).toMatchObject({ status: 0, error: expect.stringContaining('it already exists') });
    const others = await open(`${host}/team/fetch:open`, `${host}/team/fetch:more`, '--push');
    expect(others).toEqual({ status: 0, out: '', error: expect.stringContaining('nothing is to be changed') });
  });

  test('keeps owner, time and attributes; files that are closed are copied, hard links followed', async () => {
    const { out } = await open('mcp/closed', `${host}/team/closed:open`);
    expect(out).toBe('linux/amd64 /opt 0700 -> 0711\nlinux/amd64 /opt/x/run 0700 -> 0755\n');
    const { status } = await open('mcp/closed', `${host}/team/closed:open`, '--push');
    expect(status).toBe(0);
    const { layers } = await json<ManifestJson>('team/closed', 'manifests/open');
    const [opt, x, run, ...others] = await entriesOf(await get('team/closed', `blobs/${layers[2]?.digest}`));
    expect(opt).toMatchObject({ name: 'opt/', mode: 0o711, uid: 5, gid: 6 });
    expect(x).toMatchObject({ name: 'opt/x/', mode: 0o755, uid: 0 });
    expect(run).toMatchObject({ name: 'opt/x/run', mode: 0o755, gid: 7, type: 'file', text: program.content });
    expect(run?.mtime).toEqual(new Date(0o14000000000 * 1000));
    expect(run?.pax).toMatchObject(attributes);
    expect(others).toEqual([]);
  });

  test('opens each Linux platform of an index, keeps those that are open, and leaves out what is for no platform', async () => {
    const { status, error } = await open('mcp/fetch:all', `${host}/team/all:open`, '--push');
    expect([status, error]).toEqual([0, expect.stringContaining('linux/amd64 /root 0700 -> 0711')]);
    const { manifests, annotations } = await json<ManifestJson>('team/all', 'manifests/open');
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    expect(manifests[1]?.digest).toBe(arm.digest);
    const opened = await json<ManifestJson>('team/all', `manifests/${manifests[0]?.digest}`);
    expect(annotations['org.opencontainers.image.base.digest']).toBe(index.digest);
    expect(opened.annotations['org.opencontainers.image.base.digest']).toBe(amd.digest);
  });

  test('copies layers from another registry, with a login; without one nothing is written', async () => {
    const args = ['mcp/fetch', '--to', `${secure}/team/fetch:open`, '--registry-map', `docker.io=${standIn.host}`];
    const refused = await workspace.mcpgen('mend', ...args, '--push');
    expect(refused).toMatchObject({ status: 2, out: '', error: expect.stringContaining('wants a login') });
    const wrong = { auths: { [secure]: { auth: Buffer.from('me:wrong').toString('base64') } } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(wrong));
    const other = await workspace.mcpgen('mend', ...args, '--push');
    expect(other.error).toContain('does not let us write to it: it wants another login');
    const right = { auths: { [secure]: { auth: Buffer.from('me:pass').toString('base64') } } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(right));
    const { status, error } = await workspace.mcpgen('mend', ...args, '--push');
    expect([status, error]).toEqual([0, expect.stringContaining('written, blobs: 1 copied, 2 sent')]);
  });

  test('a layer that is not what its digest says is not copied', async () => {
    standIn.fault = (request, response) => {
      // Only its third reading, which is the copy, is another one.
      const reads = standIn.requests.filter((line) => line.includes(fetch.digest)).length;
      if (!request.url?.includes(fetch.digest) || reads < 3) return false;
      const bytes = Buffer.alloc(fetch.size, 1);
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      return true;
    };
    standIn.requests.length = 0;
    const args = ['mcp/fetch', '--to', `${host}/team/lied:open`, '--registry-map', `docker.io=${standIn.host}`];
    const { status, error } = await workspace.mcpgen('mend', ...args, '--push');
    standIn.fault = () => false;
    expect([status, error]).toEqual([2, expect.stringMatching(/digest/i)]);
    await expect(get('team/lied', 'manifests/open')).rejects.toThrow('404');
  });

  test.each([
    ['mcp/setuid', 'team/x:1', '/opt/run runs with more rights than its user has: it stays closed'],
    ['mcp/none', 'team/x:1', 'it has no program of its own to start'],
    ['mcp/damaged', 'team/x:1', 'diff_ids does not have one digest for each layer'],
    ['mcp/fetch:win', 'team/x:1', 'it is not made for Linux, but for windows/amd64'],
    ['mcp/absent', 'team/x:1', 'has no such image'],
    ['mcp/fetch', 'mcp/fetch', 'it is the image itself; choose another tag or repository'],
    ['mcp/fetch', `team/x@${amd.digest}`, 'its digest is not known yet; write REPOSITORY:TAG'],
    ['mcp/fetch', 'Team/x', 'a repository has no capital letters'],
  ])('%s to %s: %s', async (image, to, problem) => {
    const outcome = await open(image, `${host}/${to}`, '--push');
    expect(outcome).toMatchObject({ status: 2, out: '', error: expect.stringContaining(problem) });
  });

  test('docs/cli.md shows what its commands print, and --help has the same', async () => {
    const commands = ['', ' --push'].map((more) => `mcpgen mend mcp/fetch --to registry.example/mcp/fetch:open${more}`);
    const shown: string[] = [];
    for (const command of commands) {
      const args = command
        .split(' ')
        .slice(2)
        .map((word) => word.replace('registry.example/mcp', `${host}/docs`));
      const { status, out, error } = await workspace.mcpgen('mend', ...args, '--registry-map', `docker.io=${host}`);
      expect(status).toBe(0);
      const lines = (args.includes('--push') ? error + out : out + error).trimEnd().split('\n');
      shown.push(...[`$ ${command}`, ...lines].map((line) => `    ${line}\n`));
    }
    const text = shown.join('').replaceAll(`${host}/docs`, 'registry.example/mcp');
    const transcript = text.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…');
    const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
    expect(page.match(/^(?: {4}.*\n)+/gm)).toContain(transcript);
    const { out } = await workspace.mcpgen('mend', '--help');
    for (const command of commands) expect(out).toContain(`  ${command}\n`);
  });
});
