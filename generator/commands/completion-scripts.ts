// Scripts that complete a command line in bash, zsh and fish: commands, options, what may be chosen, and files elsewhere.

import { shellWord } from '../shell.ts';

export interface CompletedOption {
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  /** What the value may be; none: a file. */
  readonly choices: readonly string[];
}

export interface Completed {
  /** '' is the program without a command. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What each argument may be; none: a file. */
  readonly arguments: readonly (readonly string[])[];
}

/** The texts of the scripts, by shell. The first of the commands is the program itself. */
export const shells = { bash, zsh, fish };

function flagsOf({ short, long }: CompletedOption): string[] {
  return [short, long].flatMap((flag) => flag ?? []);
}

function bash(commands: readonly Completed[]): string {
  const names = commands.flatMap(({ name }) => (name === '' ? [] : [name]));
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.takesValue ? flagsOf(option).map((flag) => [shellWord(`${name} ${flag}`), option.choices] as const) : [],
    ),
  );
  const branch = (key: string, words: readonly string[]): string =>
    `    ${key}) words=${shellWord(words.join(' '))} ;;\n`;
  const ofValues = values.map(([key, choices]) => (choices.length === 0 ? '' : branch(key, choices))).join('');
  const ofArguments = commands.flatMap(({ name, arguments: all }) =>
    all.map((choices, index) => (choices.length === 0 ? '' : branch(shellWord(`${name} ${index}`), choices))),
  );
  const ofOptions = commands.map(({ name, options }) => branch(shellWord(`${name} -`), options.flatMap(flagsOf)));
  return `# Completion of mcpgen for bash.
_mcpgen_takes_value() {
  case "$1 $2" in
    ${values.map(([key]) => key).join(' | ')}) return 0 ;;
  esac
  return 1
}

_mcpgen() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' index=1 position=0 key words=''
  COMPREPLY=()
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
      ${names.join(' | ')}) command=\${COMP_WORDS[1]} index=2 ;;
    esac
  fi
  for (( ; index < COMP_CWORD; index++)); do
    if _mcpgen_takes_value "$command" "\${COMP_WORDS[index]}"; then
      ((index++))
      [[ \${COMP_WORDS[index]} != '=' ]] || ((index++))
    elif [[ \${COMP_WORDS[index]} != -* ]]; then
      ((position++))
    fi
  done
  # Bash takes --option=value for three words.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if _mcpgen_takes_value "$command" "$previous"; then
    key="$command $previous"
  elif [[ $word == -* ]]; then
    key="$command -"
  else
    key="$command $position"
  fi
  case "$key" in
${branch(shellWord(' 0'), names)}${ofArguments.join('')}${ofOptions.join('')}${ofValues}  esac
  [[ -z $words ]] || COMPREPLY=($(compgen -W "$words" -- "$word"))
}

# Where there is nothing to choose from, bash completes names of files.
complete -o default -F _mcpgen mcpgen
`;
}

function zsh(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
  const values = (choices: readonly string[]): string => (choices.length > 0 ? `(${choices.join(' ')})` : '_files');
  const specs = ({ options, arguments: all }: Completed): string[] => [
    ...options.flatMap((option) =>
      flagsOf(option).map((flag) => {
        const joint = !option.takesValue ? '' : flag === option.long ? '=' : '+';
        const value = option.takesValue ? `:value:${values(option.choices)}` : '';
        return quoted(`*${flag}${joint}[${plain(option.description)}]${value}`);
      }),
    ),
    ...all.flatMap((choices, index) => (choices.length > 0 ? [quoted(`${index + 1}:value:${values(choices)}`)] : [])),
    quoted('*:file:_files'),
  ];
  const lines = (words: readonly string[], indent: string): string =>
    words.map((word) => ` \\\n${indent}${word}`).join('');
  const [program, ...others] = commands;
  return `#compdef mcpgen
# Completion of mcpgen for zsh.
_mcpgen_commands() {
  local -a commands
  commands=(${others.map(({ name, description }) => `\n    ${quoted(`${name}:${plain(description)}`)}`).join('')}
  )
  _describe command commands
  _files
}

_mcpgen() {
  local command=
  if ((CURRENT > 2)); then
    case $words[2] in
      ${others.map(({ name }) => name).join(' | ')}) command=$words[2] ;;
    esac
  fi
  if [[ -n $command ]]; then
    shift words
    ((CURRENT--))
  fi
  case $command in
${others.map((one) => `    ${one.name}) _arguments${lines(specs(one), '      ')} ;;\n`).join('')}    *) _arguments '1:file:_mcpgen_commands'${program ? lines(specs(program), '      ') : ''} ;;
  esac
}

if [[ $funcstack[1] == _mcpgen ]]; then
  _mcpgen "$@"
else
  compdef _mcpgen mcpgen
fi
`;
}

function fish(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const rule = (name: string, words: readonly string[]): string => {
    const when = name === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${name}`;
    return `complete -c mcpgen -n ${quoted(when)} ${words.join(' ')}\n`;
  };
  const choose = (choices: readonly string[]): string[] => ['-x', '-a', quoted(choices.join(' '))];
  const ofOption = ({ short, long, description, takesValue, choices }: CompletedOption): string[] => [
    ...(short === undefined ? [] : ['-s', short.slice(1)]),
    ...(long === undefined ? [] : ['-l', long.slice(2)]),
    ...(choices.length > 0 ? choose(choices) : takesValue ? ['-r', '-F'] : []),
    '-d',
    quoted(description),
  ];
  return [
    '# Completion of mcpgen for fish.\n',
    ...commands.flatMap(({ name, description, options, arguments: all }) => [
      ...(name === '' ? [] : [rule('', ['-a', name, '-d', quoted(description)])]),
      ...options.map((option) => rule(name, ofOption(option))),
      ...all.flatMap((choices) => (choices.length > 0 ? [rule(name, choose(choices).slice(1))] : [])),
    ]),
  ].join('');
}
