// `mcpgen init [FOLDER]`: a catalog, a config and an overlay to start from, with comments. It replaces nothing.

import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { diagnose } from '../diagnostics.ts';
import { packageFile } from '../package.ts';
import { printable } from '../printable.ts';
import { shellWord } from '../shell.ts';
import { finish } from './finish.ts';
import { addHelp } from './help.ts';
import { type Io, UsageError } from './io.ts';
import { addReportOptions, type ReportOptions } from './options.ts';

const names = ['catalog.yaml', 'config.yaml', 'overlay.yaml'];

export function initCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  command.argument('[folder]', 'where to write them', '.');
  return addHelp(addReportOptions(command), initExamples).action(async (folder: string, options: ReportOptions) => {
    exit(await runInit(folder, options, io));
  });
}

const initExamples = ['mcpgen init start', 'mcpgen init deploy/start --quiet'];

async function runInit(folder: string, options: ReportOptions, io: Io): Promise<number> {
  const present = await Promise.all(names.map((name) => isThere(join(folder, name))));
  const existing = names.filter((_, index) => present[index]).map((name) => join(folder, name));
  const diagnostics = existing.map((file) => diagnose('file-exists', { file: printable(file) }));
  if (await finish(diagnostics, options, io)) return 1;
  await mkdir(folder, { recursive: true }).catch((error: unknown) => fail(folder, error));
  for (const name of names) {
    const file = join(folder, name);
    const text = await readFile(packageFile(`templates/init/${name}`), 'utf8');
    // Not even a file that somebody makes meanwhile is replaced.
    await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => fail(file, error));
  }
  if (!options.quiet) await io.writeError(nextSteps(folder));
  return 0;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? false : fail(file, error);
  }
}

function fail(name: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  throw new UsageError(usageTexts.file({ action: 'write', name, code, message }));
}

function nextSteps(folder: string): string {
  const lines = [
    `created ${names.map((name) => printable(join(folder, name))).join(', ')}`,
    'next:',
    ...(folder === '.' ? [] : [`  cd ${printable(shellWord(folder))}`]),
    '  mcpgen lock catalog.yaml --config config.yaml',
    '  mcpgen catalog.yaml --config config.yaml --overlay overlay.yaml -o values.yaml',
  ];
  return `${lines.join('\n')}\n`;
}
