// What is said of a mistake of mcpgen's own: enough to find it, and nothing that a user gave it.

import { version } from '../version.ts';
import { subCommands } from './table.ts';

/** Enough to see who called whom. */
const maxFrames = 12;

/** The report of an error that nobody expected. Its message is left out: it may quote what was being read. */
export function describeBug(error: unknown, args: readonly string[]): string {
  const { name = typeof error, code, stack = '' } = (error ?? {}) as Error & { code?: unknown };
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [
    'error: a bug in mcpgen, please report it. Include these lines, which repeat nothing that mcpgen has read:',
    `  mcpgen ${version}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `  command: ${describeCommand(args)}`,
    `  ${name}${typeof code === 'string' ? ` ${code}` : ''}`,
    ...frames.slice(0, maxFrames).map((line) => `    ${withoutFolder(line.trim())}`),
    '',
  ].join('\n');
}

/** The sub-command and the names of the options: their values are the user's own. */
function describeCommand(args: readonly string[]): string {
  const options = args.flatMap((arg) => /^(--[a-z][a-z-]*|-[a-z])/.exec(arg)?.[1] ?? []);
  return ['mcpgen', ...args.slice(0, 1).filter((arg) => subCommands.some(({ name }) => name === arg)), ...options].join(
    ' ',
  );
}

/** Where mcpgen is installed tells who has installed it. */
function withoutFolder(frame: string): string {
  return frame.replace(/(file:\/\/)?\/[^()]*?\/(?=(node_modules|dist|generator)\/)/, '');
}
