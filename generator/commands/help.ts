// How `--help` looks: options in groups, examples, and no default that says nothing.

import { type Command, Help, type Option } from 'commander';

/** The groups of options, in the order in which `mcpgen --help` shows them. */
export const groups = {
  inputs: 'Inputs:',
  servers: 'Servers:',
  images: 'Images:',
  secrets: 'Secrets and volumes:',
  cluster: 'Cluster:',
  registries: 'Registries:',
  output: 'Output:',
  general: 'General:',
} as const;

/** Sub-commands by name alone, and no `(default: [])` behind options that collect. */
export function configureHelp(command: Command): Command {
  const usual = new Help();
  return command.configureHelp({
    subcommandTerm: (subcommand) => subcommand.name(),
    optionDescription: (option) => (isEmpty(option) ? option.description : usual.optionDescription(option)),
  });
}

function isEmpty({ defaultValue }: Option): boolean {
  return (Array.isArray(defaultValue) && defaultValue.length === 0) || defaultValue instanceof Map;
}

/** Adds the help option, after all others, and the examples; a test runs each of them. */
export function addHelp(command: Command, examples: readonly string[]): Command {
  return command
    .optionsGroup(groups.general)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}
