// A layer's archive, read as it streams in: only permissions, links and a few short texts stay.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { extract, type Header } from 'tar-stream';
import { LayerBuilder, LayerError, LayerLimitError } from './layer-builder.ts';
import type { Layer } from './tree.ts';

/** Far above any image that is meant to be run; a bound for archives that unpack to no end. */
const maxUnpackedBytes = 64 * 1024 ** 3;
/** What unpacks to so much more than it is, and to more than this, is a bomb: all the zeros of a file system pack as well. */
const maxRatio = 200;
const maxUnpackedFreely = 2 * 1024 ** 3;

/** Who looks at the entries of an archive, in their order. */
export interface Visitor {
  /** How many bytes of the entry's content are wanted, from its beginning. */
  readonly wantedBytes: (header: Header) => number;
  readonly add: (header: Header, content: Buffer | undefined) => void;
}

/** Reads a layer to its end, whatever its compression. `memory`: bytes that it may take here. */
export async function readLayer(compressed: AsyncIterable<Uint8Array>, memory?: number): Promise<Layer> {
  const builder = new LayerBuilder(memory);
  await readArchive(compressed, {
    wantedBytes: (header) => builder.wantedBytes(header),
    add: (header, content) => builder.add(header, content?.toString('utf8')),
  });
  return builder.finish();
}

/** Shows all entries of a layer. */
export async function readArchive(compressed: AsyncIterable<Uint8Array>, visitor: Visitor): Promise<void> {
  // By events, not by iterating: a promise for each of a hundred thousand entries takes three times as long.
  const archive = extract();
  // Fields for all files: Docker and containerd ignore them, and tar-stream would copy them to each file.
  Object.defineProperty(archive, '_paxGlobal', { get: () => null, set() {} });
  archive.on('entry', (header, body, next) => {
    body.on('error', () => undefined); // the archive has it as well
    // Go's reader gives none of these a content. tar-stream waits for that of a directory, which never comes; what it takes
    // for that of a link would be entries to a runtime.
    if (header.type === 'directory') header.size = 0;
    if (header.size > 0 && headerOnly.has(header.type)) {
      return next(new LayerError('its archive is damaged: a link or device in it has content'));
    }
    const head: Uint8Array[] = [];
    let wanted = visitor.wantedBytes(header);
    body.on('data', (data) => {
      const chunk = data as Uint8Array;
      if (wanted > 0) head.push(chunk.slice(0, wanted));
      wanted -= chunk.length;
    });
    body.on('end', () => {
      try {
        visitor.add(header, head.length > 0 ? Buffer.concat(head) : undefined);
        next();
      } catch (error) {
        next(error as Error);
      }
    });
  });
  try {
    await pipeline(unpack(compressed), archive);
  } catch (error) {
    const { message } = error as Error;
    if (/^(Invalid (tar )?header|Unexpected end of data|Header exceeds)/.test(message)) {
      throw new LayerError(`its archive is damaged: ${message}`);
    }
    throw error;
  }
}

const headerOnly: ReadonlySet<unknown> = new Set(['link', 'symlink', 'character-device', 'block-device', 'fifo']);

/** Something small, unpacked whole. */
export async function unpackWhole(compressed: Uint8Array, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decompress(Readable.from([compressed]))) {
    size += chunk.length;
    if (size > limit) throw tooLarge(`${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The archive inside, with its end: some tools leave out the two blocks of zeros, and the padding of the last file (umoci). */
async function* unpack(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  const read = { bytes: 0 };
  for await (const chunk of decompress(counted(compressed, read))) {
    size += chunk.length;
    if (size > maxUnpackedBytes) throw tooLarge(`${maxUnpackedBytes / 1024 ** 3} GiB`);
    if (size > maxUnpackedFreely && size > read.bytes * maxRatio) throw tooLarge(`${maxRatio} times its size`);
    yield chunk;
  }
  yield new Uint8Array(1024 + ((512 - (size % 512)) % 512));
}

async function* counted(source: AsyncIterable<Uint8Array>, read: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    read.bytes += chunk.length;
    yield chunk;
  }
}

function tooLarge(than: string): LayerLimitError {
  return new LayerLimitError(`it unpacks to more than ${than}`);
}

/** By the first bytes, not by the media type: registries hold layers with the wrong one. */
async function* decompress(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = compressed[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 6) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = chain(head, iterator);
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) yield* gunzip(all);
  else if (head.length >= 4 && isZstd(head.readUInt32LE(0))) yield* unzstd(all);
  else if (head.toString('latin1', 0, 6) === '\xfd7zXZ\0' || head.toString('latin1', 0, 3) === 'BZh') {
    throw new LayerError('it is compressed by xz or bzip2, which no registry should hold');
  } else yield* all;
}

async function* chain(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** A frame of data, or one that is to be skipped: zstd:chunked begins with such a one. */
function isZstd(magic: number): boolean {
  return magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5;
}

async function* gunzip(compressed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* through(compressed, zlib.createGunzip({ chunkSize: 64 * 1024 }));
}

type ZlibWithZstd = typeof zlib & { readonly createZstdDecompress?: () => zlib.Gunzip };

/** By Node's own decoder where it has one (from 22.15), which is faster on layers made with the highest level. */
async function* unzstd(compressed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { createZstdDecompress } = zlib as ZlibWithZstd;
  if (createZstdDecompress) yield* through(compressed, createZstdDecompress());
  else yield* unzstdInScript(compressed);
}

async function* through(source: AsyncGenerator<Uint8Array>, transform: zlib.Gunzip): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false });
  input.once('error', (error) => transform.destroy(error));
  try {
    yield* input.pipe(transform) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') || code?.startsWith('ZSTD_'))
      throw new LayerError(`its compression is damaged: ${message}`);
    throw error;
  } finally {
    input.destroy();
  }
}

/**
 * The decoder gives everything that its input holds at once, and a few bytes may hold gigabytes: so it is fed by small
 * pieces, as many bytes as gave half a megabyte before.
 */
async function* unzstdInScript(compressed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const output: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => output.push(chunk));
  boundWindow(decoder);
  let piece = 256;
  for await (const chunk of compressed) {
    for (let start = 0; start < chunk.length;) {
      const input = chunk.subarray(start, start + piece);
      start += input.length;
      push(decoder, input, false);
      const size = output.reduce((sum, { length }) => sum + length, 0);
      yield* output.splice(0);
      piece = size > 512 * 1024 ? Math.max(64, piece >> 2) : Math.min(64 * 1024, piece * 2);
    }
  }
  push(decoder, new Uint8Array(0), true);
  yield* output;
}

/** What every decoder must take (RFC 8878); Node's own takes more, without moving all of it for each block. */
const maxWindow = 8 * 1024 ** 2;

/** The decoder makes its window as large as a frame says, and keeps it in `s`. */
function boundWindow(decoder: Decompress): void {
  let state: unknown;
  Object.defineProperty(decoder, 's', {
    get: () => state,
    set: (value: { w?: Uint8Array } | number | undefined) => {
      if (typeof value === 'object' && (value.w?.length ?? 0) > maxWindow) {
        throw new LayerLimitError('its compression needs a window of more than 8 MiB; Node.js 22.15 or newer has one');
      }
      state = value;
    },
  });
}

function push(decoder: Decompress, input: Uint8Array, isLast: boolean): void {
  try {
    decoder.push(input, isLast);
  } catch (error) {
    if (error instanceof LayerLimitError) throw error;
    throw new LayerError(`its compression is damaged: ${(error as Error).message}`);
  }
}
