// `mcpgen graph FILE...`: a picture of a deployment.

import { type Command, Option } from 'commander';
import { graphOf } from '../graph/graph.ts';
import { graphMermaid } from '../graph/mermaid.ts';
import { graphSvg } from '../graph/svg.ts';
import { withDefaults } from '../values/in-effect.ts';
import { readChartDefaults } from './chart-files.ts';
import { finish } from './finish.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { type Io, writeOutput } from './io.ts';
import { once } from './options.ts';
import { readValues } from './read-values.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface GraphOptions extends InputOptions {
  readonly format: 'mermaid' | 'svg';
  readonly output?: string;
}

export function graphCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument('<files...>', 'values files (the last one wins) or catalogs; - is standard input'));
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .addOption(new Option('--format <format>', 'format of the picture').choices(['mermaid', 'svg']).default('mermaid'))
    .option('-o, --output <file>', 'write the picture here instead of to standard output (-)', once);
  return addHelp(command, graphExamples).action(async (files: string[], options: GraphOptions) => {
    exit(await runGraph(files, options, io));
  });
}

const graphExamples = ['mcpgen graph catalog.yaml', 'mcpgen graph values.yaml --format svg -o graph.svg'];

async function runGraph(files: readonly string[], options: GraphOptions, io: Io): Promise<number> {
  const { values, diagnostics } = await readValues(files, options, io);
  // Notes and warnings about a deployment belong to compiling it.
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if ((await finish(errors, { format: 'text' }, io)) || !values) return 1;
  const graph = graphOf(withDefaults(readChartDefaults(), values));
  const text = options.format === 'svg' ? graphSvg(graph) : graphMermaid(graph);
  await writeOutput(options.output, text, io);
  return 0;
}
