// What `mcpgen --explain CODE` prints of a diagnostic.

import { existsSync, readFileSync } from 'node:fs';
import { explainCode } from '../diagnostics/explain.ts';
import { diagnosticCodes } from '../diagnostics/table.ts';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { packageFile } from '../package.ts';
import { didYouMean } from '../suggest.ts';
import { UsageError } from './io.ts';

export function explainDiagnostic(name: string): string {
  const code = diagnosticCodes.find((known) => known === name);
  if (code === undefined) {
    throw new UsageError(usageTexts.unknownCode({ code: name, meant: didYouMean(name, diagnosticCodes) }));
  }
  // The package has the cases that the tests run, so that what is shown is what happens.
  const file = packageFile(`test/cases/${code}.txt`);
  return explainCode(code, existsSync(file) ? readFileSync(file, 'utf8') : undefined);
}
