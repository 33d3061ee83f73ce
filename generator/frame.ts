// A code frame: the line that a diagnostic is about, with a caret below the column; none where a secret may stand.

import { isCredential, credentialIn } from './credentials/detect.ts';
import { suspect } from './credentials/names.ts';
import { diagnosticTable } from './diagnostics/table.ts';
import type { Entry } from './diagnostics/types.ts';
import type { Diagnostic, Position } from './diagnostics.ts';
import { printable } from './printable.ts';

/** The texts of the files that were read, by the names that diagnostics have for them. */
export type Texts = ReadonlyMap<string, string>;

/** Characters of a line on either side of the column; catalogs have lines of thousands. */
const reach = 60;

/** A name and its value may stand on different lines, in either order. */
const neighbours = 5;

/** Makes frames for some of these diagnostics; a line near any credential that they report has none. */
export function framesFor(diagnostics: readonly Diagnostic[], texts: Texts): (diagnostic: Diagnostic) => string[] {
  const closed = diagnostics.filter(({ code }) => isPrivate(code)).flatMap(({ position }) => position ?? []);
  const lines = new Map([...texts].map(([name, text]) => [name, text.split(/\r\n?|\n/)]));
  return ({ code, position }) => {
    const all = position && lines.get(position.file);
    if (!all || isPrivate(code) || closed.some((place) => isNear(place, position))) return [];
    const around = all.slice(Math.max(0, position.line - 1 - neighbours), position.line + neighbours);
    return around.some(mayHoldSecret) ? [] : draw(all[position.line - 1] ?? '', position);
  };
}

function isPrivate(code: Diagnostic['code']): boolean {
  const entry: Entry = diagnosticTable[code];
  return entry.isPrivate === true;
}

function isNear(one: Position, other: Position): boolean {
  return one.file === other.file && Math.abs(one.line - other.line) <= neighbours;
}

/** By a form in the line, or by a word in it: its value may be on the next line. */
function mayHoldSecret(line: string): boolean {
  if (credentialIn(line) !== undefined) return true;
  const words = line.match(/[A-Za-z_][\w.-]*/g) ?? [];
  return words.some((word) => suspect(word) === 'yes') || hasRandomText(line);
}

/** What would be a credential under a name that says little. */
function hasRandomText(line: string): boolean {
  return (line.match(/[\w+/=.~-]{16,}/g) ?? []).some((text) => isCredential('some_key', text));
}

function draw(line: string, { line: number, column }: Position): string[] {
  const at = column - 1;
  const start = Math.max(0, at - reach);
  const end = Math.min(line.length, at + reach);
  const before = (start > 0 ? '…' : '') + printable(line.slice(start, at));
  const after = printable(line.slice(at, end)) + (end < line.length ? '…' : '');
  const gutter = String(number);
  return [`  ${gutter} | ${before}${after}`, `  ${' '.repeat(gutter.length)} | ${' '.repeat(before.length)}^`];
}
