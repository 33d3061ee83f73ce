// Files of mcpgen's own package. The sources of this folder and the code in dist/ have the same way to them.

import { createRequire } from 'node:module';

const root = new URL('../', import.meta.url);
const require = createRequire(root);

/** Where a file of the package is. */
export function packageFile(path: string): URL {
  return new URL(path, root);
}

/** A JSON file or a CommonJS module of the package, read once. */
export function requireOfPackage(path: string): unknown {
  return require(`./${path}`);
}
