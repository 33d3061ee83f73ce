// Bundles the door to one file: `node door/build.mjs [FILE]`, by default door/dist/door.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** The text of the bundle: the source without its types, in one module. @returns {Promise<string>} */
export async function bundle() {
  const build = await rolldown({
    input: join(import.meta.dirname, 'main.ts'),
    platform: 'node',
    tsconfig: false,
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return `// The door of mcpgen, made of door/*.ts by door/build.mjs: do not edit.\n${output[0].code}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? join(import.meta.dirname, 'dist/door.mjs');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await bundle());
}
