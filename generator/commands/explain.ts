// `mcpgen explain CATALOG...`: what running in a cluster changes for each server.

import type { Command } from 'commander';
import { explain } from '../explain/explain.ts';
import { explainTable } from '../explain/table.ts';
import { jsonText } from '../printable.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type InputOptions } from './input-options.ts';
import { readInputs } from './inputs.ts';
import type { Io } from './io.ts';
import { finish } from './finish.ts';
import { addReportOptions, type ReportOptions } from './options.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface ExplainOptions extends InputOptions, ReportOptions {
  readonly json?: boolean;
}

export function explainCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument));
  addRegistryMapOption(command).optionsGroup(groups.output).option('--json', 'print JSON instead of a table');
  return addHelp(addReportOptions(command), explainExamples).action(
    async (catalogs: string[], options: ExplainOptions) => {
      exit(await runExplain(catalogs, options, io));
    },
  );
}

const explainExamples = ['mcpgen explain catalog.yaml', 'mcpgen explain catalog.yaml --servers time --json'];

async function runExplain(catalogs: string[], options: ExplainOptions, io: Io): Promise<number> {
  const { input, diagnostics: ofFiles } = await readInputs(catalogs, options, io);
  const { value, diagnostics } = explain(input);
  if (await finish([...ofFiles, ...diagnostics], options, io)) return 1;
  await io.writeOut(options.json ? jsonText(value) : explainTable(value, io.columns ?? usualWidth));
  return 0;
}

/** The narrowest terminal in use; what is not a terminal gets it too, so that a file is the same everywhere. */
const usualWidth = 80;
