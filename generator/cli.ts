// The command line: which command, which options, which exit status.

import { Command, CommanderError } from 'commander';
import { compileCommand } from './commands/compile.ts';
import { configureHelp, groups } from './commands/help.ts';
import { type Io, UsageError } from './commands/io.ts';
import { meantCommand } from './commands/options.ts';
import { subCommands } from './commands/table.ts';
import { type ReportFormat, reportFormats } from './report-format.ts';
import { version } from './version.ts';

/**
 * Runs mcpgen with the arguments after the program's name.
 * @returns 0: done, warnings at most. 1: the input is at fault. 2: wrong arguments, or a file cannot be read or written.
 * @throws what is a bug in mcpgen.
 */
export async function run(args: readonly string[], outside: Io): Promise<number> {
  const io = Object.create(outside, { inputs: { value: new Map() }, texts: { value: new Map() } }) as Io;
  let status = 0;
  let help = '';
  const configure = (command: Command): Command =>
    configureHelp(command)
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
  const exit = (code: number): void => {
    status = code;
  };
  const program = configure(new Command('mcpgen'))
    .description('Compile Docker MCP catalogs to Helm values that run the Docker MCP Gateway on Kubernetes.')
    .enablePositionalOptions();
  let code: string | undefined;
  compileCommand(program, io, exit)
    .optionsGroup(groups.general)
    .option('--explain <code>', 'print what a diagnostic means, with an example and its fix')
    .on('option:explain', (name: string) => {
      code = name;
      throw new CommanderError(0, 'mcpgen.explain', ''); // like --version: it is an answer, and nothing else runs
    })
    .version(version, '-V, --version', 'show the version')
    .addHelpText('after', streams);
  for (const { name, description, load } of subCommands) {
    const command = configure(program.command(name)).description(description);
    if (args.includes(name) || args[0] === 'completion') (await load())(command, io, exit);
  }
  try {
    await program.parseAsync(args, { from: 'user' }).catch(passHelp);
    if (code !== undefined) help += (await import('./commands/explain-code.ts')).explainDiagnostic(code);
    if (help !== '') await io.writeOut(help);
    return status;
  } catch (error) {
    const commands = subCommands.map(({ name }) => name);
    const meant = commands.includes(args[0] ?? '') ? undefined : meantCommand(args, commands);
    const lines = [...mistake(error), ...(meant === undefined ? [] : [`(Did you mean the command ${meant}?)`])];
    const { reportUsage } = await import('./report.ts');
    await io.writeError(reportUsage(lines, wantedFormat(args))).catch(() => undefined);
    return 2;
  }
}

/** Commander throws where it has printed its help or the version. */
function passHelp(error: unknown): void {
  if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
}

/** The message of a mistake in the arguments, or with a file; other errors are bugs. */
function mistake(error: unknown): readonly string[] {
  if (error instanceof UsageError) return [error.message];
  if (error instanceof CommanderError) return error.message.replace(/^error: /, '').split('\n');
  throw error;
}

/** What `--format` says of the diagnostics, where the arguments as a whole say nothing. */
function wantedFormat(args: readonly string[]): ReportFormat {
  if (args[0] === 'images') return 'text'; // its --format is another
  const values = args.flatMap((arg, index) =>
    arg === '--format' ? [args[index + 1]] : arg.startsWith('--format=') ? [arg.slice('--format='.length)] : [],
  );
  return reportFormats.find((format) => format === values.at(-1)) ?? 'text';
}

const streams = `
Run mcpgen COMMAND --help for the options of a command.

The values go to standard output, everything else to standard error. Exit status:
0 success, 1 invalid input, 2 invalid arguments or a file that cannot be read or
written, 3 a bug in mcpgen.
`;
