// The table of docs/diagnostics.md, made of the table of diagnostics.

import { severitiesOf } from '../diagnostics/explain.ts';
import { type DiagnosticCode, diagnosticCodes, diagnosticTable } from '../diagnostics/table.ts';
import type { Entry } from '../diagnostics/types.ts';

const head = '| Code | Severity | What it means | Example | What to do |\n| --- | --- | --- | --- | --- |\n';

/** The page with a fresh table at its end; what stands before the table is written by hand. */
export function withDiagnosticsTable(page: string): string {
  const [prose = ''] = page.split(/^(?=\| Code \|)/m);
  return prose + head + diagnosticCodes.map(rowOf).join('');
}

function rowOf(code: DiagnosticCode): string {
  const { meaning, example, fix, more }: Entry = diagnosticTable[code];
  const link = more === undefined ? '' : ` ([more](${more}))`;
  return `| \`${code}\` | ${severitiesOf(code).join(', ')} | ${meaning} | ${example} | ${fix}${link} |\n`;
}
