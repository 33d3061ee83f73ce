// The command line in this process: what it prints, and its exit status.

import { Readable } from 'node:stream';
import { run } from '../generator/cli.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const mcpgen = (...args: string[]): Promise<Outcome> => mcpgenWith({}, ...args);

/** With a text on standard input, or as on a terminal that shows colours. */
export async function mcpgenWith({ stdin = '', color = false }, ...args: string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const status = await run(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    writeOut: async (text) => void (stdout += text),
    writeError: async (text) => void (stderr += text),
    color,
  });
  return { status, stdout, stderr };
}
