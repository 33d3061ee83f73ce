// Layers that mean harm, by name: their bytes, the image that has them, and what is said of it.

import { changedHeader, type Config, gzip, padded, paxHeader, tar, tarHeader, zstd } from './images.ts';

interface HostileLayer {
  /** One by one, as they are large: one or more layers. */
  readonly bytes: () => readonly Uint8Array[];
  readonly image?: Config;
  readonly expected: string | RegExp;
}

const end = Buffer.alloc(1024);
const empty = (path: string, target?: string, isHardLink = false): Buffer =>
  tarHeader({ path, ...(target !== undefined && { target, isHardLink }) });
const archive = (...parts: Uint8Array[]): Uint8Array => gzip(Buffer.concat([...parts, end]));
const file = (path: string, content: string): Buffer =>
  Buffer.concat([tarHeader({ path, content }), padded(Buffer.from(content))]);

/** 120 folders in one header of 512 bytes, which packs to a few. */
function deepFolder(index: number): Buffer {
  return changedHeader(empty(`${'a/'.repeat(46)}f`), (header) => header.write(`${index}/${'b/'.repeat(73)}`, 345, 155));
}

/** Each link leads as deep as a path may, and the next entry goes on from there. */
function linksToLinks(): Uint8Array[] {
  const deep = `d/${'a/'.repeat(1900)}`;
  return [
    paxHeader({ path: `${deep}f` }),
    empty('f'),
    paxHeader({ linkpath: `/${deep}` }),
    empty('l', 'd'),
    paxHeader({ path: `l/${'b/'.repeat(1900)}f` }),
    empty('f'),
  ];
}

/** Two gigabytes of zeros and more, in a few megabytes. */
function bomb(): Uint8Array {
  const zeros = gzip(Buffer.alloc(64 * 1024 ** 2));
  return Buffer.concat([gzip(tarHeader({ path: 'zeros' }, 4 * 1024 ** 3)), ...Array.from({ length: 40 }, () => zeros)]);
}

/** Lines of .pth files that lead to one large folder again and again. */
function pythonThatSearches(): Uint8Array[] {
  const library = 'usr/lib/python3.12';
  return [
    tarHeader({ path: 'usr/bin/python3.12', mode: 0o755 }),
    ...Array.from({ length: 1000 }, (_, index) => empty(`d/${index}.py`)),
    ...Array.from({ length: 5 }, (_, index) => file(`${library}/${index}.pth`, '/d\n'.repeat(1300))),
  ];
}

export const hostileLayers: Readonly<Record<string, HostileLayer>> = {
  'hard-link-without-name': {
    bytes: () => [archive(changedHeader(empty('a'), (header) => header.write('1', 156)))],
    expected: 'its archive is damaged: a link in it has no target',
  },
  'symlink-without-target': {
    bytes: () => [archive(changedHeader(empty('bin/sh'), (header) => header.write('2', 156)))],
    expected: 'its archive is damaged: a link in it has no target',
  },
  'link-with-content': {
    bytes: () => [
      archive(
        changedHeader(tarHeader({ path: 'a', target: 'b' }), (header) => header.write('00000001000', 124)),
        empty('hidden'),
      ),
    ],
    expected: 'its archive is damaged: a link or device in it has content',
  },
  'deep-path': {
    bytes: () => [archive(paxHeader({ path: `${'a/'.repeat(60_000)}f` }), empty('f'))],
    expected: 'it has a path of more than 4096 characters',
  },
  'deep-by-links': {
    bytes: () => [archive(...linksToLinks())],
    expected: 'it has a path of more than 4096 characters',
  },
  'long-link': {
    bytes: () => [archive(paxHeader({ linkpath: 'b/'.repeat(3000) }), empty('a', 'b'))],
    expected: 'it has a path of more than 4096 characters',
  },
  'wide-and-deep': {
    bytes: () => [archive(...Array.from({ length: 9000 }, (_, index) => deepFolder(index)))],
    expected: 'its files take more than 256 MiB of memory',
  },
  'spread-over-layers': {
    bytes: () =>
      Array.from({ length: 8 }, (_, layer) =>
        archive(...Array.from({ length: 1200 }, (__, index) => deepFolder(layer * 2000 + index))),
      ),
    expected: 'its files take more than 256 MiB of memory',
  },
  'owner-out-of-range': {
    bytes: () => [archive(paxHeader({ uid: '99999999999' }), empty('a'))],
    expected: 'an owner that is out of range',
  },
  'owner-negative': {
    bytes: () => [archive(paxHeader({ gid: '-1' }), empty('a'))],
    expected: 'an owner that is out of range',
  },
  'size-not-a-number': {
    bytes: () => [archive(paxHeader({ size: 'x' }), empty('a'))],
    expected: 'its archive is damaged',
  },
  'extended-header-without-end': {
    bytes: () => [archive(changedHeader(tarHeader({ path: 'a' }, 8_000_000_000), (header) => header.write('x', 156)))],
    expected: 'its archive is damaged',
  },
  'gzip-bomb': {
    bytes: () => [bomb()],
    expected: 'it unpacks to more than 200 times its size',
  },
  'zstd-window': {
    // A frame whose window is 2 GiB less a bit.
    bytes: () => [Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3), zstd(tar([])).subarray(6)])],
    // Node's own decoder, where there is one, says it in other words.
    expected: /its compression (needs a window of more than 8 MiB|is damaged)/,
  },
  'search-without-end': {
    bytes: () => [archive(...pythonThatSearches())],
    image: { Entrypoint: ['/usr/bin/python3.12'] },
    expected: 'what its program needs takes too long to follow',
  },
};
