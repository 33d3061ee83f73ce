// `npm run bench`: figures, not tests: how long catalogs and charts of growing size take, and how much memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TOOLS, UserError, run, start } from './common.mjs';
import { setUp } from './setup.mjs';

const SAMPLE = join(ROOT, 'test/data/catalog-sample.yaml');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bench-'));

await start(async () => {
  await setUp();
  try {
    benchCompile();
    benchRender();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Catalogs made of the sample's containers, as often as it takes; each server has a name and tools of its own. */
function benchCompile() {
  console.log('\ncompile, a catalog of the sample over and over');
  console.log('servers   catalog   seconds   peak memory');
  for (const count of [100, 1000, 10_000]) {
    const catalog = join(folder, 'catalog.yaml');
    const entrypoints = join(folder, 'entrypoints.yaml');
    const { text, names } = makeCatalog(count);
    writeFileSync(catalog, text);
    writeFileSync(entrypoints, names.map((name) => `${name}: [serve]\n`).join(''));
    const config = join(folder, 'config.yaml');
    writeFileSync(config, makeConfig(count));
    const args = [
      catalog,
      '--config',
      config,
      '--entrypoints',
      entrypoints,
      '--skip-unsupported',
      '--quiet',
      '-o',
      join(folder, 'values.yaml'),
    ];
    const { seconds, megabytes } = measure(process.execPath, [join(ROOT, 'dist/bin.js'), ...args]);
    const size = `${(text.length / 1e6).toFixed(1)} MB`;
    console.log(
      `${String(count).padStart(7)}${size.padStart(10)}${seconds.toFixed(1).padStart(10)}${`${megabytes} MB`.padStart(14)}`,
    );
  }
}

function benchRender() {
  console.log(
    '\nhelm template, servers with an environment variable, a secret and a volume each; and a plain chart over the same data',
  );
  console.log('servers   helm3 s   plain s   helm4 s   plain s');
  for (const count of [30, 300, 1000]) {
    const values = join(folder, 'values.yaml');
    writeFileSync(values, makeValues(count));
    const charts = ['helm3', 'helm4'].flatMap((helm) => ['chart', 'test/chart/plain'].map((chart) => [helm, chart]));
    const times = charts.map(([helm, chart]) => {
      const args = ['template', 'mcp', join(ROOT, chart), '--kube-version', '1.34.0', '-f', values];
      const runs = Array.from({ length: 5 }, () => measure(join(TOOLS, 'bin', helm), args).seconds);
      return runs
        .sort((a, b) => a - b)[2]
        .toFixed(2)
        .padStart(10); // the median
    });
    console.log(`${String(count).padStart(7)}${times.join('')}`);
  }
}

function makeCatalog(count) {
  const entries = entriesOf(readFileSync(SAMPLE, 'utf8').split(/^registry:\n/m)[1]);
  const names = [];
  const parts = Array.from({ length: count }, (_, index) => {
    const { name, body } = entries[index % entries.length];
    const copy = `${name}-${index}`;
    names.push(copy);
    // Expressions name the server, so they are renamed with it.
    return `  ${copy}:\n${body.replaceAll(`{{${name}`, `{{${copy}`).replaceAll(/^( {6}- name: )(\w+)$/gm, `$1$2_${index}`)}`;
  });
  return { text: `registry:\n${parts.join('')}`, names };
}

function makeConfig(count) {
  const entries = entriesOf(readFileSync(SAMPLE, 'utf8').split(/^registry:\n/m)[1]);
  const sample = readFileSync(join(ROOT, 'test/data/config-sample.yaml'), 'utf8');
  const sections = new Map(sample.split(/^(?=\S)/m).map((section) => [section.split(':')[0], section]));
  return Array.from({ length: count }, (_, index) => {
    const { name } = entries[index % entries.length];
    return (sections.get(name) ?? '').replace(name, `${name}-${index}`);
  }).join('');
}

/** The containers of the sample with plain names, as texts. */
function entriesOf(registry) {
  return registry
    .split(/^(?= {2}\S)/m)
    .map((entry) => ({ name: entry.slice(2, entry.indexOf(':')), body: entry.slice(entry.indexOf('\n') + 1) }))
    .filter(({ name, body }) => /^[a-z0-9-]{1,50}$/.test(name) && /^ {4}image:/m.test(body));
}

function makeValues(count) {
  const server = (index) =>
    `  server-${index}:\n    image: example/server\n    command: [serve]\n    env: {LEVEL: info}\n` +
    `    secretEnv: {KEY: {name: keys, key: key-${index}}}\n    volumes: {data: {mountPath: /data, persistentVolumeClaim: {size: 1Gi}}}\n`;
  return `servers:\n${Array.from({ length: count }, (_, index) => server(index)).join('')}`;
}

/** Runs a program and says how long it took; of a program of Node also what it held at its peak. */
function measure(program, args) {
  const report = "process.on('exit', () => console.error(process.resourceUsage().maxRSS))";
  const watch = program === process.execPath ? ['--import', `data:text/javascript,${report}`] : [];
  const began = performance.now();
  const { status, stderr } = run(program, [...watch, ...args]);
  if (status !== 0) throw new UserError(`${program} failed:\n${stderr.slice(0, 2000)}`);
  return {
    seconds: (performance.now() - began) / 1000,
    megabytes: Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024),
  };
}
