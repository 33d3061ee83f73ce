// `mcpgen CATALOG...`: compiles catalogs to the values of the chart.

import { Command } from 'commander';
import { parseSecrets } from '../catalog/config.ts';
import { compile } from '../compile.ts';
import type { SecretKey } from '../workload/model.ts';
import { type VolumeRule, volumeRuleForms } from '../workload/volume-rules.ts';
import { type Io, readFiles, readTextFile, writeTextFile } from './io.ts';
import {
  addLoadOptions,
  addReportOptions,
  collect,
  collectSecret,
  collectVolumeRule,
  finish,
  type LoadOptions,
  readLoadInput,
  type ReportOptions,
} from './options.ts';

interface CompileOptions extends LoadOptions, ReportOptions {
  readonly entrypoints: readonly string[];
  readonly overlay?: string;
  readonly secret: ReadonlyMap<string, SecretKey>;
  readonly volume: readonly VolumeRule[];
  readonly secretsFile?: string;
  readonly skipUnsupported?: boolean;
  readonly output?: string;
}

export function compileCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(command.argument('<catalogs...>', 'catalog files; - is standard input, and a later file wins'))
    .option('--entrypoints <file>', "images' entrypoints by server or image (repeatable)", collect, [])
    .option('--overlay <file>', 'changes to the values, servers by their catalog names')
    .option('--secret <mapping>', 'where a secret is: NAME=SECRET/KEY (repeatable)', collectSecret, new Map())
    .option('--volume <rule>', `what a volume becomes: ${volumeRuleForms} (repeatable)`, collectVolumeRule, [])
    .option(
      '--secrets-file <file>',
      'check that this secrets file has the secrets that servers need; its values go nowhere',
    )
    .option('--skip-unsupported', 'leave out servers that cannot work in a cluster')
    .option('-o, --output <file>', 'write the values to a file instead of standard output');
  return addReportOptions(command).action(async (catalogs: string[], options: CompileOptions) => {
    exit(await runCompile(catalogs, options, io));
  });
}

async function runCompile(catalogs: string[], options: CompileOptions, io: Io): Promise<number> {
  const input = await readLoadInput(catalogs, options, io);
  const overlay = options.overlay === undefined ? undefined : await readTextFile(options.overlay, io);
  const secretsFile = options.secretsFile === undefined ? undefined : await readTextFile(options.secretsFile, io);
  const secrets = secretsFile && parseSecrets(secretsFile.name, secretsFile.text);
  const { value, diagnostics } = compile({
    ...input,
    entrypoints: await readFiles(options.entrypoints, io),
    ...(overlay && { overlay }),
    ...(secrets && { secretNames: new Set(secrets.value.keys()) }),
    secrets: options.secret,
    volumeRules: options.volume,
    skipUnsupported: options.skipUnsupported ?? false,
  });
  const failed = await finish([...(secrets?.diagnostics ?? []), ...diagnostics], options, io);
  if (failed || !value) return 1;
  if (options.output === undefined) await io.writeOut(value.text);
  else await writeTextFile(options.output, value.text);
  return 0;
}
