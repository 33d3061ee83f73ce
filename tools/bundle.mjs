// Bundles a program that runs in pods to one file: `node tools/bundle.mjs relay|door FILE`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ROOT } from './common.mjs';
import { licensesOf } from './licenses.mjs';

/** The text of the bundle: the source in the folder of that name without its types, in one module. @returns {Promise<string>} */
export async function bundle(name) {
  const build = await rolldown({
    input: join(ROOT, name, 'main.ts'),
    platform: 'node',
    tsconfig: false,
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const [{ code, moduleIds }] = output;
  const licenses = licensesOf(moduleIds).map((text) => `\n${text.trim().split('\n').map(commented).join('\n')}\n`);
  return `// The ${name} of mcpgen, made of ${name}/*.ts by tools/bundle.mjs: do not edit.\n${code}${licenses.join('')}`;
}

const commented = (line) => `// ${line}`.trimEnd();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, file] = process.argv.slice(2);
  writeFileSync(file, await bundle(name));
}
