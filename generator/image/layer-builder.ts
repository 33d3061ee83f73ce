// From the entries of an archive to a layer: what is kept of each, and what a whiteout or a hard link means.

import type { Header } from 'tar-stream';
import type { Permissions } from './facts.ts';
import { ContentError } from '../registry/error.ts';
import { type DirectoryEntry, emptyDirectory, type Entry, follow, type Layer, splitPath } from './tree.ts';

/** Enough for a `#!` line, and for the second line by which pip and uv get round its limit of length. */
const scriptHead = 512;
const maxTextFile = 1024 ** 2;
/** As in Linux (PATH_MAX): no runtime can unpack what is longer. It bounds how deep a tree is as well. */
const maxPath = 4096;
/** Kernels have no greater number for an owner; the last one means "unchanged". */
const maxId = 0xffff_fffe;
/** Parts of paths that are walked: a layer of a million files needs ten million. */
const maxSteps = 50_000_000;

/** What a layer takes in memory, measured and rounded up: a directory and its map of names, anything else, and text. */
const directoryBytes = 400;
const entryBytes = 120;

/** What one layer may take if nobody says otherwise: a million files. */
export const layerMemory = 256 * 1024 ** 2;

/** A layer that cannot be read: not an archive, or one that no runtime would unpack. */
export class LayerError extends ContentError {}

/** A layer that takes more than mcpgen gives. It is not read to its end, as a damaged one is. */
export class LayerLimitError extends Error {}

/** What is asked of an archive's header. */
export type EntryHeader = Pick<Header, 'name' | 'type' | 'size' | 'mode' | 'uid' | 'gid' | 'linkname' | 'pax'>;

type Head = string | (() => Promise<string>) | undefined;

export class LayerBuilder {
  private root: DirectoryEntry = emptyDirectory();
  private readonly whiteouts: string[] = [];
  private readonly opaque: string[] = [];
  private readonly hardLinks: [string, string][] = [];
  /** Most files differ in nothing that is kept: one entry stands for all of them. */
  private readonly plainFiles = new Map<string, Entry>();
  private readonly memory: number;
  private size = 0;
  private steps = 0;

  /** `memory`: bytes that the layer may take here. */
  constructor(memory = layerMemory) {
    this.memory = memory;
  }

  /** How much of the file's content tells something. */
  wantedBytes({ name, type, size, mode }: EntryHeader): number {
    if (type !== 'file') return 0;
    const path = name.replace(/^[./]+/, '');
    if (path === 'etc/passwd' || path === 'etc/group') return Math.min(size, maxTextFile);
    if (/\/pyvenv\.cfg$|\.pth$/.test(path)) return Math.min(size, 4096);
    return (mode & 0o111) !== 0 ? Math.min(size, scriptHead) : 0;
  }

  /** Takes one entry of the archive; `head` is the beginning of its content, if that was wanted, or the way to get it. */
  add(header: EntryHeader, head: Head): void {
    const linkname = header.linkname ?? '';
    if (Math.max(header.name.length, linkname.length) > maxPath) throw pathTooLong();
    // Parts of a path keep the whole of it in memory, so all of it counts.
    const text = typeof head === 'string' ? head.length : 0;
    this.spend(entryBytes + header.name.length + linkname.length + text);
    const parts = splitPath(header.name);
    const name = parts.pop();
    const permissions = permissionsOf(header);
    if (name === undefined) {
      if (header.type === 'directory') this.setDirectory(undefined, '', permissions);
      return;
    }
    if (name.startsWith('.wh.')) return this.addWhiteout(parts, name);
    if (/^(sym)?link$/.test(header.type ?? '') && linkname === '') {
      throw new LayerError('its archive is damaged: a link in it has no target');
    }
    const parent = this.directory(parts);
    switch (header.type) {
      case 'directory':
        return this.setDirectory(parent, name, permissions);
      case 'symlink':
        parent.children.set(name, { kind: 'link', ...permissions, target: linkname });
        return;
      case 'link':
        return this.addHardLink(parent, [...parts, name], splitPath(linkname));
      case 'character-device':
      case 'block-device':
      case 'fifo':
        parent.children.set(name, { kind: 'other', ...permissions });
        return;
      default:
        parent.children.set(name, this.file(header.name, permissions, head));
    }
  }

  finish(): Layer {
    const { root, whiteouts, opaque, hardLinks, size } = this;
    return { root, whiteouts, opaque, hardLinks, size };
  }

  /** `.wh.NAME` deletes NAME of the layers below, `.wh..wh..opq` all that they have beside it; aufs left others of its own. */
  private addWhiteout(parts: readonly string[], name: string): void {
    const directory = parts.join('/');
    if (name === '.wh..wh..opq') this.opaque.push(`/${directory}`);
    else if (!name.startsWith('.wh..wh.')) this.whiteouts.push(`/${directory}/${name.slice('.wh.'.length)}`);
  }

  private addHardLink(parent: DirectoryEntry, path: readonly string[], target: readonly string[]): void {
    let entry: Entry | undefined = this.root;
    for (const part of target) entry = entry?.kind === 'directory' ? entry.children.get(part) : undefined;
    if (entry && entry.kind !== 'directory') parent.children.set(path.at(-1) ?? '', entry);
    else this.hardLinks.push([`/${path.join('/')}`, `/${target.join('/')}`]);
  }

  /** The directory that an entry is in, made if the archive did not name it. */
  private directory(parts: readonly string[]): DirectoryEntry {
    let directory = this.root;
    let length = 0;
    this.walk(parts.length);
    for (const [index, part] of parts.entries()) {
      const existing = directory.children.get(part);
      length += part.length + 1;
      if (existing?.kind === 'directory') {
        directory = existing;
      } else if (existing?.kind === 'link') {
        const target = follow(this.root, `/${parts.slice(0, index + 1).join('/')}`);
        this.walk(target.entered.length);
        if (target.entry?.kind !== 'directory') return emptyDirectory(); // it leads out of the layer, to nothing that is kept
        directory = target.entry;
        length = target.path.length;
      } else {
        const made = emptyDirectory();
        this.spend(directoryBytes);
        directory.children.set(part, made);
        directory = made;
      }
      // Through links, short paths lead to long ones.
      if (length > maxPath) throw pathTooLong();
    }
    return directory;
  }

  private setDirectory(parent: DirectoryEntry | undefined, name: string, permissions: Permissions): void {
    const existing = parent ? parent.children.get(name) : this.root;
    if (existing?.kind !== 'directory') this.spend(directoryBytes);
    const children = existing?.kind === 'directory' ? existing.children : new Map<string, Entry>();
    const entry: DirectoryEntry = { kind: 'directory', ...permissions, children };
    if (parent) parent.children.set(name, entry);
    else this.root = entry;
  }

  private file(path: string, permissions: Permissions, head: Head): Entry {
    if (typeof head === 'function') return { kind: 'file', ...permissions, fetch: head };
    const isKept =
      head !== undefined && (head.startsWith('#!') || /(^|\/)(pyvenv\.cfg|etc\/(passwd|group)|[^/]*\.pth)$/.test(path));
    if (isKept) return { kind: 'file', ...permissions, text: head };
    const key = `${permissions.mode} ${permissions.uid} ${permissions.gid}`;
    const known = this.plainFiles.get(key);
    if (known) return known;
    const entry: Entry = { kind: 'file', ...permissions };
    this.plainFiles.set(key, entry);
    return entry;
  }

  private spend(bytes: number): void {
    this.size += bytes;
    if (this.size <= this.memory) return;
    throw new LayerLimitError(`its files take more than ${Math.round(this.memory / 1024 ** 2)} MiB of memory`);
  }

  private walk(steps: number): void {
    this.steps += steps;
    if (this.steps > maxSteps) throw new LayerLimitError('its paths and links take too long to follow');
  }
}

function pathTooLong(): LayerError {
  return new LayerError(`it has a path of more than ${maxPath} characters, which Linux does not take`);
}

/** Numbers too large for the header's own fields stand in an extended one, which tar-stream leaves to us. */
function permissionsOf({ mode, uid, gid, pax }: EntryHeader): Permissions {
  const { uid: longUid = uid, gid: longGid = gid } = (pax ?? {}) as { uid?: unknown; gid?: unknown };
  const [owner, group] = [longUid, longGid].map((id) => Math.trunc(Number(id)) || 0);
  if (!isId(owner) || !isId(group)) {
    throw new LayerError('its archive is damaged: a file in it has an owner that is out of range');
  }
  return { mode: mode & 0o7777, uid: owner, gid: group };
}

function isId(id: number | undefined): id is number {
  return id !== undefined && id >= 0 && id <= maxId;
}
