// `npm run gen`: writes the files that are made from others: the chart's schema, README and list of changes, and a page of docs/.

import { readFileSync, writeFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { defaultsFile, type ValuesSchema } from './chart-defaults-file.ts';
import { chartSchema } from './chart-schema.ts';
import { packageFile } from '../package.ts';
import { describedValues } from './described-values.ts';
import { withDiagnosticsTable } from './diagnostics-page.ts';
import { parse, parseDocument, stringify } from 'yaml';

const read = (path: string): string => readFileSync(packageFile(path), 'utf8');
const write = (path: string, text: string): void => writeFileSync(packageFile(path), text);
const header = '<!-- Written by `npm run gen` from README.md.hbs, values.yaml and schemas/values.schema.json. -->\n\n';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
}

const described = describedValues(read('chart/values.yaml'));
const schema = chartSchema(read('schemas/values.schema.json'), read('tools/kubernetes-1.34.schema.json'), described);
write('chart/values.schema.json', schema);

const chartText = parseDocument(read('chart/Chart.yaml'));
const changes = changesOf(read('CHANGELOG.md'), String(chartText.get('version')));
chartText.setIn(['annotations', 'artifacthub.io/changes'], stringify(changes, { lineWidth: 0 }));
write('chart/Chart.yaml', chartText.toString({ lineWidth: 0, flowCollectionPadding: false }));

const chart = parse(read('chart/Chart.yaml')) as {
  name: string;
  version: string;
  description: string;
  kubeVersion: string;
};
write(
  'chart/files/defaults.json',
  defaultsFile(parse(read('chart/values.yaml')) as Record<string, unknown>, JSON.parse(schema) as ValuesSchema),
);
write('chart/LICENSE', read('LICENSE'));
const template = Handlebars.compile(read('chart/README.md.hbs'), { noEscape: true, strict: true });
const readme = template({
  chart,
  kubernetes: chart.kubeVersion.replace(/^>=|-0$/g, ''),
  server: describeServer(JSON.parse(schema) as JsonSchema),
  values: described.map(({ path, default: value, description }) => ({
    key: path.join('.'),
    default: cell(JSON.stringify(value)),
    description: cell(description),
  })),
});
write('chart/README.md', header + readme);

write('docs/diagnostics.md', withDiagnosticsTable(read('docs/diagnostics.md')));

/** The entries of a version, as Artifact Hub wants them; its kinds are the headings' words in lower case. */
function changesOf(changelog: string, version: string): { kind: string; description: string }[] {
  const [, after = ''] = changelog.split(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\].*$`, 'm'));
  const [section = ''] = after.split(/^## /m);
  return section.split(/^### /m).flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n');
    const entries = lines.join('\n').split(/^- /m).slice(1);
    return entries.map((entry) => ({ kind: heading.toLowerCase(), description: entry.replace(/\s+/g, ' ').trim() }));
  });
}

/** The keys of an entry of `servers` that `defaults` does not have. */
function describeServer(document: JsonSchema): { key: string; type: string; description: string }[] {
  const definitions = document.definitions ?? {};
  const defaults = new Set(Object.keys(definitions['defaults']?.properties ?? {}));
  return Object.entries(definitions['server']?.properties ?? {})
    .filter(([key]) => !defaults.has(key))
    .map(([key, property]) => {
      const target = definitions[property.$ref?.replace('#/definitions/', '') ?? ''] ?? {};
      const { type, enum: allowed, description = '' } = { ...target, ...property };
      return {
        key,
        type: cell(allowed?.join(', ') ?? [type ?? 'any'].flat().join(' or ')),
        description: cell(description),
      };
    });
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
