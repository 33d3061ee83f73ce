// `mcpgen completion SHELL`: the shell's own completion, made of the commands and options as they are declared.

import { Argument, type Command, type Option } from 'commander';
import { type Completed, type CompletedOption, shells } from './completion-scripts.ts';
import { addHelp } from './help.ts';
import type { Io } from './io.ts';

const names = Object.keys(shells) as (keyof typeof shells)[];

export function completionCommand(command: Command, io: Io): Command {
  command.addArgument(new Argument('<shell>', 'which shell reads it').choices(names));
  return addHelp(command, completionExamples).action((shell: keyof typeof shells) => {
    const program = command.parent ?? command;
    const all = [describe(program, ''), ...program.commands.map((one) => describe(one, one.name()))];
    return io.writeOut(shells[shell](all));
  });
}

const completionExamples = ['mcpgen completion bash > mcpgen.bash', 'mcpgen completion zsh > _mcpgen'];

function describe(command: Command, name: string): Completed {
  return {
    name,
    description: command.description(),
    // What help shows: commander keeps the option --help apart from others.
    options: command.createHelp().visibleOptions(command).map(describeOption),
    arguments: command.registeredArguments.map(({ argChoices }) => argChoices ?? []),
  };
}

function describeOption({ short, long, description, argChoices, required, optional }: Option): CompletedOption {
  return { short, long, description, takesValue: required || optional, choices: argChoices ?? [] };
}
