// Bytes from a registry, bounded and checked against their digest.

import { createHash } from 'node:crypto';
import { ConnectionError, RegistryError } from './error.ts';

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Reads a blob piece by piece, and knows at its end whether it was the right one. */
export class BlobReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly expected: { readonly digest: string; readonly size: number };
  private readonly onBytes: ((bytes: number) => void) | undefined;
  private readonly hash = createHash('sha256');
  private size = 0;

  constructor(
    body: AsyncIterable<Uint8Array>,
    expected: { readonly digest: string; readonly size: number },
    onBytes?: (bytes: number) => void,
  ) {
    this.chunks = body[Symbol.asyncIterator]();
    this.expected = expected;
    this.onBytes = onBytes;
  }

  /** The content. Who takes it may stop early: `finish` reads on from there. */
  async *stream(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.next(); chunk; chunk = await this.next()) yield chunk;
  }

  /** Reads what is left; throws if the whole was not what its digest says. */
  async finish(): Promise<void> {
    while (await this.next());
    const digest = `sha256:${this.hash.copy().digest('hex')}`;
    if (digest === this.expected.digest) return;
    throw new RegistryError(`a layer is not what its digest says: ${digest} came for ${this.expected.digest}`);
  }

  private async next(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.chunks.next().catch((error: unknown) => {
      throw new ConnectionError(error);
    });
    if (done) {
      if (this.size < this.expected.size) {
        throw new RegistryError(`${this.expected.digest} ended after ${this.size} of ${this.expected.size} bytes`, {
          isTransient: true,
        });
      }
      return undefined;
    }
    this.size += value.length;
    if (this.size > this.expected.size) {
      throw new RegistryError(`${this.expected.digest} is longer than the ${this.expected.size} bytes of its manifest`);
    }
    this.hash.update(value);
    this.onBytes?.(value.length);
    return value;
  }
}

/** Reads something small whole. */
export async function readAll(body: AsyncIterable<Uint8Array>, limit: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      // Who breaks off hangs up.
      if (size > limit) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new ConnectionError(error);
  }
  if (size > limit) throw new RegistryError(`${what} is larger than ${limit} bytes`);
  return Buffer.concat(chunks);
}
