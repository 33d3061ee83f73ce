// `mcpgen compose CATALOG...`: the same servers, gateway and relay as a Docker Compose file.

import type { Command } from 'commander';
import { compile } from '../compile.ts';
import { compose } from '../compose/compose.ts';
import { hasErrors, sortDiagnostics } from '../diagnostics.ts';
import { readChartDefaults, readChartFiles } from './chart-files.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type InputOptions } from './input-options.ts';
import { readInputs } from './inputs.ts';
import { type Io, writeOutput } from './io.ts';
import { finish } from './finish.ts';
import { addReportOptions, once, type ReportOptions } from './options.ts';
import { originLine } from './origin.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface ComposeOptions extends InputOptions, ReportOptions {
  readonly output?: string;
}

export function composeCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument));
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .option('-o, --output <file>', 'write the file here instead of to standard output (-)', once);
  return addHelp(addReportOptions(command), composeExamples).action(
    async (catalogs: string[], options: ComposeOptions) => {
      exit(await runCompose(catalogs, options, io));
    },
  );
}

const composeExamples = [
  'mcpgen compose catalog.yaml > compose.yaml',
  'mcpgen compose catalog.yaml --config config.yaml --servers time -o compose.yaml',
];

async function runCompose(catalogs: string[], options: ComposeOptions, io: Io): Promise<number> {
  const { input, diagnostics: read } = await readInputs(catalogs, options, io);
  const compiled = compile(input);
  // Secrets come from .env here, and compose() says from which variables.
  const diagnostics = [...read, ...compiled.diagnostics.filter(({ code }) => code !== 'secret')];
  const composed =
    compiled.value &&
    compose({ values: compiled.value.values, chartDefaults: readChartDefaults(), files: readChartFiles() });
  const all = sortDiagnostics([...diagnostics, ...(composed?.diagnostics ?? [])]);
  if ((await finish(all, options, io)) || hasErrors(all) || !composed) return 1;
  const text = originLine(catalogs, options) + composed.value.text;
  await writeOutput(options.output, text, io);
  return 0;
}
