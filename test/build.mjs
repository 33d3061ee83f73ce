// Before the tests: makes dist/ if a source is newer, as tests run the program there, and bundles the servers that tests start often.
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../tools/common.mjs';
import { build } from '../tools/setup.mjs';

export async function setup() {
  build();
  await bundleServers();
}

/** A process of one file starts in half the processor time, and the tests start hundreds. */
async function bundleServers() {
  const input = Object.fromEntries(['server', 'modern-server'].map((name) => [name, `test/relay/${name}.mjs`]));
  const bundle = await rolldown({ cwd: ROOT, platform: 'node', input, logLevel: 'warn' });
  await bundle.write({ dir: join(ROOT, 'node_modules/.cache/mcpgen'), format: 'esm', entryFileNames: '[name].mjs' });
  await bundle.close();
}
