// What commands read of the chart that comes with mcpgen: its values, and the files that containers run.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChartFiles } from '../compose/model.ts';
import { readOverlay } from '../overlay.ts';
import { packageFile } from '../package.ts';
import { readSource } from '../source.ts';

const chart = fileURLToPath(packageFile('chart/'));

/** The values that the chart has by itself. */
export function readChartDefaults(): object {
  const name = 'chart/values.yaml';
  const source = readSource(name, readFileSync(`${chart}values.yaml`, 'utf8')).value;
  const values = source && readOverlay(source).value?.values;
  if (!values) throw new Error(`${name} cannot be read`);
  return values;
}

export function readChartFiles(): ChartFiles {
  return {
    bridge: readScripts('bridge'),
    gateway: readScripts('gateway'),
    relay: readFileSync(`${chart}files/relay.mjs`, 'utf8'),
  };
}

/** Those of a folder, and what all log by. */
function readScripts(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(`${chart}files/${folder}`).map((name) => [name, `${folder}/${name}`] as const);
  const files = [...names, ['log.sh', 'log.sh'] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(files.map(([name, path]) => [name, readFileSync(`${chart}files/${path}`, 'utf8')]));
}
