// Files as bytes, up to a size: a device, a pipe or a file of ten gigabytes must not fill the memory.

import { open, realpath, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** No catalog, config or lock comes near: Docker's own catalog has two megabytes. */
export const maxFileBytes = 32 * 1024 ** 2;

/** Why a file is not read, in words for the user. */
export class UnreadableError extends Error {}

/** A file's bytes. A named pipe is refused, as opening it waits until somebody writes. */
export async function readBounded(name: string): Promise<Buffer> {
  const { isPipe, isSocket } = await kindOf(name);
  // What the shell has opened already, as in <(command), is read like standard input.
  if (isSocket || (isPipe && !/^\/(dev\/fd|proc\/(self|\d+)\/fd)\//.test(await ownName(name)))) {
    throw new UnreadableError('it is a named pipe or socket; pass its content on standard input, as -');
  }
  const file = await open(name);
  try {
    return await readStream(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

/** A stream's bytes. */
export async function readStream(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > maxFileBytes) throw new UnreadableError(`it is larger than ${maxFileBytes / 1024 ** 2} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function kindOf(name: string): Promise<{ isPipe: boolean; isSocket: boolean }> {
  const status = await stat(name);
  return { isPipe: status.isFIFO(), isSocket: status.isSocket() };
}

/** /dev/stdin is a link to the descriptor; the descriptor's own link leads to nothing that has a name. */
async function ownName(name: string): Promise<string> {
  return name === '/dev/stdin' ? '/dev/fd/0' : /^\/(dev|proc)\//.test(name) ? name : realpath(name);
}
