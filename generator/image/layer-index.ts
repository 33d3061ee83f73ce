// Layers that carry an index of their files (eStargz, zstd:chunked): read by it, a few kilobytes in place of the whole.

import { sha256 } from '../registry/digest.ts';
import { LayerBuilder } from './layer-builder.ts';
import { LayerError, unpackWhole } from './layers.ts';
import type { LayerDescriptor } from '../registry/manifest.ts';
import type { Layer } from './tree.ts';

/** Reads bytes `start` to `end` (exclusive) of the layer; undefined if the registry cannot give a part. */
export type RangeReader = (start: number, end: number) => Promise<Buffer | undefined>;

/** One entry of the index (stargz' TOCEntry, which both formats have). */
interface IndexEntry {
  readonly name: string;
  readonly type: 'dir' | 'reg' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo' | 'chunk';
  readonly size?: number;
  readonly linkName?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly offset?: number;
  readonly endOffset?: number;
  readonly innerOffset?: number;
  readonly digest?: string;
  /** Of a large file's first part; the others are entries of their own. */
  readonly chunkSize?: number;
  readonly chunkDigest?: string;
}

const maxIndexBytes = 64 * 1024 ** 2;
/** An eStargz ends with a gzip member of this size, which says where the index is. */
const stargzFooter = 51;

const types = {
  dir: 'directory',
  reg: 'file',
  symlink: 'symlink',
  hardlink: 'link',
  char: 'character-device',
  block: 'block-device',
  fifo: 'fifo',
} as const;

/**
 * Reads a layer by its index; undefined if it has none, or the registry gives no parts. The index is what the manifest says
 * it is, by its digest; so is each file that is fetched later, by the index.
 */
export async function readLayerIndex(layer: LayerDescriptor, read: RangeReader): Promise<Layer | undefined> {
  const found = (await readZstdIndex(layer, read)) ?? (await readStargzIndex(layer, read));
  if (!found) return undefined;
  const { entries } = JSON.parse(found.json.toString('utf8')) as { entries?: unknown };
  if (!Array.isArray(entries)) throw new LayerError('its index has no entries');
  return buildLayer(entries as IndexEntry[], found.end, read);
}

interface Found {
  readonly json: Buffer;
  /** Where the files end. */
  readonly end: number;
}

async function readZstdIndex({ annotations, size }: LayerDescriptor, read: RangeReader): Promise<Found | undefined> {
  for (const prefix of ['io.github.containers', 'io.containers']) {
    const position = annotations[`${prefix}.zstd-chunked.manifest-position`];
    const checksum = annotations[`${prefix}.zstd-chunked.manifest-checksum`];
    const [start = 0, length = 0] = String(position).split(':').map(Number);
    if (typeof checksum !== 'string' || !isRange(start, length, size)) continue;
    const bytes = await read(start, start + length);
    if (!bytes) return undefined;
    if (sha256(bytes) !== checksum) throw new LayerError('its index is not what its digest says');
    return { json: await unpackWhole(bytes, maxIndexBytes), end: start };
  }
  return undefined;
}

async function readStargzIndex({ annotations, size }: LayerDescriptor, read: RangeReader): Promise<Found | undefined> {
  const digest = annotations['containerd.io/snapshot/stargz/toc.digest'];
  if (typeof digest !== 'string' || size <= stargzFooter) return undefined;
  const footer = await read(size - stargzFooter, size);
  const [, hex] = /([0-9a-f]{16})STARGZ/.exec(footer?.toString('latin1') ?? '') ?? [];
  const start = Number.parseInt(hex ?? '', 16);
  const length = size - stargzFooter - start;
  const bytes = isRange(start, length, size) ? await read(start, start + length) : undefined;
  if (!bytes) return undefined;
  // An archive of one file.
  const archive = await unpackWhole(bytes, maxIndexBytes);
  const json = archive.subarray(512, 512 + Number.parseInt(archive.toString('latin1', 124, 135), 8));
  if (sha256(json) !== digest) throw new LayerError('its index is not what its digest says');
  return { json, end: start };
}

function isRange(start: number, length: number, size: number): boolean {
  return Number.isSafeInteger(start) && start >= 0 && length > 0 && length <= maxIndexBytes && start + length <= size;
}

function buildLayer(entries: readonly IndexEntry[], end: number, read: RangeReader): Layer {
  const builder = new LayerBuilder();
  const offsets = [...new Set(entries.flatMap(({ offset }) => offset ?? []))].sort((a, b) => a - b);
  const ends = new Map(offsets.map((offset, index) => [offset, offsets[index + 1] ?? end]));
  for (const entry of entries) {
    const { name, type, size = 0, mode = 0, uid = 0, gid = 0, linkName = '', offset } = entry;
    if (type === 'chunk' || /^(\.no|)\.prefetch\.landmark$/.test(name)) continue;
    const header = { name, type: types[type], size, mode, uid, gid, linkname: linkName };
    const wanted = builder.wantedBytes(header);
    if (wanted === 0 || offset === undefined) builder.add(header, undefined);
    else builder.add(header, () => fetchHead(entry, [offset, ends.get(offset) ?? end], wanted, read));
  }
  return builder.finish();
}

/** The beginning of a file, or of its first part, after a check of the whole of that. */
async function fetchHead(
  { name, size = 0, endOffset = Infinity, innerOffset = 0, digest, chunkSize = 0, chunkDigest }: IndexEntry,
  [start, next]: readonly [number, number],
  wanted: number,
  read: RangeReader,
): Promise<string> {
  const isPart = chunkSize > 0 && chunkSize < size;
  const length = isPart ? chunkSize : size;
  const end = Math.min(endOffset, next);
  const bytes = end > start && end - start <= maxIndexBytes ? await read(start, end) : undefined;
  const unpacked = await unpackWhole(bytes ?? Buffer.alloc(0), maxIndexBytes);
  const content = unpacked.subarray(innerOffset, innerOffset + length);
  if (sha256(content) !== (isPart ? chunkDigest : (digest ?? chunkDigest))) {
    throw new LayerError(`the file ${name} is not what its index says`);
  }
  return content.toString('utf8', 0, wanted);
}
