// The command line: which command, which options, which exit status.

import { Command, CommanderError } from 'commander';
import { compileCommand } from './commands/compile.ts';
import { composeCommand } from './commands/compose.ts';
import { addExplainOption } from './commands/explain-code.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { configureHelp, groups } from './commands/help.ts';
import { imagesCommand } from './commands/images.ts';
import { type Io, UsageError } from './commands/io.ts';
import { lockCommand } from './commands/lock.ts';
import { meantCommand } from './commands/options.ts';
import { statusCommand } from './commands/status.ts';
import { pullCommand } from './commands/pull.ts';
import { tenantsCommand } from './commands/tenants.ts';
import { type ReportFormat, reportFormats, reportUsage } from './report.ts';
import { version } from './version.ts';

/**
 * Runs mcpgen with the arguments after the program's name.
 * @returns 0: done, warnings at most. 1: the input is at fault. 2: wrong arguments, or a file cannot be read or written.
 * @throws what is a bug in mcpgen.
 */
export async function run(args: readonly string[], outside: Io): Promise<number> {
  const io: Io = { ...outside, inputs: new Map(), texts: new Map() };
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
  const compiler = compileCommand(program, io, exit).optionsGroup(groups.general);
  addExplainOption(compiler, (text) => (help += text))
    .version(version, '-V, --version', 'show the version')
    .addHelpText('after', streams);
  evaluateCommand(configure(program.command('evaluate')), io, exit);
  explainCommand(configure(program.command('explain')), io, exit);
  lockCommand(configure(program.command('lock')), io, exit);
  pullCommand(configure(program.command('pull')), io);
  imagesCommand(configure(program.command('images')), io, exit);
  statusCommand(configure(program.command('status')), io, exit);
  composeCommand(configure(program.command('compose')), io, exit);
  tenantsCommand(configure(program.command('tenants')), io, exit);
  try {
    await program.parseAsync(args, { from: 'user' }).catch(passHelp);
    if (help !== '') await io.writeOut(help);
    return status;
  } catch (error) {
    const commands = program.commands.map((command) => command.name());
    const meant = commands.includes(args[0] ?? '') ? undefined : meantCommand(args, commands);
    const lines = [...mistake(error), ...(meant === undefined ? [] : [`(Did you mean the command ${meant}?)`])];
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
