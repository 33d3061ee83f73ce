#!/usr/bin/env node
// The program: connects `run` to this process.

import { run } from './cli.ts';

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  writeOut: (text) => write(process.stdout, text),
  writeError: (text) => write(process.stderr, text),
  color: process.stderr.isTTY && !process.env['NO_COLOR'],
});

/** Waits for the text to be taken; a reader that went away (`mcpgen … | head`) is no fault of ours. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error)));
    stream.write(text, () => resolve());
  });
}
