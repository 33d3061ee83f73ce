// `mcpgen evaluate CATALOG...`: what the gateway makes of a catalog, before anything is made of it for a cluster.

import type { Command } from 'commander';
import { type EmptyExpression, type EvaluatedServer, evaluateServers, findEmptyExpressions } from '../evaluate.ts';
import { select } from '../prepare.ts';
import { jsonText, printable } from '../printable.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type InputOptions } from './input-options.ts';
import { readInputs } from './inputs.ts';
import type { Io } from './io.ts';
import { finish } from './finish.ts';
import { addReportOptions, type ReportOptions } from './options.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface EvaluateOptions extends InputOptions, ReportOptions {
  readonly json?: boolean;
}

export function evaluateCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument));
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .option('--json', 'print JSON, with the values of secrets; the text masks them');
  return addHelp(addReportOptions(command), evaluateExamples).action(
    async (catalogs: string[], options: EvaluateOptions) => {
      exit(await runEvaluate(catalogs, options, io));
    },
  );
}

const evaluateExamples = [
  'mcpgen evaluate catalog.yaml --config config.yaml',
  'mcpgen evaluate catalog.yaml --servers time --json',
];

async function runEvaluate(catalogs: string[], options: EvaluateOptions, io: Io): Promise<number> {
  const { input, secretValues, diagnostics: ofFiles } = await readInputs(catalogs, options, io);
  const { value, diagnostics } = select(input);
  const shown = options.json ? secretValues : new Map([...secretValues.keys()].map((name) => [name, '****']));
  const records = evaluateServers(value.loaded, shown);
  const failed = await finish([...ofFiles, ...diagnostics, ...records.diagnostics], options, io);
  if (failed) return 1;
  await io.writeOut(
    options.json ? jsonText(records.value, toJson) : toTexts(records.value, findEmptyExpressions(value.loaded)),
  );
  return 0;
}

/** Integers beyond JavaScript's own, which only a config file can hold. */
function toJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value instanceof Map ? Object.fromEntries(value) : value;
}

function toTexts(records: readonly EvaluatedServer[], empty: readonly EmptyExpression[]): string {
  return records
    .map((record) =>
      toText(
        record,
        empty.filter(({ server }) => server === record.server),
      ),
    )
    .join('\n');
}

/** One server as a block of lines. */
function toText(record: EvaluatedServer, empty: readonly EmptyExpression[]): string {
  const rows: [string, readonly string[]][] = [
    ['image', record.image === undefined ? [] : [record.image]],
    ['url', record.remoteUrl === undefined ? [] : [`${record.remoteUrl} (${record.transport})`]],
    ['headers', Object.entries(record.remoteHeaders ?? {}).map(([name, value]) => `${name}: ${value}`)],
    ['command', record.command.map((text) => JSON.stringify(text))],
    ['secrets', record.secrets.map(({ env, name, value }) => `${env}=${value} (${name})`)],
    ['env', record.envOrder.map((name) => `${name}=${record.env[name]}`)],
    ['left out', record.envDropped ?? []],
    ['volumes', record.volumes],
    ['user', record.user === null ? [] : [record.user]],
    ['network', record.disableNetwork ? ['none'] : (record.allowHosts ?? [])],
    ['empty', empty.map(({ where, expression, unset }) => `${where}: ${expression} (${unset.join(', ')} not set)`)],
    ['config', [`read from the key ${JSON.stringify(record.configKey)}`]],
  ];
  const lines = rows.flatMap(([label, values]) =>
    values.map((value, index) => `  ${(index === 0 ? label : '').padEnd(9)} ${value}`),
  );
  return [`${record.server} (${record.kind})`, ...lines].map((line) => `${printable(line)}\n`).join('');
}
