// Files and streams: the only place, with bin.ts, that touches the world outside.

import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TextFile } from '../load.ts';

/** What a command needs of its process. */
export interface Io {
  readonly stdin: Readable;
  readonly writeOut: (text: string) => Promise<void>;
  readonly writeError: (text: string) => Promise<void>;
  /** Colours on standard error. */
  readonly color: boolean;
}

/** A mistake in the arguments, or a file that cannot be read or written: exit status 2. */
export class UsageError extends Error {}

/** Reads the named files; `-` is standard input, which can be read once. */
export async function readFiles(names: readonly string[], io: Io): Promise<TextFile[]> {
  return Promise.all(names.map((name) => readTextFile(name, io)));
}

export async function readTextFile(name: string, io: Io): Promise<TextFile> {
  const bytes =
    name === '-' ? await readAll(io.stdin) : await readFile(name).catch((error: unknown) => fail('read', name, error));
  try {
    // Fatal: a file that is no UTF-8 would otherwise be compiled with its characters replaced.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    return { name: name === '-' ? '<stdin>' : name, text };
  } catch {
    throw new UsageError(`cannot read ${name}: it is not UTF-8 text. Convert it, e.g. with iconv -t utf-8`);
  }
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Writes a file whole or not at all: beside it first, then moved into its place. A pipe or device is written as it is. */
export async function writeTextFile(name: string, text: string): Promise<void> {
  const existing = await stat(name).catch(() => undefined);
  const temporary = join(dirname(name), `.${basename(name)}.${randomBytes(4).toString('hex')}`);
  try {
    if (existing && !existing.isFile()) {
      await writeFile(name, text);
      return;
    }
    await writeFile(temporary, text, { flag: 'wx', ...(existing && { mode: existing.mode & 0o777 }) });
    await rename(temporary, name);
  } catch (error) {
    await rm(temporary, { force: true });
    fail('write', name, error);
  }
}

function fail(action: string, name: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  throw new UsageError(`cannot ${action} ${name}: ${reasons[code ?? ''] ?? message}`);
}
