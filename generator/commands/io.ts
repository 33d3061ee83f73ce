// Files and streams: the only place, with bin.ts, that touches the world outside.

import { fstatSync, writeFile as writeToDescriptor, type Stats } from 'node:fs';
import { lstat, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { usageTexts } from '../diagnostics/table/usage.ts';
import type { TextFile } from '../load.ts';
import { readBounded, readStream, UnreadableError } from './read-file.ts';

/** What a command needs of its process. */
export interface Io {
  readonly stdin: Readable;
  readonly writeOut: (text: string) => Promise<void>;
  readonly writeError: (text: string) => Promise<void>;
  /** Colours on standard error. */
  readonly color: boolean;
  /** Of the terminal that is standard output; absent if that is something else. */
  readonly columns?: number | undefined;
  /** The files that were read, which no output replaces: their names by device and inode. */
  readonly inputs?: Map<string, string>;
  /** What was read, by name: an error on a terminal shows its line. */
  readonly texts?: Map<string, string>;
}

/** A mistake in the arguments, or a file that cannot be read or written: exit status 2. */
export class UsageError extends Error {}

/** Reads the named files; `-` is standard input, which can be read once. */
export async function readFiles(names: readonly string[], io: Io): Promise<TextFile[]> {
  return Promise.all(names.map((name) => readTextFile(name, io)));
}

export async function readTextFile(name: string, io: Pick<Io, 'stdin' | 'inputs' | 'texts'>): Promise<TextFile> {
  const reading = name === '-' ? readStream(io.stdin) : readBounded(name);
  const bytes = await reading.catch((error: unknown) => fail('read', name === '-' ? '<stdin>' : name, error));
  const status = name === '-' ? undefined : await stat(name).catch(() => undefined);
  if (status) io.inputs?.set(identity(status), name);
  try {
    // Fatal: a file that is no UTF-8 would otherwise be compiled with its characters replaced.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    const file = { name: name === '-' ? '<stdin>' : name, text };
    io.texts?.set(file.name, file.text);
    return file;
  } catch {
    throw new UsageError(usageTexts.notUtf8({ name }));
  }
}

/** What `-o` calls standard output. */
const standardOutput = '-';

/**
 * Writes a file whole or not at all: beside it first, then moved into its place, with the mode that it had. It is no input
 * and no symbolic link. A pipe or device is written as it is, and `-` is standard output.
 */
export async function writeTextFile(name: string, text: string, io: Io): Promise<void> {
  if (name === standardOutput) return io.writeOut(text);
  const existing = await stat(name).catch(() => undefined);
  if (existing && !existing.isFile()) {
    await writeFile(name, text).catch((error: unknown) => failUnlessClosed(name, error));
    return;
  }
  const input = existing && io.inputs?.get(identity(existing));
  if (input !== undefined) throw new UsageError(usageTexts.isInput({ name, input }));
  if ((await lstat(name).catch(() => undefined))?.isSymbolicLink()) {
    throw new UsageError(usageTexts.isLink({ name }));
  }
  await replaceFile(name, text, existing?.mode);
}

/** Writes what a command makes: to the file of its `--output`, or else to standard output. */
export async function writeOutput(name: string | undefined, text: string, io: Io): Promise<void> {
  await writeTextFile(name ?? standardOutput, text, io);
}

async function replaceFile(name: string, text: string, mode: number | undefined): Promise<void> {
  const temporary = join(dirname(name), `.${basename(name)}.${crypto.randomUUID().slice(0, 8)}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      if (mode !== undefined) await file.chmod(mode & 0o7777);
      // Some file systems say only here that they are full.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, name);
  } catch (error) {
    await rm(temporary, { force: true });
    fail('write', name, error);
  }
}

function identity({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

type Output = NodeJS.WriteStream & { readonly fd: number };

/** Writes all of a text to an output of this process, and waits until it is taken. */
export async function writeStream(stream: Output, text: string): Promise<void> {
  try {
    // Node's own stream takes a write to a full disk that ended early for a whole one.
    if (isFileOrDevice(stream)) await writeAll(stream.fd, text);
    else await writeToStream(stream, text);
  } catch (error) {
    failUnlessClosed(stream.fd === 1 ? 'standard output' : 'standard error', error);
  }
}

/** A reader that went away (`mcpgen … | head`) is no fault of ours. */
function failUnlessClosed(name: string, error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') fail('write', name, error);
}

function writeAll(descriptor: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    writeToDescriptor(descriptor, text, (error) => (error ? reject(error) : resolve()));
  });
}

function writeToStream(stream: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The callback has the error; without a listener it would end the process as well.
    if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function isFileOrDevice(stream: Output): boolean {
  if (stream.isTTY) return false;
  const status = fstatSync(stream.fd);
  return status.isFile() || status.isCharacterDevice();
}

function fail(action: string, name: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined && !(error instanceof UnreadableError)) throw error;
  const other = code === 'ENOENT' && action === 'read' ? otherReference(name) : undefined;
  throw new UsageError(other ?? usageTexts.file({ action, name, code, message }));
}

/** What is said of a name that `docker mcp` takes for a catalog or a server: how it becomes a file. */
function otherReference(name: string): string | undefined {
  if (name.startsWith('catalog://')) {
    const parts = name.replace(/^catalog:\/\//, '').split('/');
    return usageTexts.catalogOfDocker({ name, reference: parts.slice(0, 2).join('/') });
  }
  if (name.startsWith('file://')) return usageTexts.fileUrl({ name });
  if (/^https?:\/\//.test(name)) return usageTexts.url({ name });
  const isReference = /^[\w.-]+(\/[\w.-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/.test(name);
  return isReference && !/\.(ya?ml|json)$/.test(name) ? usageTexts.reference({ name }) : undefined;
}
