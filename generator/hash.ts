// Hashes of texts. Bundles for browsers have browser/hash.ts in its place.

import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
