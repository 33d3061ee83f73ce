// `mcpgen report CATALOG...`: a page for a security review of a deployment.

import type { Command } from 'commander';
import { compile } from '../compile.ts';
import { hasErrors, sortDiagnostics } from '../diagnostics.ts';
import { explain } from '../explain/explain.ts';
import type { CompileInput } from '../prepare.ts';
import type { TextFile } from '../load.ts';
import { reviewPage } from '../review/page.ts';
import { review } from '../review/review.ts';
import { readChartDefaults } from './chart-files.ts';
import { finish } from './finish.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type InputOptions } from './input-options.ts';
import { readInputs } from './inputs.ts';
import { type Io, writeOutput } from './io.ts';
import { addReportOptions, once, type ReportOptions } from './options.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface PageOptions extends InputOptions, ReportOptions {
  readonly output?: string;
}

export function reportCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument));
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .option('-o, --output <file>', 'write the page here instead of to standard output (-)', once);
  return addHelp(addReportOptions(command), reportExamples).action(async (catalogs: string[], options: PageOptions) => {
    exit(await runReport(catalogs, options, io));
  });
}

const reportExamples = [
  'mcpgen report catalog.yaml -o report.html',
  'mcpgen report catalog.yaml --config config.yaml --servers time > time.html',
];

async function runReport(catalogs: string[], options: PageOptions, io: Io): Promise<number> {
  const { input, diagnostics: read } = await readInputs(catalogs, options, io);
  const compiled = compile(input);
  const diagnostics = sortDiagnostics([...read, ...compiled.diagnostics]);
  // The page has the warnings and notes.
  const told = options.strict ? diagnostics : diagnostics.filter(({ severity }) => severity === 'error');
  if ((await finish(told, options, io)) || hasErrors(diagnostics) || !compiled.value) return 1;
  const text = reviewPage(
    review({
      compiled: compiled.value,
      explained: explain(input).value,
      diagnostics,
      files: filesOf(input),
      chartDefaults: readChartDefaults(),
    }),
  );
  await writeOutput(options.output, text, io);
  return 0;
}

/** All that was read, but for a file with secrets: its digest could tell whether a guess is right. */
function filesOf(input: CompileInput): readonly TextFile[] {
  const { catalogs, configs = [], registries = [], toolsConfigs = [], entrypoints = [], overlay, lock } = input;
  const last = [overlay, lock].flatMap((file) => file ?? []);
  return [...catalogs, ...configs, ...registries, ...toolsConfigs, ...entrypoints, ...last];
}
