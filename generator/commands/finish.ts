// The end of a command: what there is to say, and whether it has failed.

import { type Diagnostic, hasErrors, strictly } from '../diagnostics.ts';
import { report } from '../report.ts';
import type { Io } from './io.ts';
import type { ReportOptions } from './options.ts';

/** Reports, and says whether the command has failed. */
export async function finish(
  diagnostics: readonly Diagnostic[],
  { strict, quiet, verbose, format }: ReportOptions,
  io: Io,
): Promise<boolean> {
  const judged = strict ? strictly(diagnostics) : diagnostics;
  await io.writeError(
    report(judged, {
      format,
      color: io.color,
      quiet: quiet ?? false,
      verbose: verbose ?? false,
      ...(io.texts && { texts: io.texts }),
    }),
  );
  return hasErrors(judged);
}
