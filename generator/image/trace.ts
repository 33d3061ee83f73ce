// What following a program finds out: the files and folders that it needs, and where it could not be followed.

import { ContentError } from '../registry/error.ts';
import type { Need, Program, Verb } from './facts.ts';
import { type DirectoryEntry, type Entry, type FileEntry, follow, type Followed, joinPath, readText } from './tree.ts';

/** What decides which file a word of the command line is. */
export interface Surroundings {
  readonly root: DirectoryEntry;
  /** The variable PATH, '' where the image sets none. */
  readonly path: string;
  readonly workingDir: string;
  /** Gets the files whose text was asked for and is still to be fetched. */
  readonly unread?: Set<FileEntry>;
}

/** A word of a command line, and its place in the arguments of the image, if it is one of them. */
export interface Word {
  readonly text: string;
  readonly index?: number;
}

/** What Docker and Kubernetes set where the image sets none. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** As in Linux: a script's interpreter may be a script, but not without end. */
const maxDepth = 8;
/** Entries that are passed or looked at; a large site-packages has a hundred thousand. */
const maxSteps = 5_000_000;

/** What programs do with their arguments: which file they run, which folders they read. */
export interface Interpreters {
  /** A program file that is not a script. */
  runBinary(trace: Trace, path: string, rest: readonly Word[], depth: number): void;
  /** A file that begins with `#!`. */
  runScript(trace: Trace, path: string, text: string, rest: readonly Word[], depth: number): void;
}

export class Trace {
  private readonly surroundings: Surroundings;
  private readonly interpreters: Interpreters;
  private readonly needs = new Map<string, Need>();
  private readonly doubts = new Map<string, Need>();
  private missing: string | undefined;
  private unfollowed: string | undefined;
  private used = 0;
  private steps = 0;

  constructor(surroundings: Surroundings, interpreters: Interpreters) {
    this.surroundings = surroundings;
    this.interpreters = interpreters;
  }

  finish(argv: readonly string[]): Program {
    return {
      argv: argv.slice(0, Math.max(this.used, 1)),
      needs: [...this.needs.values()],
      doubts: [...this.doubts.values()].slice(0, 8),
      ...(this.missing !== undefined && { missing: this.missing }),
      ...(this.unfollowed !== undefined && { unfollowed: this.unfollowed }),
    };
  }

  /** Starts what the words say; the first one is the program. */
  execute(words: readonly Word[], depth: number): void {
    const [program, ...rest] = words;
    if (!program) return;
    this.use(program);
    if (depth > maxDepth) return this.stop(`more than ${maxDepth} programs start each other`);
    const path = this.findProgram(program.text);
    if (path === undefined) {
      this.missing ??= program.text;
      return;
    }
    const head = this.textOf(path);
    const text = head?.startsWith('#!') ? head : undefined;
    this.need(text === undefined ? 'run' : 'script', path);
    if (text === undefined) this.interpreters.runBinary(this, path, rest, depth);
    else this.interpreters.runScript(this, path, text, rest, depth);
  }

  /** The word decides what runs. */
  use({ index }: Word): void {
    if (index !== undefined) this.used = Math.max(this.used, index + 1);
  }

  /** What comes after this is not known. */
  stop(reason: string): void {
    this.unfollowed ??= reason;
  }

  /** Notes that a file or directory is needed, and every directory on the way that is not open to everybody. */
  need(verb: Verb, path: string): Entry | undefined {
    const followed = this.follow(path);
    for (const [directory, { mode, uid, gid }] of followed.entered) {
      if ((mode & 0o111) !== 0o111) this.add({ verb: 'enter', path: directory, mode, uid, gid });
    }
    const { entry } = followed;
    if (!entry) {
      // A program that is not there is an error for sure; a file may come from a volume, or from a script before it.
      if (verb === 'run' || verb === 'script') this.missing ??= followed.path;
      else this.stop(`the image has no ${followed.path}`);
      return undefined;
    }
    const { mode, uid, gid } = entry;
    this.add({ verb, path: followed.path, ...(followed.path !== path && { via: path }), mode, uid, gid });
    return entry;
  }

  /** Needs a folder whose files are code, and looks below it for what not everybody may read. */
  needFolder(path: string): void {
    const entry = this.need('list', path);
    if (entry?.kind === 'directory') this.doubt(this.realPath(path), entry, 0);
  }

  isThere(path: string, kind: Entry['kind']): boolean {
    return this.entryAt(path)?.kind === kind;
  }

  entryAt(path: string): Entry | undefined {
    return this.follow(path).entry;
  }

  textOf(path: string): string | undefined {
    const entry = this.entryAt(path);
    return entry?.kind === 'file' ? readText(entry, this.surroundings.unread) : undefined;
  }

  realPath(path: string): string {
    return this.follow(path).path;
  }

  /** An argument that names a file, seen from the working directory. */
  absolute(path: string): string {
    return joinPath(this.surroundings.workingDir || '/', path);
  }

  /** The path of a program: as it is with a slash in it, else by PATH. */
  findProgram(name: string): string | undefined {
    const { path, workingDir } = this.surroundings;
    if (name === '') return undefined;
    const folders = name.includes('/') ? [''] : (path || defaultPath).split(':');
    return folders
      .map((folder) => joinPath(workingDir || '/', folder === '' ? name : `${folder}/${name}`))
      .find((candidate) => isExecutable(this.entryAt(candidate)));
  }

  private follow(path: string): Followed {
    const followed = follow(this.surroundings.root, path);
    this.step(1 + followed.entered.length);
    return followed;
  }

  /** Files made to do harm can send this round for days. */
  private step(steps: number): void {
    this.steps += steps;
    if (this.steps > maxSteps) throw new ContentError('what its program needs takes too long to follow');
  }

  private add(need: Need): void {
    const key = `${need.verb} ${need.path}`;
    if (!this.needs.has(key)) this.needs.set(key, need);
  }

  private doubt(path: string, directory: DirectoryEntry, depth: number): void {
    if (depth > 40) return;
    this.step(directory.children.size);
    for (const [name, entry] of directory.children) {
      if (!mayMatter(name, entry)) continue;
      const { mode, uid, gid } = entry;
      const verb = entry.kind === 'file' ? 'read' : 'list';
      const isOpen = entry.kind === 'file' ? (mode & 0o444) === 0o444 : (mode & 0o555) === 0o555;
      const full = `${path}/${name}`;
      // One example for each owner and mode: a whole tree is often the same.
      const key = `${verb} ${mode} ${uid} ${gid}`;
      if (!isOpen && !this.doubts.has(key)) this.doubts.set(key, { verb, path: full, mode, uid, gid });
      if (isOpen && entry.kind === 'directory') this.doubt(full, entry, depth + 1);
    }
  }
}

/** Code and folders of it; not what version control, editors and caches leave behind. */
function mayMatter(name: string, { kind }: Entry): boolean {
  if (name.startsWith('.') || name === '__pycache__') return false;
  return kind === 'directory' || (kind === 'file' && /\.(py|[cm]?js|json|node|so(\.[\d.]+)?|wasm)$/.test(name));
}

function isExecutable(entry: Entry | undefined): entry is FileEntry {
  return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
}
