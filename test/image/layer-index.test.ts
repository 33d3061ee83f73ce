// Layers with an index: the facts are the same as without, for a few kilobytes.

import { gunzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { fetchFacts, resolveImage } from '../../generator/image/inspect.ts';
import { lockImages } from '../../generator/image/lock-images.ts';
import { RegistryClient } from '../../generator/registry/client.ts';
import {
  base,
  type Config,
  type Descriptor,
  digestOf,
  type File,
  gzip,
  padded,
  Store,
  tar,
  tarHeader,
  zstd,
} from './images.ts';
import { startRegistry } from '../registry/stand-in.ts';

const store = new Store();
const registry = await startRegistry(store);
afterAll(() => registry.close());
beforeEach(() => {
  registry.fault = () => false;
  registry.requests.length = 0;
});

/** What an index says of a file, but for where its content is. */
function entryOf(file: File): object {
  const { path, content = '', mode, uid = 0, gid = 0, target, isHardLink } = file;
  const isDirectory = path.endsWith('/');
  const type = target !== undefined ? (isHardLink ? 'hardlink' : 'symlink') : isDirectory ? 'dir' : 'reg';
  return {
    name: path,
    type,
    uid,
    gid,
    mode: mode ?? (isDirectory ? 0o755 : 0o644),
    ...(target !== undefined && { linkName: target }),
    ...(type === 'reg' && content !== '' && { size: content.length, digest: digestOf(Buffer.from(content)) }),
  };
}

/** Headers and contents, each compressed by itself, and the index's entries for them. */
function compressParts(files: readonly File[], compress: (content: Uint8Array) => Buffer) {
  const parts: Buffer[] = [];
  const entries: object[] = [];
  let offset = 0;
  const add = (content: Uint8Array): number => {
    const part = compress(content);
    parts.push(part);
    offset += part.length;
    return offset - part.length;
  };
  for (const file of files) {
    add(tarHeader(file));
    const content = Buffer.from(file.target === undefined ? (file.content ?? '') : '');
    const start = content.length > 0 ? add(padded(content)) : undefined;
    entries.push({ ...entryOf(file), ...(start !== undefined && { offset: start, endOffset: offset }) });
  }
  return { bytes: Buffer.concat(parts), json: Buffer.from(JSON.stringify({ version: 1, entries })) };
}

function stargz(files: readonly File[]): Descriptor {
  const { bytes, json } = compressParts(files, gzip);
  const index = gzip(tar([{ path: 'stargz.index.json', content: json.toString() }]));
  // A gzip member of nothing, whose extra field says where the index is.
  const extra = Buffer.from(`SG\u0016\0${bytes.length.toString(16).padStart(16, '0')}STARGZ`, 'latin1');
  const footer = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 26, 0]), extra]);
  const end = Buffer.from([1, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
  return store.add(Buffer.concat([bytes, index, footer, end]), 'application/vnd.oci.image.layer.v1.tar+gzip', {
    'containerd.io/snapshot/stargz/toc.digest': digestOf(json),
  });
}

function zstdChunked(files: readonly File[]): Descriptor {
  const { bytes, json } = compressParts(files, zstd);
  const index = zstd(json);
  const skippable = Buffer.alloc(8);
  skippable.writeUInt32LE(0x184d2a50, 0);
  skippable.writeUInt32LE(index.length, 4);
  return store.add(Buffer.concat([bytes, skippable, index]), 'application/vnd.oci.image.layer.v1.tar+zstd', {
    'io.github.containers.zstd-chunked.manifest-position': `${bytes.length + 8}:${index.length}:${json.length}:1`,
    'io.github.containers.zstd-chunked.manifest-checksum': digestOf(index),
  });
}

const files: readonly File[] = [
  ...base,
  { path: 'app/run', content: '#!/usr/bin/env node\n', mode: 0o755 },
  { path: 'usr/bin/env', content: '\x7fELF', mode: 0o755 },
  { path: 'usr/local/bin/node', content: `\x7fELF${'n'.repeat(900_000)}`, mode: 0o755 },
  { path: 'big', content: `${Math.PI}`.repeat(300_000) },
  { path: 'again', target: 'app/run', isHardLink: true },
];
const config: Config = { Entrypoint: ['/again'], User: 'app' };
/** Removes what the first layer has, to show that whiteouts are among the entries. */
const second: readonly File[] = [{ path: 'home/.wh.app' }];

async function lockOne(name: string) {
  let bytes = 0;
  const client = new RegistryClient({ retryDelay: 1, onBytes: (more) => (bytes += more) });
  const wanted = [{ reference: name, commands: [], places: [], users: [] }];
  const registryMaps = [{ from: 'docker.io', to: registry.host }];
  const input = {
    wanted,
    present: new Map(),
    platform: 'linux/amd64',
    registryMaps,
    parallel: 1,
    checkOnly: false,
    time: 60_000,
  };
  const outcome = (await lockImages(client, input)).get(name);
  client.close();
  return { outcome, bytes };
}

/** '' for what is not gzip. */
function gunzip(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes).toString('latin1');
  } catch {
    return '';
  }
}

describe.each([
  ['eStargz', stargz, gzip, gunzip],
  // Its frames are not compressed here: a header of nine bytes, and the content.
  ['zstd:chunked', zstdChunked, zstd, (bytes: Uint8Array) => Buffer.from(bytes.subarray(9)).toString('latin1')],
])('%s', (name, make, compress, unpack) => {
  const repository = `test/${name.toLowerCase().replace(':', '-')}`;
  const layers = [make(files), make(second)];
  store.image(repository, config, layers);
  store.image(
    `${repository}-whole`,
    config,
    layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  );

  test('gives the same facts as the layer as a whole, for less', async () => {
    const byIndex = await lockOne(repository);
    const whole = await lockOne(`${repository}-whole`);
    const factsOf = ({ outcome }: typeof whole) => {
      if (outcome?.kind !== 'read') throw new Error(JSON.stringify(outcome));
      return { ...outcome.facts, digest: '' };
    };
    expect(factsOf(byIndex)).toEqual(factsOf(whole));
    expect(factsOf(byIndex).programs[0]?.needs.map(({ path }) => path)).toEqual([
      '/again',
      '/usr/bin/env',
      '/usr/local/bin/node',
      '/again',
    ]);
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    expect(whole.bytes).toBeGreaterThanOrEqual(size);
    expect(registry.requests.filter((line) => line.includes('blobs')).length).toBeGreaterThan(4);
    expect(byIndex.bytes).toBeLessThan(name === 'eStargz' ? size / 2 : 950_000);
  });

  test('is read as a whole where the registry gives no parts', async () => {
    registry.fault = (request) => {
      delete request.headers.range;
      return false;
    };
    expect((await lockOne(repository)).outcome?.kind).toBe('read');
  });

  test('is read as a whole if the index is not what its digest says', async () => {
    const key = Object.keys(layers[0]?.annotations ?? {}).find((candidate) => /digest|checksum/.test(candidate)) ?? '';
    const annotations = { ...layers[0]?.annotations, [key]: digestOf(Buffer.of(1)) };
    store.image(`${repository}-odd`, config, [{ ...(layers[0] as Descriptor), annotations }]);
    const { outcome, bytes } = await lockOne(`${repository}-odd`);
    expect(outcome?.kind).toBe('read');
    expect(bytes).toBeGreaterThan(layers[0]?.size ?? 0);
  });

  test('is refused if a file is not what the index says', async () => {
    registry.fault = (request, response) => {
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(String(request.headers.range)) ?? [];
      const part = store.blobs.get(request.url?.split('/').at(-1) ?? '')?.subarray(Number(start), Number(end) + 1);
      if (!part || !unpack(part).startsWith('#!/usr')) return false;
      response.writeHead(206).end(compress(Buffer.from('#!/bin/evil env node\n')));
      return true;
    };
    expect((await lockOne(repository)).outcome).toEqual({
      kind: 'failed',
      message: 'a layer cannot be read: the file app/run is not what its index says',
    });
  });
});

test('fetching facts piece by piece ends', async () => {
  const layer = stargz(files);
  store.image('test/direct', config, [layer]);
  const client = new RegistryClient();
  const image = await resolveImage(client, { registry: registry.host, repository: 'test/direct' }, 'linux/amd64');
  client.close();
  const root = { kind: 'directory' as const, mode: 0o755, uid: 0, gid: 0, children: new Map() };
  expect(
    (await fetchFacts(image, root, { reference: 'x', commands: [], places: [], users: [] })).programs,
  ).toHaveLength(1);
});
