// What starting a program takes: the file itself, the links to it, its interpreters, and the folders they read.

import type { Program } from './facts.ts';
import * as interpreters from './interpreters.ts';
import { type Surroundings, Trace } from './trace.ts';

/** Follows a command line through all that it starts. */
export function traceProgram(argv: readonly string[], surroundings: Surroundings): Program {
  const trace = new Trace(surroundings, interpreters);
  if (argv.length > 0)
    trace.execute(
      argv.map((text, index) => ({ text, index })),
      0,
    );
  return trace.finish(argv);
}
