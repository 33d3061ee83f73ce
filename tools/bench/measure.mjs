// Runs programs and says what they took.
import { UserError, run } from '../common.mjs';

/**
 * The processor's seconds of each command, in the program and in the system: the least of `times` runs, in turns, so that other
 * work of the machine disturbs all alike. @returns one number for each command
 */
export function leastSeconds(commands, times) {
  const least = commands.map(() => Infinity);
  for (let round = 0; round < times; round++) {
    for (const [index, command] of commands.entries()) {
      const { status, stderr } = run('bash', ['-c', 'TIMEFORMAT="%3U %3S"; time "$@"', 'bash', ...command]);
      if (status !== 0) throw new UserError(`${command.join(' ')} failed:\n${stderr.slice(0, 2000)}`);
      const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
      least[index] = Math.min(least[index], user + system);
    }
  }
  return least;
}

/** What a program of Node held at its peak, in megabytes. */
export function peakMegabytes(args) {
  const report = "process.on('exit', () => console.error(process.resourceUsage().maxRSS))";
  const { status, stderr } = run(process.execPath, ['--import', `data:text/javascript,${report}`, ...args]);
  if (status !== 0) throw new UserError(`node ${args.join(' ')} failed:\n${stderr.slice(0, 2000)}`);
  return Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024);
}
