// The 65 servers of test/data as values, as a Compose file, and as the chart renders them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { serverKind } from '../../generator/catalog/model.ts';
import { readChartDefaults, readChartFiles } from '../../generator/commands/chart-files.ts';
import { type Composed, compose } from '../../generator/compose/compose.ts';
import type { ComposeFile } from '../../generator/compose/model.ts';
import type { Diagnostic } from '../../generator/diagnostics.ts';
import { compile, load, type TextFile } from '../../generator/index.ts';
import type { Values } from '../../generator/values/model.ts';

const data = join(import.meta.dirname, '../data');
const read = (name: string): TextFile => ({ name, text: readFileSync(join(data, name), 'utf8') });

/** The values of the sample; five of its servers cannot run in a container of their own. */
export function sampleValues(): Values {
  const catalogs = [read('catalog-sample.yaml')];
  const entrypoints = load({ catalogs })
    .value.servers.filter((server) => serverKind(server) === 'container')
    .map(({ name }) => `${JSON.stringify(name)}: [serve]\n`);
  const { value, diagnostics } = compile({
    catalogs,
    configs: [read('config-sample.yaml')],
    entrypoints: [{ name: 'entrypoints.yaml', text: entrypoints.join('') }],
    skipUnsupported: true,
  });
  if (!value) throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === 'error')));
  return value.values;
}

export function composeOf(values: object): {
  composed: Composed;
  file: ComposeFile;
  diagnostics: readonly Diagnostic[];
} {
  const { value, diagnostics } = compose({ values, chartDefaults: readChartDefaults(), files: readChartFiles() });
  return { composed: value, file: parse(value.text, { maxAliasCount: 0 }) as ComposeFile, diagnostics };
}
