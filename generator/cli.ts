// The command line: which command, which options, which exit status.

import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { compileCommand } from './commands/compile.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { imagesCommand } from './commands/images.ts';
import { type Io, UsageError } from './commands/io.ts';
import { lockCommand } from './commands/lock.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * Runs mcpgen with the arguments after the program's name.
 * @returns 0: done, warnings at most. 1: the input is at fault. 2: wrong arguments, or a file cannot be read or written.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let status = 0;
  let output = '';
  let errors = '';
  const configure = (command: Command): Command =>
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (errors += text) });
  const exit = (code: number): void => {
    status = code;
  };
  const program = configure(new Command('mcpgen'))
    .description('Compiles Docker MCP catalogs into Helm values that run the Docker MCP Gateway on Kubernetes.')
    .version(version)
    .enablePositionalOptions()
    .addHelpText('after', examples);
  compileCommand(program, io, exit);
  evaluateCommand(configure(program.command('evaluate')), io, exit);
  explainCommand(configure(program.command('explain')), io, exit);
  lockCommand(configure(program.command('lock')), io, exit);
  imagesCommand(configure(program.command('images')), io, exit);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) status = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof UsageError) errors += `error: ${error.message}\n`;
    else throw error;
    if (error instanceof UsageError) status = 2;
  }
  if (output !== '') await io.writeOut(output);
  if (errors !== '') await io.writeError(errors);
  return status;
}

const examples = `
Examples:
  mcpgen catalog.yaml > values.yaml
  mcpgen catalog.yaml --config config.yaml --servers time,fetch -o values.yaml
  cat catalog.yaml | mcpgen - --skip-unsupported --strict

The values go to standard output, everything else to standard error.
Exit status: 0 compiled, 1 the input is at fault, 2 wrong arguments or a file that cannot be read or written.
`;
