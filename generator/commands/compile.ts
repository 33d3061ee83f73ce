// `mcpgen CATALOG...`: compiles catalogs to the values of the chart.

import type { Command } from 'commander';
import { compile } from '../compile.ts';
import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { defaultImages } from '../deployment/wanted.ts';
import { formatLock, lockFileName } from '../image/lock.ts';
import type { TextFile } from '../load.ts';
import { select, type SelectInput } from '../prepare.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, catalogsArgument, type InputOptions, readInputs } from './inputs.ts';
import { type Io, writeTextFile } from './io.ts';
import { makeLock, readInput } from './lock.ts';
import { addReportOptions, finish, once, type ReportOptions } from './options.ts';
import { addRegistryOptions, type RegistryAccessOptions } from './registry-access.ts';

interface CompileOptions extends InputOptions, ReportOptions, RegistryAccessOptions {
  readonly resolve?: boolean;
  readonly output?: string;
}

export function compileCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument(...catalogsArgument))
    .optionsGroup(groups.images)
    .option('--resolve', 'inspect the images now, as mcpgen lock does, and write no lock file');
  addRegistryOptions(command)
    .optionsGroup(groups.output)
    .option('-o, --output <file>', 'write the values to this file instead of standard output (-)', once);
  return addHelp(addReportOptions(command), compileExamples).action(
    async (catalogs: string[], options: CompileOptions) => {
      exit(await runCompile(catalogs, options, io));
    },
  );
}

const compileExamples = [
  'mcpgen catalog.yaml > values.yaml',
  'mcpgen catalog.yaml --config config.yaml --servers time,fetch -o values.yaml',
];

async function runCompile(catalogs: string[], options: CompileOptions, io: Io): Promise<number> {
  const selected = options.resolve ? await readInput(catalogs, { ...options, platform }, io) : undefined;
  const { input, diagnostics: ofFiles } = await readInputs(catalogs, options, io, selected);
  const found = selected ? await resolve(selected, options, io) : { lock: input.lock, diagnostics: [] };
  if (found.isUnreadable) {
    await finish(found.diagnostics, options, io);
    return 2;
  }
  const { lock: _, ...others } = input;
  const { value, diagnostics } = compile({ ...others, ...(found.lock && { lock: found.lock }) });
  const failed = await finish([...ofFiles, ...found.diagnostics, ...diagnostics], options, io);
  if (failed || !value) return 1;
  if (options.output === undefined) await io.writeOut(value.text);
  else await writeTextFile(options.output, value.text, io);
  return 0;
}

/** The platform whose files --resolve looks at; mcpgen lock can look at others. */
const platform = 'linux/amd64';

interface FoundLock {
  readonly lock: TextFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly isUnreadable?: boolean;
}

/** Looks into the images now. What is found goes through the lock file's form, so that it counts for as much. */
async function resolve(input: SelectInput, options: CompileOptions, io: Io): Promise<FoundLock> {
  const { value, diagnostics: mistakes } = select(input);
  if (hasErrors(mistakes)) return { lock: undefined, diagnostics: [] }; // compiling tells them
  const own = { gatewayImage: defaultImages.gateway, relayImage: defaultImages.relay };
  const access = { ...options, ...own, platform, parallel: 4 };
  const { lock, diagnostics, isUnreadable, bug } = await makeLock(value.loaded, undefined, access, io);
  if (bug !== undefined) throw bug;
  return { lock: { name: lockFileName, text: formatLock(lock) }, diagnostics, isUnreadable };
}
