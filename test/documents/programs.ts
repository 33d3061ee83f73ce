// What is wrong with a command that a document shows, by the help of the program that would run it.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const helps = new Map<string, string>();

/** The help of a program's command; empty if the program is not here. */
function helpOf(program: string, args: readonly string[]): string {
  const key = [program, ...args].join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const text = `${stdout ?? ''}\n${stderr ?? ''}`;
  helps.set(key, text);
  return text;
}

const mcpgen = (args: readonly string[]): string => helpOf(process.execPath, [join(root, 'dist/bin.js'), ...args]);
const helm = (args: readonly string[]): string =>
  ['helm3', 'helm4'].map((name) => helpOf(join(root, '.tools/bin', name), args)).join('\n');

export const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** Programs whose options are not looked up. */
const others =
  'argocd base64 cat claude cd cosign crane cut docker echo export find flux git grep head istioctl jq kind kustomize openssl printf skopeo sha256sum sort tee tar true while read do done for xargs sh'.split(
    ' ',
  );

/** Each mistake in one line. */
export function mistakesOf(words: readonly string[]): string[] {
  const [program = '', ...args] = words;
  const shown = words.join(' ');
  const found = (problem: string): string[] => [`${shown}: ${problem}`];
  switch (program) {
    case 'mcpgen': {
      const listed = [...mcpgen(['--help']).matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, name]) => name);
      const command = args.slice(0, 1).filter((name) => listed.includes(name));
      const isWord = /^[a-z]+$/.test(args[0] ?? '') && command.length === 0;
      if (isWord) return found(`mcpgen has no command ${args[0]}`);
      return unknownOptions(args, mcpgen([...command, '--help'])).flatMap(found);
    }
    case 'helm': {
      const path = args.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
      const isKnown = (names: readonly string[]): boolean =>
        helm([...names, '--help']).includes(`helm ${names.join(' ')} `);
      const command = isKnown(path) ? path : path.slice(0, 1);
      if (!isKnown(command)) return found(`helm has no command ${command.join(' ')}`);
      return unknownOptions(args, helm([...command, '--help'])).flatMap(found);
    }
    case 'kubectl': {
      if (!hasKubectl) return [];
      // Global options may stand before the command.
      const [command = '', next = ''] = args.filter((word, index) => !word.startsWith('-') && args[index - 1] !== '-n');
      const help = helpOf('kubectl', [command, '--help']);
      if (!help.includes('Usage:')) return found(`kubectl has no command ${command}`);
      const more = ['create', 'rollout', 'config', 'set', 'top'].includes(command)
        ? helpOf('kubectl', [command, next, '--help'])
        : '';
      const deeper =
        more === '' ? '' : helpOf('kubectl', [command, next, args[args.indexOf(next) + 1] ?? '', '--help']);
      return unknownOptions(args, `${help}${more}${deeper}${helpOf('kubectl', ['options'])}`).flatMap(found);
    }
    case 'npm':
    case 'npx':
      return mistakesOfNpm(args).flatMap(found);
    case 'node': {
      const [file = ''] = args.filter((word) => !word.startsWith('-'));
      if (!existsSync(join(root, file))) return found(`${file} does not exist`);
      const text = readFileSync(join(root, file), 'utf8');
      const options = args.slice(args.indexOf(file)).filter((word) => word.startsWith('--'));
      return options.filter((option) => !text.includes(option.slice(2))).flatMap((option) => found(`has no ${option}`));
    }
    default:
      return others.includes(program) || (program.includes('/') && existsSync(join(root, program)))
        ? []
        : found(`what is ${program}?`);
  }
}

/** Options that the help does not list. */
function unknownOptions(args: readonly string[], help: string): string[] {
  const end = args.indexOf('--');
  return args
    .slice(0, end === -1 ? undefined : end)
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.replace(/=[^]*$/, ''))
    .filter((option) => !new RegExp(`(^|[\\s,\\[(])${option}(?![\\w-])`, 'm').test(help))
    .map((option) => `there is no option ${option}`);
}

function mistakesOfNpm([command = '', name = '']: readonly string[]): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const isKnown =
    command === 'run' ? name in scripts : ['test', 'ci', 'install', 'link', 'pack', 'vitest'].includes(command);
  return isKnown ? [] : [`npm has no ${command} ${name}`];
}
