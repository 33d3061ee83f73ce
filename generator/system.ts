// What the compiler takes from Node.js about addresses and paths. Bundles for browsers have browser/system.ts in its place.

import { BlockList, isIP } from 'node:net';
import { posix } from 'node:path';

export { BlockList, isIP };

/** A path without `.`, `..` and double slashes. */
export const normalizePath: (path: string) => string = posix.normalize;
