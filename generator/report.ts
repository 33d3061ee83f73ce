// Diagnostics for eyes and machines: pure functions from a list to a text.

import { diagnose, type Diagnostic } from './diagnostics.ts';
import { framesFor, type Texts } from './frame.ts';
import { jsonText, printable } from './printable.ts';
import type { ReportFormat } from './report-format.ts';
import { count, createOnce, summarize } from './summary.ts';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** ANSI colours, in the text format. */
  readonly color: boolean;
  /** Leaves notes out. */
  readonly quiet: boolean;
  /** In the text format: every diagnostic by itself. */
  readonly verbose?: boolean;
  /** The files that were read: on a terminal, an error shows its line. */
  readonly texts?: Texts;
}

/** The whole report, '' when there is nothing to say. */
export function report(diagnostics: readonly Diagnostic[], options: ReportOptions): string {
  const shown = diagnostics.filter(({ severity }) => !options.quiet || severity !== 'note');
  switch (options.format) {
    case 'json':
      return jsonText({ diagnostics: shown });
    case 'github':
      return shown.map((diagnostic) => `${gitHubAnnotation(diagnostic)}\n`).join('');
    case 'text':
      return reportText(shown, options);
  }
}

/** A mistake in the arguments, or with a file: the lines of its message. */
export function reportUsage(lines: readonly string[], format: ReportFormat): string {
  if (format === 'text') return `error: ${lines.map(printable).join('\n')}\n`;
  const message = lines.join('\n').replace(/ ?\n/g, ' ');
  return report([diagnose('usage', { problem: message })], { format, color: false, quiet: false });
}

/** Nobody reads more; the other forms have them all. */
const maxShown = 1000;

function reportText(diagnostics: readonly Diagnostic[], { color, verbose, texts = new Map() }: ReportOptions): string {
  const frameOf = framesFor(diagnostics, texts);
  const print = (diagnostic: Diagnostic): string => textLine(diagnostic, color, frameOf);
  if (!verbose) return summarize(diagnostics, print);
  const lines = createOnce(diagnostics)
    .slice(0, maxShown)
    .map((diagnostic) => `${print(diagnostic)}\n`);
  if (diagnostics.length > maxShown) lines.push(`… and ${diagnostics.length - maxShown} more\n`);
  const numbers = (['error', 'warning', 'note'] as const).flatMap(
    (severity) =>
      count(
        diagnostics.filter((one) => one.severity === severity),
        severity,
      ) || [],
  );
  return `${lines.join('')}${numbers.length === 0 ? '' : `${numbers.join(', ')}\n`}`;
}

/** `file:line:column: severity code: message`, the line of an error on a terminal, and the hint. */
function textLine(diagnostic: Diagnostic, color: boolean, frameOf: (diagnostic: Diagnostic) => string[]): string {
  const { severity, code, message, hint, position } = diagnostic;
  const paint = (style: number, text: string): string => (color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const style = { error: 31, warning: 33, note: 36 }[severity];
  const where = position ? `${printable(position.file)}:${position.line}:${position.column}: ` : '';
  const line = `${where}${paint(style, `${severity} ${code}`)}: ${printable(message)}`;
  const frame = color && severity === 'error' ? frameOf(diagnostic) : [];
  const remedy = hint === undefined ? [] : [`  ${paint(2, `hint: ${printable(hint)}`)}`];
  return [line, ...frame.map((part) => paint(2, part)), ...remedy].join('\n');
}

/** A workflow command of GitHub Actions, where notes are called notices. */
function gitHubAnnotation({ severity, code, message, hint, position }: Diagnostic): string {
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = position ? `file=${property(position.file)},line=${position.line},col=${position.column},` : '';
  const text = printable(message) + (hint === undefined ? '' : `\nhint: ${printable(hint)}`);
  return `::${severity === 'note' ? 'notice' : severity} ${place}title=${property(`mcpgen: ${code}`)}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
