// `mcpgen explain CATALOG...`: what running in a cluster changes for each server.

import { Command } from 'commander';
import { buildWorkloads, loadLock } from '../compile.ts';
import { explain, explainText } from '../explain.ts';
import { load } from '../load.ts';
import { jsonText } from '../printable.ts';
import { addHelp, groups } from './help.ts';
import type { Io } from './io.ts';
import {
  addLoadOptions,
  addLockOption,
  addReportOptions,
  finish,
  type LoadOptions,
  type LockFileOptions,
  readLoadInput,
  readLockFile,
  type ReportOptions,
} from './options.ts';

interface ExplainOptions extends LoadOptions, LockFileOptions, ReportOptions {
  readonly json?: boolean;
}

export function explainCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(
    command.argument('<catalogs...>', 'catalog files; - is standard input; the last one wins'),
  ).description('Compare each server under Docker and in the cluster: what stays, what changes, what is lost.');
  addLockOption(command).optionsGroup(groups.output).option('--json', 'print JSON instead of text');
  return addHelp(addReportOptions(command), explainExamples).action(
    async (catalogs: string[], options: ExplainOptions) => {
      exit(await runExplain(catalogs, options, io));
    },
  );
}

const explainExamples = ['mcpgen explain catalog.yaml', 'mcpgen explain catalog.yaml --servers time --json'];

async function runExplain(catalogs: string[], options: ExplainOptions, io: Io): Promise<number> {
  const loaded = load(await readLoadInput(catalogs, options, io));
  const lockFile = await readLockFile(catalogs, options, io);
  const lock = lockFile && loadLock(lockFile, loaded.value.servers);
  if (await finish([...loaded.diagnostics, ...(lock?.diagnostics ?? [])], options, io)) return 1;
  const { value, diagnostics } = buildWorkloads(loaded.value, { lock: lock?.value }, {});
  const servers = explain(loaded.value.servers, value.workloads, diagnostics);
  await io.writeOut(options.json ? jsonText(servers) : explainText(servers, terminalWidth));
  return 0;
}

/** The narrowest terminal in use; a fixed width keeps the output the same everywhere. */
const terminalWidth = 80;
