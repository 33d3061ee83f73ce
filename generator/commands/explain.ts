// `mcpgen explain CATALOG...`: what running in a cluster changes for each server.

import { Command } from 'commander';
import { buildWorkloads } from '../compile.ts';
import { explain, explainText } from '../explain.ts';
import { load } from '../load.ts';
import { jsonText } from '../printable.ts';
import type { Io } from './io.ts';
import {
  addLoadOptions,
  addReportOptions,
  finish,
  type LoadOptions,
  readLoadInput,
  type ReportOptions,
} from './options.ts';

interface ExplainOptions extends LoadOptions, ReportOptions {
  readonly json?: boolean;
}

export function explainCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(command.argument('<catalogs...>', 'catalog files; - is standard input, and a later file wins'))
    .description('Tells, server by server, what Docker mode guarantees and what gives it back in a cluster.')
    .option('--json', 'print records instead of a text');
  return addReportOptions(command).action(async (catalogs: string[], options: ExplainOptions) => {
    exit(await runExplain(catalogs, options, io));
  });
}

async function runExplain(catalogs: string[], options: ExplainOptions, io: Io): Promise<number> {
  const loaded = load(await readLoadInput(catalogs, options, io));
  if (await finish(loaded.diagnostics, options, io)) return 1;
  const { value, diagnostics } = buildWorkloads(loaded.value, {}, {});
  const servers = explain(loaded.value.servers, value.workloads, diagnostics);
  await io.writeOut(options.json ? jsonText(servers) : explainText(servers, terminalWidth));
  return 0;
}

/** The narrowest terminal in use; a fixed width keeps the output the same everywhere. */
const terminalWidth = 80;
