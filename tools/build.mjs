// `npm run build`: dist/ from generator/ and the schemas: types, bundled code, compiled validators, and the licenses of what is bundled.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, mustRun, start } from './common.mjs';
import { licensesOf } from './licenses.mjs';
import { writeValidators } from './validators.mjs';

const DIST = join(ROOT, 'dist');

/** Modules that are others in a browser: `imports` in package.json says which. */
const replaced = ['package', 'system', 'hash'];
const byName = {
  name: 'by-name',
  async resolveId(source, importer, options) {
    if (importer === undefined) return null;
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    const name = replaced.find((one) => found?.id === join(ROOT, `generator/${one}.ts`));
    return name === undefined ? null : { id: `#${name}`, external: true };
  },
};

await start(async () => {
  const { rolldown } = await import('rolldown'); // there only after npm ci
  mkdirSync(DIST, { recursive: true });
  // First of all: sources with mistakes leave the rest of dist/ as it was.
  const types = writeTypes();
  const { files, modules } = await bundle(rolldown);
  const kept = new Set([...types, ...files, ...(await writeValidators()), writeLicenses(modules)]);
  for (const file of filesOf(DIST).filter((it) => !kept.has(it))) rmSync(file);
});

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The declarations that the library's own need. */
function writeTypes() {
  mustRun('the sources in generator/ do not compile; correct them first.', join(ROOT, 'node_modules/.bin/tsc'), [
    '-p',
    'tsconfig.build.json',
  ]);
  const needed = new Set();
  const need = (file) => {
    if (needed.has(file)) return;
    needed.add(file);
    const imported = [];
    const text = readFileSync(file, 'utf8').replace(
      /((?:from|import\()\s*['"](\.[^'"]+))\.ts(?=['"])/g,
      (_, before, path) => {
        imported.push(`${path}.d.ts`);
        return `${before}.js`; // other packages' compilers look for no .ts
      },
    );
    writeFileSync(file, text);
    for (const path of imported) need(join(dirname(file), path));
  };
  need(join(DIST, 'index.d.ts'));
  return needed;
}

/** The program and the library, with the packages that they import; and `npm run gen`, which is not published. */
async function bundle(rolldown) {
  const entries = Object.fromEntries(['bin', 'index', ...replaced].map((name) => [name, `generator/${name}.ts`]));
  const product = await write(rolldown, { input: entries, plugins: [byName] }, fileOf);
  const browser = await write(rolldown, {
    input: { 'browser/system': 'generator/browser/system.ts', 'browser/hash': 'generator/browser/hash.ts' },
    platform: 'browser',
  });
  const gen = await write(rolldown, { input: { gen: 'generator/dev/gen.ts' }, external: /^[^./]/ });
  const files = [...product.files, ...browser.files, ...gen.files, writeBrowserPackage()];
  return { files, modules: [...product.modules, ...browser.modules] };
}

/** What browser bundles have of the package's files: the validators and the schema of the values, as modules. */
function writeBrowserPackage() {
  const names = readdirSync(join(ROOT, 'schemas')).map((file) => file.replace('.schema.json', ''));
  const lines = [
    ...names.map((name, index) => `import v${index} from '../validators/${name}.cjs';`),
    `import schema from '../../chart/values.schema.json';`,
    'const files = {',
    ...names.map((name, index) => `  'dist/validators/${name}.cjs': v${index},`),
    `  'chart/values.schema.json': schema,`,
    '};',
    'export const requireOfPackage = (path) => files[path];',
  ];
  const file = join(DIST, 'browser/package.js');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/**
 * Few files, as each costs time: what `mcpgen --help` loads, of that what the library needs too, and what compiling
 * adds: the library's, which runs in a browser too, and what reads files. Other
 * commands have files of their own.
 */
function fileOf(module, graph) {
  const needs = (entry) => closure(join(ROOT, 'generator', entry), graph).has(module);
  if (needs('cli.ts')) return needs('index.ts') ? 'base' : 'cli';
  if (needs('commands/run-compile.ts')) return needs('index.ts') ? 'library' : 'compile';
  return null;
}

/** A module and all that it imports before it runs. */
function closure(module, graph, found = new Set()) {
  if (found.has(module)) return found;
  found.add(module);
  for (const id of graph.getModuleInfo(module)?.importedIds ?? []) closure(id, graph, found);
  return found;
}

async function write(rolldown, options, name) {
  const build = await rolldown({
    cwd: ROOT,
    platform: 'node',
    tsconfig: false,
    logLevel: 'warn',
    preserveEntrySignatures: 'allow-extension',
    // In one file, and without its maps of sources.
    resolve: { alias: { handlebars: join(ROOT, 'node_modules/handlebars/dist/handlebars.min.js') } },
    ...options,
  });
  const { output } = await build.write({
    dir: DIST,
    format: 'esm',
    // No hashes: the list of the package's files is the same until a part is added.
    chunkFileNames: '[name].js',
    comments: false, // reading them takes time
    ...(name && { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name, debugName: 'files' }] } }),
  });
  await build.close();
  return {
    files: output.map(({ fileName }) => join(DIST, fileName)),
    modules: output.flatMap((chunk) => chunk.moduleIds ?? []),
  };
}

/** The license texts of the packages whose code is in dist/, as they ask for. */
function writeLicenses(modules) {
  const file = join(DIST, 'licenses.txt');
  writeFileSync(
    file,
    `Packages whose code is part of mcpgen's.\n\n${licensesOf(modules).join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
  return file;
}
