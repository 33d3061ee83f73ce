// Random and damaged bytes to every reader of foreign data: nothing but the errors that are meant, and no more memory than is given.

import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LayerLimitError } from '../../generator/image/layer-builder.ts';
import { readLayerIndex } from '../../generator/image/layer-index.ts';
import { readLayer } from '../../generator/image/layers.ts';
import { readLock } from '../../generator/image/lock.ts';
import { follow, mergeLayers } from '../../generator/image/tree.ts';
import { parseChallenges, parseHelperAnswer, storedCredentials } from '../../generator/registry/credentials.ts';
import { sha256 } from '../../generator/registry/digest.ts';
import { parseDockerConfig } from '../../generator/registry/docker-config.ts';
import { ContentError, refusal, RegistryError } from '../../generator/registry/error.ts';
import { parseJson } from '../../generator/registry/json.ts';
import { checkMediaType } from '../../generator/registry/media-type.ts';
import { isIndex, readConfig, readIndex, readManifest } from '../../generator/registry/manifest.ts';
import { readSource } from '../../generator/source.ts';
import { base, gzip, paxHeader, Store, tar, tarHeader, zstd } from './images.ts';

const memory = 1024 ** 2;
/** What bad input may throw; all else is a mistake of ours. */
const meant = [RegistryError, ContentError, LayerLimitError];

async function onlyMeant(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!meant.some((kind) => error instanceof kind)) throw error;
  }
}

/** A reader that never ends is a mistake as well. */
async function ends<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(20_000, undefined, { signal: timer.signal }).then(() => {
    throw new Error('it does not end');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 300) yield Uint8Array.from(bytes.subarray(start, start + 300));
}

/** Some bytes of a good text changed, cut out, or doubled. */
function damaged(good: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'double', 'end') });
  return fc.tuple(fc.constantFrom(...good), fc.array(change, { maxLength: 6 })).map(([bytes, changes]) => {
    let changed = Buffer.from(bytes);
    for (const { at, byte, kind } of changes) {
      const place = at % Math.max(changed.length, 1);
      if (kind === 'set' && changed.length > 0) changed[place] = byte;
      else if (kind === 'cut')
        changed = Buffer.concat([changed.subarray(0, place), changed.subarray(place + 1 + (byte % 40))]);
      else if (kind === 'double') changed = Buffer.concat([changed.subarray(0, place + byte), changed.subarray(place)]);
      else if (kind === 'end') changed = changed.subarray(0, place);
    }
    return changed;
  });
}

const plain = Buffer.concat([
  paxHeader({ path: `long/${'x'.repeat(200)}`, uid: '5' }),
  tarHeader({ path: 'x' }),
  paxHeader({ comment: 'all' }, 'g'),
  tarHeader({ path: 'l', target: 'long' }),
  tarHeader({ path: 'l/.wh.a' }),
  tar([
    ...base,
    { path: 'h', target: 'etc/passwd', isHardLink: true },
    { path: 'run', content: '#!/bin/sh\n', mode: 0o755 },
  ]),
]);

/** Any archive: its headers have the right sum, so that what they say is looked at. */
const archives = fc
  .array(
    fc.record({
      path: fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.constantFrom('a', 'a/', 'a/b', 'l/x', '..', '.wh.a', '.wh..wh..opq'),
      ),
      type: fc.constantFrom('0', '1', '2', '3', '5', '6', '7', 'x', 'g', 'L', 'K', 'Z'),
      target: fc.option(fc.constantFrom('a', '/', 'l', '../..', 'a/b/c'), { nil: undefined }),
      size: fc.oneof(fc.constant(0), fc.nat(2000), fc.nat(8 ** 11 - 1)),
    }),
    { maxLength: 12 },
  )
  .map((entries) => {
    const blocks = entries.flatMap(({ path, type, target, size }) => {
      const header = tarHeader({ path, ...(target !== undefined && { target }) }, size);
      header.write(type, 156);
      header.write('        ', 148);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return [header, Buffer.alloc(size < 2000 ? Math.ceil(size / 512) * 512 : 0, '9 a=b\n')];
    });
    return Buffer.concat(blocks);
  });

test('layers: whatever the bytes are', { timeout: 120_000 }, async () => {
  const good = [plain, gzip(plain), zstd(plain)];
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), damaged(good), archives, archives.map(gzip));
  await fc.assert(
    fc.asyncProperty(bytes, bytes, (lower, upper) =>
      onlyMeant(async () => {
        const layers = [await ends(readLayer(pieces(lower), memory)), await ends(readLayer(pieces(upper), memory))];
        for (const { size } of layers) expect(size).toBeLessThanOrEqual(memory);
        const root = mergeLayers(layers);
        for (const path of ['/etc/passwd', '/l/x', '/a/b', '/run', '/h']) follow(root, path);
      }),
    ),
    { numRuns: 700, endOnFailure: true },
  );
});

test('indexes of layers: whatever they say', { timeout: 60_000 }, async () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.constant([]), fc.boolean());
  const entry = fc.record(
    {
      name: fc.oneof(fc.constantFrom('a', 'a/b', 'etc/passwd', '.wh.a'), value),
      type: fc.oneof(fc.constantFrom('dir', 'reg', 'symlink', 'hardlink', 'chunk', '__proto__'), value),
      ...Object.fromEntries(
        ['size', 'mode', 'uid', 'gid', 'linkName', 'offset', 'digest'].map((name) => [name, value]),
      ),
    },
    { requiredKeys: ['name', 'type'] },
  );
  const json = fc.oneof(
    fc.record({ entries: fc.array(fc.oneof(entry, value)) }),
    fc.json().map((text) => JSON.parse(text) as unknown),
  );
  await fc.assert(
    fc.asyncProperty(json, (index) => {
      const bytes = gzip(Buffer.from(JSON.stringify(index)));
      const annotations = {
        'io.github.containers.zstd-chunked.manifest-position': `0:${bytes.length}:0:1`,
        'io.github.containers.zstd-chunked.manifest-checksum': sha256(bytes),
      };
      const descriptor = { digest: sha256(bytes), size: bytes.length + 1000, annotations };
      return onlyMeant(() =>
        readLayerIndex(descriptor, async (start, end) => Buffer.from(bytes.subarray(start, end)), memory),
      );
    }),
    { numRuns: 1500 },
  );
});

const store = new Store();
const image = store.image('a', { Entrypoint: ['x'], Env: ['A=b'], User: 'app' }, [store.layer(base)]);
store.index('b', { 'linux/amd64': image });
const documents = [...store.manifests.values()].map(({ bytes }) => bytes);
const configs = [...store.blobs.values()].filter((bytes) => bytes[0] === 0x7b);
const anyJson = fc.jsonValue({ maxDepth: 5 }).map((json) => Buffer.from(JSON.stringify(json)));

test('manifests, indexes and configurations', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(damaged([...documents, ...configs]), anyJson, fc.uint8Array()),
      fc.string(),
      (bytes, type) =>
        onlyMeant(() => {
          const json = parseJson(bytes, 'its manifest');
          checkMediaType(json, type);
          if (isIndex(json)) readIndex(json, 'linux/amd64');
          readConfig(json);
          readManifest(json);
        }),
    ),
    { numRuns: 5000 },
  );
});

test("Docker's config, helpers' answers, challenges and refusals", () => {
  const config = Buffer.from(
    JSON.stringify({
      auths: { 'r.example': { auth: 'dTpodW50ZXIy' } },
      credHelpers: { a: 'b' },
      credsStore: 'desktop',
    }),
  );
  fc.assert(
    fc.property(fc.oneof(damaged([config]), anyJson, fc.uint8Array()), (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      const parsed = parseDockerConfig(text);
      if ('problem' in parsed) expect(parsed.problem).not.toContain('dTpodW50ZXIy');
      else storedCredentials(parsed, 'r.example');
      parseHelperAnswer(text);
      parseChallenges(text);
      refusal('r.example', 403, text, { 'retry-after': text });
    }),
    { numRuns: 5000 },
  );
});

test('lock files', { timeout: 60_000 }, () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const lock = Buffer.from(
    `version: 1\nplatform: linux/amd64\ngateway: g\nimages:\n  g:\n    digest: ${digest}\n    platforms: [linux/amd64]\n    runsAs: {uid: 1, gid: 2, groups: [3]}\n    programs:\n      - argv: [x]\n        needs:\n          - {run: /x, mode: "0755", owner: "0:0"}\n    places:\n      /x: {state: empty, mode: "0755", owner: "0:0"}\n`,
  );
  fc.assert(
    fc.property(damaged([lock]), (bytes) => {
      const { value } = readSource('l', Buffer.from(bytes).toString('utf8'));
      const read = value && readLock(value).value;
      for (const { runsAs, programs } of read?.images.values() ?? []) {
        const ids = [runsAs?.uid ?? 0, ...programs.flatMap(({ needs }) => needs.map(({ uid }) => uid))];
        for (const id of ids) expect(Number.isInteger(id) && id >= 0 && id < 2 ** 32).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
