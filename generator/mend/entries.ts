// Entries of an image's layers as they are in the archives: headers, and the content of files that have to be copied.

import type { Header } from 'tar-stream';
import { LayerError } from '../image/layer-builder.ts';
import { readArchive } from '../image/layers.ts';
import { type DirectoryEntry, follow, splitPath } from '../image/tree.ts';
import type { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import type { LayerDescriptor } from '../registry/manifest.ts';
import type { Repository } from '../registry/upload.ts';

/** A header, and the content if it is a file's. */
export interface SourceEntry {
  readonly header: Header;
  readonly content?: Buffer;
}

/** Of all files together: they are in memory. */
const maxContent = 256 * 1024 ** 2;
/** Hard links that lead to one another. */
const maxLinks = 40;

/** Finds the entries of these paths, the topmost layer first; `root` is the tree of all layers. */
export async function findEntries(
  client: RegistryClient,
  { registry, repository }: Repository,
  layers: readonly LayerDescriptor[],
  root: DirectoryEntry,
  paths: readonly string[],
): Promise<Map<string, SourceEntry>> {
  const found = new Map<string, SourceEntry>();
  /** What to look for, and the paths that it stands for: more than one where hard links lead to it. */
  let wanted = new Map(paths.map((path) => [path, [path]]));
  for (const layer of layers.toReversed()) {
    for (let links = 0; wanted.size > 0 && links < maxLinks; links++) {
      const scan = new Scan(root, wanted);
      await client.blob(registry, repository, layer, (body) => readArchive(body, scan.restart()));
      for (const [path, entry] of scan.found) for (const name of wanted.get(path) ?? []) found.set(name, entry);
      wanted = scan.rest();
      if (scan.links.size === 0) break;
    }
  }
  return found;
}

/** One reading of a layer. */
class Scan {
  private readonly root: DirectoryEntry;
  private readonly wanted: ReadonlyMap<string, readonly string[]>;
  private readonly names: ReadonlySet<string>;
  private size = 0;
  readonly found = new Map<string, SourceEntry>();
  /** Where hard links lead. */
  readonly links = new Map<string, string>();

  constructor(root: DirectoryEntry, wanted: ReadonlyMap<string, readonly string[]>) {
    this.root = root;
    this.wanted = wanted;
    this.names = new Set([...wanted.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  }

  /** From the beginning, as after a broken connection. */
  restart(): { wantedBytes: (header: Header) => number; add: (header: Header, content: Buffer | undefined) => void } {
    this.found.clear();
    this.links.clear();
    this.size = 0;
    return {
      wantedBytes: (header) => {
        if (header.type === 'directory' || this.pathOf(header.name) === undefined) return 0;
        this.size += header.size;
        if (this.size > maxContent) {
          throw new RegistryError(`the files to open are larger than ${maxContent / 1024 ** 2} MiB`);
        }
        return header.size;
      },
      add: (header, content) => this.add(header, content),
    };
  }

  private add(header: Header, content: Buffer | undefined): void {
    const path = this.pathOf(header.name);
    if (path === undefined) return;
    this.found.delete(path);
    this.links.delete(path);
    if (header.type === 'link') this.links.set(path, this.realPath(header.linkname ?? ''));
    else if (header.type === 'directory') this.found.set(path, { header });
    else this.found.set(path, { header, content: content ?? Buffer.alloc(0) });
  }

  /** What is still to be found, in this layer or below it. */
  rest(): Map<string, string[]> {
    const rest = new Map<string, string[]>();
    for (const [path, names] of this.wanted) {
      if (this.found.has(path)) continue;
      const target = this.links.get(path) ?? path;
      rest.set(target, [...(rest.get(target) ?? []), ...names]);
    }
    return rest;
  }

  /** The path that is wanted and that a name in the archive means; undefined for all others. */
  private pathOf(name: string): string | undefined {
    const parts = splitPath(name);
    if (!this.names.has(parts.at(-1) ?? '')) return undefined;
    const path = this.realPath(name);
    return this.wanted.has(path) ? path : undefined;
  }

  private realPath(name: string): string {
    const parts = splitPath(name);
    const last = parts.pop();
    if (last === undefined) return '/';
    const parent = follow(this.root, `/${parts.join('/')}`).path;
    return `${parent === '/' ? '' : parent}/${last}`;
  }
}

/** A path that no layer has, though the tree does. */
export function notFound(path: string): LayerError {
  return new LayerError(`the entry of ${path} is in none of its layers`);
}
