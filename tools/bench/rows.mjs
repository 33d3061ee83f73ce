// The benchmarks: each compares something with the least that it could take, and has a goal for the ratio.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TOOLS, UserError, run } from '../common.mjs';
import { catalogOf, valuesOf } from './inputs.mjs';
import { leastSeconds, peakMegabytes } from './measure.mjs';

const BIN = join(ROOT, 'dist/bin.js');

/** All rows, measured in a folder: `{id, what, value, unit, beside, ratio, goal}`; `ratio` is what counts, and `goal` its limit. */
export function* measureAll(folder) {
  yield measureHelp(folder);
  yield measureCompile(folder, 10, 1.3);
  yield measureCompile(folder, 328, 0.7);
  yield* measureLarge(folder);
  for (const count of [30, 300, 1000]) yield measureRender(folder, count);
  yield measureLayer();
}

function measureHelp(folder) {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const [own, bare] = leastSeconds(
    [
      ['node', BIN, '--help'],
      ['node', empty],
    ],
    15,
  );
  return row('help', '`mcpgen --help`', own, bare, 'an empty program of Node', 1.5);
}

function measureCompile(folder, count, goal) {
  const { args, catalog } = compileOf(folder, count);
  const floor = ['node', join(ROOT, 'tools/bench/floor.mjs'), catalog, join(folder, 'floor.yaml')];
  const [own, least] = leastSeconds([['node', ...args], floor], 9);
  return row(`compile-${count}`, `compile ${count} servers`, own, least, 'parse the catalog, write it', goal);
}

/** Whether ten times the servers take ten times as long, and how much memory they need. */
function* measureLarge(folder) {
  const [tenth] = leastSeconds([['node', ...compileOf(folder, 1000).args]], 3);
  const { args } = compileOf(folder, 10_000);
  const [all] = leastSeconds([['node', ...args]], 2);
  yield row('compile-10000', 'compile 10,000 servers', all, 10 * tenth, 'ten times 1,000 servers', 1.2);
  const peak = peakMegabytes(args);
  yield { ...row('memory-10000', 'its memory at the peak', peak, 400, 'the goal', 1), unit: 'MB' };
}

function compileOf(folder, count) {
  const files = Object.entries(catalogOf(count)).map(([name, text]) => {
    const file = join(folder, `${name}-${count}.yaml`);
    writeFileSync(file, text);
    return [name, file];
  });
  const { catalog, config, entrypoints } = Object.fromEntries(files);
  const values = join(folder, 'values.yaml');
  const options = ['--skip-unsupported', '--quiet', '-o', values];
  return { catalog, args: [BIN, catalog, '--config', config, '--entrypoints', entrypoints, ...options] };
}

/** The chart beside one that ranges over the same kinds of objects, and has no defaults and checks. */
function measureRender(folder, count) {
  const values = join(folder, 'servers.yaml');
  writeFileSync(values, valuesOf(count));
  const options = ['--kube-version', '1.34.0', '-f', values];
  const template = (chart) => [join(TOOLS, 'bin/helm4'), 'template', 'mcp', join(ROOT, chart), ...options];
  const [own, plain] = leastSeconds([template('chart'), template('test/chart/plain')], 3);
  return row(`render-${count}`, `\`helm template\`, ${count} servers`, own, plain, 'a plain chart', 2);
}

/** The test of it says what `mcpgen lock` held at its peak while it read a large layer. */
function measureLayer() {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { stdout, stderr } = run(process.execPath, [vitest, 'run', 'test/image/memory.test.ts']);
  const [, peak, size] = /(\d+) MB for a layer of (\d+) MB/.exec(stdout) ?? [];
  if (peak === undefined) throw new UserError(`test/image/memory.test.ts did not say what it measured:\n${stderr}`);
  const found = row(
    'layer',
    '`mcpgen lock`, memory at the peak',
    Number(peak),
    Number(size),
    'the layer that it reads',
    0.15,
  );
  return { ...found, unit: 'MB' };
}

function row(id, what, value, least, beside, goal) {
  return { id, what, value, unit: 's', least, beside, ratio: value / least, goal };
}
