// `mcpgen --explain CODE`: an option that prints what a diagnostic means, whatever else the command line has.

import { existsSync, readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { explainCode } from '../diagnostics/explain.ts';
import { diagnosticCodes } from '../diagnostics/table.ts';
import { didYouMean } from '../suggest.ts';
import { UsageError } from './io.ts';

/** Like `--version`: it is an answer, and the command does not run. */
export function addExplainOption(command: Command, print: (text: string) => void): Command {
  return command
    .option('--explain <code>', 'print what a diagnostic means, with an example and its fix')
    .on('option:explain', (name: string) => {
      const code = diagnosticCodes.find((known) => known === name);
      if (code === undefined) {
        const remedy = didYouMean(name, diagnosticCodes) ?? 'docs/diagnostics.md has all of them';
        throw new UsageError(`no diagnostic has the code ${JSON.stringify(name)}: ${remedy}`);
      }
      // The package has the cases that the tests run, so that what is shown is what happens.
      const file = new URL(`../../test/cases/${code}.txt`, import.meta.url);
      print(explainCode(code, existsSync(file) ? readFileSync(file, 'utf8') : undefined));
      throw new CommanderError(0, 'mcpgen.explain', '');
    });
}
