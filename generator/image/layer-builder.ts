// From the entries of an archive to a layer: what is kept of each, and what a whiteout or a hard link means.

import type { Header } from 'tar-stream';
import type { Permissions } from './facts.ts';
import { type DirectoryEntry, emptyDirectory, type Entry, follow, type Layer, splitPath } from './tree.ts';

/** Enough for a `#!` line, and for the second line by which pip and uv get round its limit of length. */
const scriptHead = 512;
const maxEntries = 2_000_000;
const maxTextFile = 1024 ** 2;

/** A count that no image has but one that is made to do harm. */
export class TooManyEntriesError extends Error {}

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
  private count = 0;

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
    if (++this.count > maxEntries) throw new TooManyEntriesError(`it has more than ${maxEntries} files`);
    const parts = splitPath(header.name);
    const name = parts.pop();
    // Numbers too large for the header's own fields stand in an extended one, which tar-stream leaves to us.
    const { uid = header.uid, gid = header.gid } = (header.pax ?? {}) as { uid?: unknown; gid?: unknown };
    const permissions = { mode: header.mode & 0o7777, uid: Number(uid) || 0, gid: Number(gid) || 0 };
    if (name === undefined) {
      if (header.type === 'directory') this.setDirectory(undefined, '', permissions);
      return;
    }
    if (name.startsWith('.wh.')) return this.addWhiteout(parts, name);
    const parent = this.directory(parts);
    switch (header.type) {
      case 'directory':
        return this.setDirectory(parent, name, permissions);
      case 'symlink':
        parent.children.set(name, { kind: 'link', ...permissions, target: header.linkname });
        return;
      case 'link':
        return this.addHardLink(parent, [...parts, name], splitPath(header.linkname));
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
    return { root: this.root, whiteouts: this.whiteouts, opaque: this.opaque, hardLinks: this.hardLinks };
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
    for (const [index, part] of parts.entries()) {
      const existing = directory.children.get(part);
      if (existing?.kind === 'directory') {
        directory = existing;
      } else if (existing?.kind === 'link') {
        const target = follow(this.root, `/${parts.slice(0, index + 1).join('/')}`).entry;
        if (target?.kind !== 'directory') return emptyDirectory(); // it leads out of the layer, to nothing that is kept
        directory = target;
      } else {
        const made = emptyDirectory();
        directory.children.set(part, made);
        directory = made;
      }
    }
    return directory;
  }

  private setDirectory(parent: DirectoryEntry | undefined, name: string, permissions: Permissions): void {
    const existing = parent ? parent.children.get(name) : this.root;
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
}
