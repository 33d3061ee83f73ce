// `mcpgen evaluate CATALOG...`: what the gateway makes of a catalog, before anything is made of it for a cluster.

import { Command } from 'commander';
import { parseSecrets } from '../catalog/config.ts';
import { type EmptyExpression, type EvaluatedServer, evaluateServers, findEmptyExpressions } from '../evaluate.ts';
import { load } from '../load.ts';
import { jsonText, printable } from '../printable.ts';
import { addHelp, groups } from './help.ts';
import { type Io, readTextFile } from './io.ts';
import {
  finish,
  addLoadOptions,
  addReportOptions,
  type LoadOptions,
  once,
  readLoadInput,
  type ReportOptions,
} from './options.ts';

interface EvaluateOptions extends LoadOptions, ReportOptions {
  readonly secretsFile?: string;
  readonly json?: boolean;
}

export function evaluateCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(command.argument('<catalogs...>', 'catalog files; - is standard input; the last one wins'))
    .description('Show the command, environment, volumes and user that the gateway would pass to docker run.')
    .optionsGroup(groups.inputs)
    .option('--secrets-file <file>', "the gateway's secrets file: lines of NAME=VALUE", once)
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
  const loaded = load(await readLoadInput(catalogs, options, io));
  const file = options.secretsFile === undefined ? undefined : await readTextFile(options.secretsFile, io);
  const secrets = parseSecrets(file?.name ?? '', file?.text ?? '');
  const shown = options.json ? secrets.value : new Map([...secrets.value.keys()].map((name) => [name, '****']));
  const records = evaluateServers(loaded.value, shown);
  const failed = await finish([...loaded.diagnostics, ...secrets.diagnostics, ...records.diagnostics], options, io);
  if (failed) return 1;
  await io.writeOut(
    options.json ? jsonText(records.value, toJson) : toTexts(records.value, findEmptyExpressions(loaded.value)),
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
