// The layer that changes modes: the entries as they were, with their owner, time and attributes, and another mode.

import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { LayerError } from '../image/layer-builder.ts';
import { type DirectoryEntry, follow } from '../image/tree.ts';
import { sha256 } from '../registry/digest.ts';
import { type Document, makeDocument } from '../registry/upload.ts';
import type { Change } from './closed.ts';
import { notFound, type SourceEntry } from './entries.ts';

/** A layer, and the digest of what it unpacks to. */
export interface NewLayer {
  readonly document: Document;
  readonly diffId: string;
}

/** The largest number that a header has room for. */
const maxHeaderId = 0o777777;

/** The changed paths, and the directories above them that a layer names, so that no tool makes these up. */
export function pathsOfLayer(root: DirectoryEntry, changes: readonly Change[]): string[] {
  const all = changes.flatMap(({ path }) => {
    const parts = path.split('/');
    const above = parts.slice(1, -1).map((_, index) => parts.slice(0, index + 2).join('/'));
    return [...above.filter((directory) => !isImplicit(root, directory)), path];
  });
  return [...new Set(all)].sort();
}

function isImplicit(root: DirectoryEntry, path: string): boolean {
  const { entry } = follow(root, path);
  return entry?.kind === 'directory' && entry.implicit === true;
}

/** Makes the layer; `found` has the entries of all paths. */
export async function makeLayer(
  root: DirectoryEntry,
  paths: readonly string[],
  changes: readonly Change[],
  found: ReadonlyMap<string, SourceEntry>,
): Promise<NewLayer> {
  const archive = pack();
  const chunks: Uint8Array[] = [];
  const read = (async () => {
    for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  })();
  for (const path of paths) {
    const source = found.get(path);
    const change = changes.find((candidate) => candidate.path === path);
    if (!source) throw notFound(path);
    const header = headerOf(root, path, source, change);
    if (source.content) archive.entry(header, source.content);
    else archive.entry(header);
  }
  archive.finalize();
  await read;
  const bytes = Buffer.concat(chunks);
  const document = makeDocument('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(bytes, { level: 9 }));
  return { document, diffId: sha256(bytes) };
}

function headerOf(
  root: DirectoryEntry,
  path: string,
  { header, content }: SourceEntry,
  change?: Change,
): Partial<Header> & { name: string } {
  const { entry } = follow(root, path);
  const kind = header.type === 'directory' ? 'directory' : 'file';
  if (!entry || entry.kind !== kind || !/^(directory|file)$/.test(header.type ?? '')) {
    throw notFound(path);
  }
  const { uid, gid } = entry;
  const mode = change?.to ?? entry.mode;
  const pax = {
    ...paxOf(path, header),
    ...(uid > maxHeaderId && { uid: String(uid) }),
    ...(gid > maxHeaderId && { gid: String(gid) }),
  };
  if (kind === 'file' && ((mode & 0o6000) !== 0 || 'SCHILY.xattr.security.capability' in pax)) {
    throw new LayerError(`${path} runs with more rights than its user has: it stays closed`);
  }
  return {
    name: `${path.slice(1)}${kind === 'directory' ? '/' : ''}`,
    type: kind,
    mode,
    uid,
    gid,
    size: content?.length ?? 0,
    mtime: header.mtime ?? new Date(0),
    uname: header.uname ?? '',
    gname: header.gname ?? '',
    ...(Object.keys(pax).length > 0 && { pax }),
  };
}

/** Extended attributes and exact times. Bytes that are not UTF-8 would be lost, and so are refused. */
function paxOf(path: string, { pax }: Header): Record<string, string> {
  const entries = Object.entries((pax ?? {}) as Record<string, string>);
  if (entries.some(([key]) => key.startsWith('GNU.sparse'))) {
    throw new LayerError(`${path} is a sparse file, which mcpgen cannot copy`);
  }
  const kept = entries.filter(([key]) => /^(mtime|(SCHILY|LIBARCHIVE)\.xattr\..+)$/s.test(key));
  if (kept.some(([key, value]) => `${key}${value}`.includes('\ufffd'))) {
    throw new LayerError(`${path} has extended attributes that mcpgen cannot copy`);
  }
  return Object.fromEntries(kept);
}
