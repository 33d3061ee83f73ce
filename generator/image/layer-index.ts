// Layers that carry an index of their files (eStargz, zstd:chunked): read by it, a few kilobytes in place of the whole.

import { sha256 } from '../registry/digest.ts';
import { findExcess, listOf, mapOf } from '../registry/json.ts';
import { LayerBuilder, LayerError, LayerLimitError } from './layer-builder.ts';
import { unpackWhole } from './layers.ts';
import type { LayerDescriptor } from '../registry/manifest.ts';
import type { Layer } from './tree.ts';

/** Reads bytes `start` to `end` (exclusive) of the layer; undefined if the registry cannot give a part. */
export type RangeReader = (start: number, end: number) => Promise<Buffer | undefined>;

/** One entry of the index (stargz' TOCEntry, which both formats have). */
interface IndexEntry {
  readonly name: string;
  readonly type: keyof typeof types | 'chunk';
  readonly size: number;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly offset: number | undefined;
  readonly endOffset: number;
  readonly innerOffset: number;
  readonly digest: string | undefined;
  /** Of a large file's first part; the others are entries of their own. */
  readonly chunkSize: number;
  readonly chunkDigest: string | undefined;
}

/** A larger index takes more memory than the whole layer, which is read then. */
const maxIndexBytes = 32 * 1024 ** 2;
const indexBounds = { depth: 8, values: 1_500_000 };
const maxFileBytes = 64 * 1024 ** 2;
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
export async function readLayerIndex(
  layer: LayerDescriptor,
  read: RangeReader,
  memory?: number,
): Promise<Layer | undefined> {
  const found = (await readZstdIndex(layer, read)) ?? (await readStargzIndex(layer, read));
  if (!found) return undefined;
  return buildLayer(parseIndex(found.json), found.end, read, memory);
}

function parseIndex(bytes: Buffer): IndexEntry[] {
  const text = bytes.toString('utf8');
  const excess = findExcess(text, indexBounds);
  if (excess !== undefined) throw new LayerLimitError(`its index ${excess}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LayerError('its index is not valid JSON');
  }
  return listOf(mapOf(json)['entries']).map(parseEntry);
}

function parseEntry(json: unknown): IndexEntry {
  const entry = mapOf(json);
  const { name, type } = entry;
  if (typeof name !== 'string' || typeof type !== 'string' || !(type === 'chunk' || Object.hasOwn(types, type))) {
    throw new LayerError('its index is damaged');
  }
  return {
    name,
    type: type as IndexEntry['type'],
    linkName: textOf(entry['linkName']) ?? '',
    digest: textOf(entry['digest']),
    chunkDigest: textOf(entry['chunkDigest']),
    size: numberOf(entry['size']) ?? 0,
    mode: numberOf(entry['mode']) ?? 0,
    uid: numberOf(entry['uid']) ?? 0,
    gid: numberOf(entry['gid']) ?? 0,
    offset: numberOf(entry['offset']),
    endOffset: numberOf(entry['endOffset']) ?? Infinity,
    innerOffset: numberOf(entry['innerOffset']) ?? 0,
    chunkSize: numberOf(entry['chunkSize']) ?? 0,
  };
}

function textOf(json: unknown): string | undefined {
  if (json === undefined || typeof json === 'string') return json;
  throw new LayerError('its index is damaged');
}

function numberOf(json: unknown): number | undefined {
  if (json === undefined || (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0)) return json;
  throw new LayerError('its index is damaged');
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

function buildLayer(entries: readonly IndexEntry[], end: number, read: RangeReader, memory: number | undefined): Layer {
  const builder = new LayerBuilder(memory);
  const offsets = [...new Set(entries.flatMap(({ offset }) => offset ?? []))].sort((a, b) => a - b);
  const ends = new Map(offsets.map((offset, index) => [offset, offsets[index + 1] ?? end]));
  for (const entry of entries) {
    const { name, type, size, mode, uid, gid, linkName, offset } = entry;
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
  { name, size, endOffset, innerOffset, digest, chunkSize, chunkDigest }: IndexEntry,
  [start, next]: readonly [number, number],
  wanted: number,
  read: RangeReader,
): Promise<string> {
  const isPart = chunkSize > 0 && chunkSize < size;
  const length = isPart ? chunkSize : size;
  const end = Math.min(endOffset, next);
  const bytes = end > start && end - start <= maxFileBytes ? await read(start, end) : undefined;
  const unpacked = await unpackWhole(bytes ?? Buffer.alloc(0), maxFileBytes);
  const content = unpacked.subarray(innerOffset, innerOffset + length);
  if (sha256(content) !== (isPart ? chunkDigest : (digest ?? chunkDigest))) {
    throw new LayerError(`the file ${name} is not what its index says`);
  }
  return content.toString('utf8', 0, wanted);
}
