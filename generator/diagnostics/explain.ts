// `mcpgen --explain CODE`: what a code means, an input that has it, and the same input without.

import { parseCase } from './case.ts';
import { type DiagnosticCode, diagnosticTable } from './table.ts';
import type { Entry, Severity } from './types.ts';

/** How severe a code can be: the worst first. */
export function severitiesOf(code: DiagnosticCode): Severity[] {
  const { variants }: Entry = diagnosticTable[code];
  const found = new Set(Object.values(variants).map(({ severity }) => severity));
  return (['error', 'warning', 'note'] as const).filter((severity) => found.has(severity));
}

/** `caseText`: the case of that name; codes that only a registry can show have none. */
export function explainCode(code: DiagnosticCode, caseText: string | undefined): string {
  const { meaning, fix, more }: Entry = diagnosticTable[code];
  const parts = [
    `${code} (${severitiesOf(code).join(', ')})`,
    meaning.replaceAll('`', ''),
    `What to do: ${fix.replaceAll('`', '')}`,
    ...(caseText === undefined ? [] : explainCase(caseText)),
    `More: docs/${more ?? 'diagnostics.md'}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function explainCase(text: string): string[] {
  const { args, files, fixed, stderr } = parseCase(text);
  const example = [`For example:`, showCommand(args), ...showFiles(files), `mcpgen says:`, indent(stderr)];
  if (!fixed) return example;
  const changed = [...fixed.files].filter(([name, body]) => files.get(name) !== body);
  const command = fixed.args.join(' ') === args.join(' ') ? [] : [showCommand(fixed.args)];
  return [...example, 'Fixed:', ...command, ...showFiles(changed)];
}

function showCommand(args: readonly string[]): string {
  return indent(`$ mcpgen ${args.join(' ')}`);
}

function showFiles(files: Iterable<readonly [name: string, text: string]>): string[] {
  return [...files].map(([name, text]) => `${indent(`# ${name}`)}\n${indent(text)}`);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
}
