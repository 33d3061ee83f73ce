// What is read of layers: permissions and links, laid over each other as container runtimes do.

import { describe, expect, test } from 'vitest';
import { LayerError } from '../../generator/image/layer-builder.ts';
import { readLayer } from '../../generator/image/layers.ts';
import { type Entry, follow, mergeLayers } from '../../generator/image/tree.ts';
import { changedHeader, type File, gzip, paxHeader, tar, tarHeader, zstd } from './images.ts';

async function* pieces(content: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += size)
    yield Uint8Array.from(content.subarray(start, start + size));
}

async function imageOf(...layers: (readonly File[])[]): Promise<(path: string) => Entry | undefined> {
  const read = await Promise.all(layers.map((files) => readLayer(pieces(gzip(tar(files))))));
  const root = mergeLayers(read);
  return (path) => follow(root, path).entry;
}

const script = { path: 'app/run', content: '#!/bin/sh\n', mode: 0o750, uid: 5, gid: 6 };

describe('one layer', () => {
  const plain = tar([{ path: 'app/', mode: 0o711 }, script]);

  test.each([
    ['gzip', gzip(plain)],
    ['two members of gzip', Buffer.concat([gzip(plain.subarray(0, 700)), gzip(plain.subarray(700))])],
    ['zstd', zstd(plain)],
    [
      'two frames of zstd and one to skip',
      Buffer.concat([zstd(plain.subarray(0, 700)), skippable(), zstd(plain.subarray(700))]),
    ],
    ['no compression', plain],
    ['no end of the archive', gzip(plain.subarray(0, -1024))],
    ['no padding of the last file, as umoci writes it', gzip(plain.subarray(0, 1536 + script.content.length))],
  ])('with %s', async (_, bytes) => {
    const root = mergeLayers([await readLayer(pieces(bytes))]);
    expect(follow(root, '/app/run').entry).toEqual({ kind: 'file', mode: 0o750, uid: 5, gid: 6, text: '#!/bin/sh\n' });
    expect(follow(root, '/app').entry).toMatchObject({ kind: 'directory', mode: 0o711 });
  });

  test('compressed by the zstd program, at a high level', async () => {
    // printf '#!/bin/sh\n' > run; chmod 755 run; tar --owner 0 --group 0 --mtime @0 -c run | zstd -19
    const bytes = Buffer.from(fixture, 'base64');
    const root = mergeLayers([await readLayer(pieces(bytes, 7))]);
    expect(follow(root, '/run').entry).toMatchObject({ kind: 'file', mode: 0o755, text: '#!/bin/sh\n' });
  });

  test.each([
    ['a broken header', gzip(Buffer.concat([Buffer.from('x'.repeat(512)), plain]))],
    ['broken gzip', Buffer.concat([gzip(plain).subarray(0, 60), Buffer.alloc(50, 7)])],
    ['truncated gzip', gzip(plain).subarray(0, -20)],
    ['truncated zstd', zstd(plain).subarray(0, -20)],
    ['a file cut short', gzip(tar([{ path: 'big', content: 'x'.repeat(5000) }]).subarray(0, 2000))],
    ['xz', Buffer.concat([Buffer.from([0xfd]), Buffer.from('7zXZ\0......')])],
  ])('that is damaged (%s) is refused', async (_, bytes) => {
    await expect(readLayer(pieces(bytes))).rejects.toThrow(LayerError);
  });

  test('a few bytes that unpack to a gigabyte stay few', async () => {
    const before = process.memoryUsage().rss;
    const header = tar([{ path: 'zeros', content: '' }]).subarray(0, 512);
    header.write((1024 ** 3).toString(8).padStart(11, '0'), 124);
    header.write('        ', 148);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    const start = zstd(header);
    start[6] = (start[6] ?? 0) & ~1; // not the last block
    const run = Buffer.from([((65536 << 3) & 0xff) | 2, ((65536 << 3) >> 8) & 0xff, ((65536 << 3) >> 16) & 0xff, 0]);
    const end = Buffer.from([1, 0, 0]);
    const bytes = Buffer.concat([start, ...Array.from({ length: 16384 }, () => run), end]);
    expect(bytes.length).toBeLessThan(80_000);
    const root = mergeLayers([await readLayer(pieces(bytes, 65536))]);
    expect(follow(root, '/zeros').entry).toMatchObject({ kind: 'file' });
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
});

test('a directory with a size has no content, and fields for all files are ignored, as by Docker', async () => {
  const directory = changedHeader(tarHeader({ path: 'a/', mode: 0o711 }), (header) => header.write('00000001000', 124));
  const plain = Buffer.concat([directory, paxHeader({ uid: '7' }, 'g'), paxHeader({ comment: 'x' }), tar([script])]);
  const root = mergeLayers([await readLayer(pieces(plain))]);
  expect([follow(root, '/a').entry?.mode, follow(root, '/app/run').entry?.uid]).toEqual([0o711, 5]);
});

describe('several layers', () => {
  test('a whiteout takes a file or a folder away, and spares what its own layer adds', async () => {
    const at = await imageOf(
      [{ path: 'a/one' }, { path: 'a/two' }, { path: 'b/three' }],
      [{ path: 'a/.wh.one' }, { path: '.wh.b' }, { path: 'b/four' }],
    );
    expect([at('/a/one'), at('/b/three')]).toEqual([undefined, undefined]);
    expect([at('/a/two')?.kind, at('/b/four')?.kind]).toEqual(['file', 'file']);
  });

  test('an opaque whiteout empties a folder of what is below, wherever it stands in its layer', async () => {
    const at = await imageOf(
      [{ path: 'a/', mode: 0o700 }, { path: 'a/old' }, { path: 'a/deep/old' }],
      [{ path: 'a/new' }, { path: 'a/.wh..wh..opq' }],
      [{ path: 'a/newer' }],
    );
    expect(at('/a/old') ?? at('/a/deep')).toBeUndefined();
    expect([at('/a/new')?.kind, at('/a/newer')?.kind, at('/a')?.mode]).toEqual(['file', 'file', 0o700]);
  });

  test('a folder keeps its permissions unless a layer names it', async () => {
    const at = await imageOf([{ path: 'a/', mode: 0o700, uid: 3 }], [{ path: 'a/b' }], [{ path: 'c/' }]);
    expect(at('/a')).toMatchObject({ mode: 0o700, uid: 3 });
    const changed = await imageOf([{ path: 'a/', mode: 0o700 }, { path: 'a/b' }], [{ path: 'a/', mode: 0o755 }]);
    expect([changed('/a')?.mode, changed('/a/b')?.kind]).toEqual([0o755, 'file']);
  });

  test('a file takes the place of a folder, and the other way round', async () => {
    const at = await imageOf([{ path: 'a/b' }, { path: 'c' }], [{ path: 'a' }, { path: 'c/d' }]);
    expect([at('/a')?.kind, at('/a/b'), at('/c/d')?.kind]).toEqual(['file', undefined, 'file']);
  });

  test('what is below a link to a folder goes to the folder', async () => {
    const at = await imageOf(
      [{ path: 'usr/lib/' }, { path: 'lib', target: 'usr/lib' }],
      [{ path: 'lib/x', mode: 0o600 }],
    );
    expect(at('/usr/lib/x')?.mode).toBe(0o600);
    expect(at('/lib/x')?.mode).toBe(0o600);
  });

  test('hard links have what they link to, of their own layer or one below', async () => {
    const at = await imageOf(
      [script],
      [
        { path: 'again', target: 'app/run', isHardLink: true },
        { path: 'x', mode: 0o640 },
        { path: 'y', target: 'x', isHardLink: true },
        { path: 'app/.wh.run' },
      ],
    );
    expect([at('/y')?.mode, at('/again')?.mode]).toEqual([0o640, 0o750]);
    expect(at('/app/run')).toBeUndefined();
  });

  test('the layers themselves are left as they are: several images may have them', async () => {
    const first = await readLayer(pieces(tar([{ path: 'a/b' }])));
    const second = await readLayer(pieces(tar([{ path: 'a/.wh.b' }, { path: 'a/c' }])));
    mergeLayers([first, second]);
    expect(follow(mergeLayers([first]), '/a/b').entry?.kind).toBe('file');
    expect(follow(mergeLayers([first]), '/a/c').entry).toBeUndefined();
  });
});

test('links are followed as the kernel does, and not for ever', async () => {
  const at = await imageOf([
    { path: 'a/b/file' },
    { path: 'l', target: '/a/b' },
    { path: 'a/up', target: '../l/./file' },
    { path: 'out', target: '../../../../a/b/file' },
    { path: 'loop', target: 'loop' },
    { path: 'gone', target: '/nowhere/x' },
  ]);
  expect([at('/l/file')?.kind, at('/a/up')?.kind, at('/out')?.kind]).toEqual(['file', 'file', 'file']);
  expect([at('/loop'), at('/gone'), at('/a/b/file/x')]).toEqual([undefined, undefined, undefined]);
});

test('names cannot lead out of the image', async () => {
  const at = await imageOf([{ path: '../../etc/x' }, { path: './/a/../b' }]);
  expect([at('/etc/x')?.kind, at('/b')?.kind]).toEqual(['file', 'file']);
});

function skippable(): Buffer {
  return Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
}

const fixture =
  'KLUv/QRoRQIAckMLEKAdDvQV/1T16drx6AAkjgwFLBLXFhGj8j3YEKCScbaHfszlXlP+IpT+6yYMCSBQNw/yhfcnaQwDYP93Jm8lAofT0yECFT5WOw==';
