// Compiles each JSON Schema that mcpgen checks files with to code: `node tools/validators.mjs`. Compiling at run time would take a second.
import { mkdirSync, readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './common.mjs';

const FOLDER = join(ROOT, 'dist/validators');

/** The schemas, by the names of their validators. Of values it is the chart's, which has Kubernetes' definitions in it. */
function schemas() {
  const names = readdirSync(join(ROOT, 'schemas')).map((file) => file.replace('.schema.json', ''));
  return names.map((name) => [name, join(ROOT, name === 'values' ? 'chart' : 'schemas', `${name}.schema.json`)]);
}

/** Writes dist/validators/NAME.cjs of each, and names the files. */
export async function writeValidators() {
  const { Ajv } = await import('ajv');
  const { default: standalone } = await import('ajv/dist/standalone/index.js');
  mkdirSync(FOLDER, { recursive: true });
  return Promise.all(
    schemas().map(async ([name, schema]) => {
      const ajv = new Ajv({
        allErrors: true,
        allowUnionTypes: true,
        verbose: true,
        inlineRefs: false,
        code: { source: true },
      });
      const code = standalone(ajv, ajv.compile(JSON.parse(readFileSync(schema, 'utf8'))));
      const file = join(FOLDER, `${name}.cjs`);
      writeFileSync(file, await withoutImports(code));
      return file;
    }),
  );
}

/** With the two or three functions of ajv that it calls, so that mcpgen needs no ajv. */
async function withoutImports(code) {
  const { rolldown } = await import('rolldown');
  const source = {
    name: 'source',
    resolveId: (id) => (id === 'code.cjs' ? join(ROOT, id) : null),
    load: (id) => (id === join(ROOT, 'code.cjs') ? code : null),
  };
  const build = await rolldown({ cwd: ROOT, input: 'code.cjs', platform: 'node', tsconfig: false, plugins: [source] });
  const { output } = await build.generate({ format: 'cjs', minify: true });
  await build.close();
  return output[0].code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeValidators();
