// Hashes of texts in a browser, where the Web's own are asynchronous.

import { sha256 as hashOf } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** As that of hash.ts. */
export function sha256(text: string): string {
  return bytesToHex(hashOf(utf8ToBytes(text)));
}
