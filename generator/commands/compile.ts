// `mcpgen CATALOG...`: compiles catalogs to the values of the chart.

import type { Command } from 'commander';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type CompileOptions } from './input-options.ts';
import type { Io } from './io.ts';
import { addReportOptions, once } from './options.ts';
import { addRegistryOptions } from './registry-options.ts';

export function compileCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument))
    .optionsGroup(groups.images)
    .option('--resolve', 'inspect the images now, as mcpgen lock does, and write no lock file');
  addRegistryOptions(command)
    .optionsGroup(groups.output)
    .option('-o, --output <file>', 'write the values to this file instead of standard output (-)', once);
  return addHelp(addReportOptions(command), compileExamples).action(
    async (catalogs: string[], options: CompileOptions) => {
      // Declared without what it runs: `mcpgen --help` shows these options.
      const { runCompile } = await import('./run-compile.ts');
      exit(await runCompile(catalogs, options, io));
    },
  );
}

const compileExamples = [
  'mcpgen catalog.yaml > values.yaml',
  'mcpgen catalog.yaml --config config.yaml --servers time,fetch -o values.yaml',
];
