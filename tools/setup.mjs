// Installs all that a fresh machine lacks: npm packages, dist/, helm, kubeconform, Kubernetes schemas. Also a command: `node tools/setup.mjs`.
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, exclusively, mustRun, say, start } from './common.mjs';
import { installPrograms } from './programs.mjs';
import { installSchemas } from './schemas.mjs';

/** Runs all steps, one process at a time. */
export function setUp() {
  return exclusively(() => {
    installPackages();
    build();
    installPrograms();
    installSchemas();
  });
}

/** Runs `npm ci` when node_modules is missing or older than the lock file. */
export function installPackages() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  say('installing npm packages…');
  mustRun(
    'the npm packages that mcpgen is built of could not be installed: connect to the network, or look at the registry that npm is configured with, and try again.',
    'npm',
    ['ci', '--no-audit', '--no-fund'],
  );
}

/** What dist/ is made of. */
const SOURCES = [
  'tsconfig.json',
  'tsconfig.build.json',
  'chart/values.schema.json',
  'tools/build.mjs',
  'tools/validators.mjs',
];

/** Makes dist/ when a source is newer. */
export function build() {
  const files = ['generator', 'schemas'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(folder, file)),
  );
  const newest = Math.max(...[...SOURCES, ...files].map(modified));
  if (modified('dist/bin.js') >= newest) return;
  const begun = new Date();
  mustRun('mcpgen cannot be built; correct what is wrong first.', 'npm', ['run', '--silent', 'build']);
  utimesSync(join(ROOT, 'dist/bin.js'), begun, begun); // what changes while it compiles counts as newer
}

function modified(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await start(() => setUp());
