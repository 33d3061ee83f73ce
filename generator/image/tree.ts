// The files of an image, as far as permissions and links go: layers laid over one another, and paths followed through them.

import type { Permissions } from './facts.ts';

/** What the tree keeps of a file: some text only where it tells how a program starts. */
export interface FileEntry extends Permissions {
  readonly kind: 'file';
  /** Absent until it is fetched, where there is a `fetch`. */
  text?: string;
  readonly fetch?: () => Promise<string>;
}

export interface LinkEntry extends Permissions {
  readonly kind: 'link';
  readonly target: string;
}

export interface DirectoryEntry extends Permissions {
  readonly kind: 'directory';
  readonly children: Map<string, Entry>;
  /** Named by the layer, or only there because something lies below it. */
  readonly implicit?: boolean;
}

/** A device, a socket or a pipe. */
export interface OtherEntry extends Permissions {
  readonly kind: 'other';
}

export type Entry = FileEntry | LinkEntry | DirectoryEntry | OtherEntry;

/** One layer: what it adds, and what it takes away from those below it. */
export interface Layer {
  readonly root: DirectoryEntry;
  /** Paths that it deletes. */
  readonly whiteouts: readonly string[];
  /** Directories whose earlier content it hides. */
  readonly opaque: readonly string[];
  /** Hard links to files of lower layers: path and target. */
  readonly hardLinks: readonly (readonly [string, string])[];
  /** Bytes that it takes in memory, about. */
  readonly size: number;
}

/** A file's text; one that is still to be fetched goes to `unread`. */
export function readText(file: FileEntry, unread?: Set<FileEntry>): string | undefined {
  if (file.text === undefined && file.fetch) unread?.add(file);
  return file.text;
}

/** A directory that the layer says nothing about has these, as with every tool that unpacks layers. */
export const implicitPermissions: Permissions = { mode: 0o755, uid: 0, gid: 0 };

export function emptyDirectory(permissions: Permissions = implicitPermissions, implicit = true): DirectoryEntry {
  return { kind: 'directory', ...permissions, children: new Map(), ...(implicit && { implicit }) };
}

/** `/a/./b/../c/` as `['a', 'c']`; nothing leads above the root. */
export function splitPath(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** `path` seen from `directory`. */
export function joinPath(directory: string, path: string): string {
  return `/${splitPath(path.startsWith('/') ? path : `${directory}/${path}`).join('/')}`;
}

/** The tree of an image: its layers, the lowest first, laid over each other. Layers are not changed. */
export function mergeLayers(layers: Iterable<Layer>): DirectoryEntry {
  let root = emptyDirectory();
  for (const layer of layers) root = applyLayer(root, layer);
  return root;
}

/** Lays one layer over a tree, which is changed. */
export function applyLayer(root: DirectoryEntry, layer: Layer): DirectoryEntry {
  const targets = layer.hardLinks.map(([path, target]) => [path, follow(root, target).entry] as const);
  // A whiteout takes away what lower layers have, whatever its place in this layer.
  for (const path of layer.opaque) {
    const entry = lookUp(root, splitPath(path));
    if (entry?.kind === 'directory') entry.children.clear();
  }
  for (const path of layer.whiteouts) {
    const parts = splitPath(path);
    const parent = lookUp(root, parts.slice(0, -1));
    if (parent?.kind === 'directory') parent.children.delete(parts.at(-1) ?? '');
  }
  const merged = mergeDirectory(root, root, layer.root);
  for (const [path, target] of targets) {
    const parts = splitPath(path);
    const parent = lookUp(merged, parts.slice(0, -1));
    if (parent?.kind === 'directory' && target) parent.children.set(parts.at(-1) ?? '', target);
  }
  return merged;
}

function mergeDirectory(root: DirectoryEntry, below: Entry | undefined, above: DirectoryEntry): DirectoryEntry {
  const base = below?.kind === 'directory' ? below : undefined;
  const merged: DirectoryEntry = {
    ...(above.implicit && base ? base : above),
    children: base?.children ?? new Map(),
  };
  for (const [name, entry] of above.children) {
    const existing = merged.children.get(name);
    if (entry.kind !== 'directory') merged.children.set(name, entry);
    else if (entry.implicit && existing?.kind === 'link') mergeThroughLink(root, existing, entry);
    else merged.children.set(name, mergeDirectory(root, existing, entry));
  }
  return merged;
}

/** `lib/x` in a layer over `lib -> usr/lib`: tools follow the link, unless the layer names `lib/` itself. */
function mergeThroughLink(root: DirectoryEntry, link: LinkEntry, above: DirectoryEntry): void {
  // Links of the first level, which is where distributions have them; elsewhere a relative target is seen from the root too.
  const { entry } = follow(root, joinPath('/', link.target));
  if (entry?.kind === 'directory') mergeDirectory(root, entry, above);
}

/** The entry at a path, no link followed. */
function lookUp(root: DirectoryEntry, parts: readonly string[]): Entry | undefined {
  let entry: Entry | undefined = root;
  for (const part of parts) entry = entry?.kind === 'directory' ? entry.children.get(part) : undefined;
  return entry;
}

/** Where a path leads: what was passed on the way, and what is at its end, if anything. */
export interface Followed {
  /** The real path, without links; of what is missing, where it would be. */
  readonly path: string;
  readonly entry: Entry | undefined;
  /** Every directory that was entered, by its real path. */
  readonly entered: readonly (readonly [string, DirectoryEntry])[];
}

/** As in Linux (MAXSYMLINKS). */
const maxLinks = 40;

/** Follows an absolute path through all its links, as the kernel does when it opens it. */
export function follow(root: DirectoryEntry, path: string): Followed {
  const entered: [string, DirectoryEntry][] = [['/', root]];
  const pending = path.split('/').reverse();
  // The directories from the root to where we are.
  let here: [string, DirectoryEntry][] = [['', root]];
  let links = 0;
  let found: { path: string; entry: Entry | undefined } = { path: '/', entry: root };
  while (pending.length > 0) {
    const part = pending.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (here.length > 1) here.pop();
      found = { path: here.at(-1)?.[0] || '/', entry: here.at(-1)?.[1] };
      continue;
    }
    const [parentPath, parent] = here.at(-1) ?? ['', root];
    const entry = parent.children.get(part);
    const full = `${parentPath}/${part}`;
    found = { path: full, entry };
    if (entry?.kind === 'link' && ++links <= maxLinks) {
      if (entry.target.startsWith('/')) here = [['', root]];
      pending.push(...entry.target.split('/').reverse());
      found = { path: here.at(-1)?.[0] || '/', entry: here.at(-1)?.[1] };
    } else if (entry?.kind === 'directory') {
      here.push([full, entry]);
      entered.push([full, entry]);
    } else if (pending.some((rest) => rest !== '' && rest !== '.')) {
      // Below a file, or below nothing.
      const rest = pending.reverse().join('/');
      return { path: joinPath(full, rest), entry: undefined, entered };
    }
  }
  const isDirectory = found.entry?.kind === 'directory';
  return {
    path: found.path,
    entry: found.entry?.kind === 'link' ? undefined : found.entry,
    // The end of the path is not entered by looking at it.
    entered: isDirectory
      ? entered.filter(([enteredPath]) => enteredPath !== found.path || enteredPath === '/')
      : entered,
  };
}
