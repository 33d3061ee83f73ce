#!/usr/bin/env node
// The program: connects `run` to this process.

import { setFlagsFromString } from 'node:v8';
import { run } from './cli.ts';
import { describeBug } from './commands/bug.ts';
import { writeStream } from './commands/io.ts';

// V8 makes fast code of functions in other threads, long before it pays off: that took a third of the processor's time of a
// compilation of 300 servers. Functions have to run 15 times as long as usual before it does; the rest has no effect on what runs.
// Node.js 20 has V8 11, 22 and 24 have 12 and 13. Others are left as they are: V8 reports a flag that it does not know.
const v8 = Number.parseInt(process.versions.v8, 10);
if (v8 === 11) setFlagsFromString('--interrupt-budget=1000000');
if (v8 === 12 || v8 === 13) setFlagsFromString('--invocation-count-for-turbofan=45000');
// The space for new objects grows in one step, as each step on the way copies what is in it. Old ones are collected when half as
// much as what is in use has been added, not two or three times as much.
if (v8 >= 11 && v8 <= 13) setFlagsFromString('--semi-space-growth-factor=8 --heap-growing-percent=50');

process.on('uncaughtException', (error) => {
  process.stderr.write(describeBug(error, process.argv.slice(2)), () => process.exit(3));
});

process.exitCode = await run(process.argv.slice(2), {
  // Opened only if it is read: that takes longer than all else that --help does.
  get stdin() {
    return process.stdin;
  },
  writeOut: (text) => writeStream(process.stdout, text),
  writeError: (text) => writeStream(process.stderr, text),
  color: process.stderr.isTTY && !process.env['NO_COLOR'],
  columns: process.stdout.isTTY ? Math.max(80, process.stdout.columns) : undefined,
});
