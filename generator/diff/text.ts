// Changes as text for a terminal, and as Markdown for a pull request.

import { printable } from '../printable.ts';
import { type Change, weights } from './model.ts';

const signs = { widening: '!', changed: '~', narrowing: ' ' } as const;

export function diffText(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing that matters for security has changed\n';
  const lines = changes.map(
    ({ server = 'release', field, weight, text }) =>
      `${signs[weight]} ${weight.padEnd(9)} ${server}: ${field}: ${text}`,
  );
  return [...lines, '', summary(changes)].map((line) => `${printable(line)}\n`).join('');
}

export function diffMarkdown(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing that matters for security has changed.\n';
  const rows = changes.map(
    ({ server = 'release', field, weight, text }) =>
      `| ${weight === 'widening' ? '**widening**' : weight} | ${code(server)} | ${code(field)} | ${code(text)} |`,
  );
  return [`${summary(changes)}`, '', '| | server | field | change |', '| --- | --- | --- | --- |', ...rows, '']
    .map((line) => `${line}\n`)
    .join('')
    .trimEnd()
    .concat('\n');
}

function summary(changes: readonly Change[]): string {
  return weights.map((weight) => `${changes.filter((one) => one.weight === weight).length} ${weight}`).join(', ');
}

/** A hostile text as code of HTML, in which Markdown finds no markup and no link: each character that may begin some is a reference. */
function code(text: string): string {
  const safe = printable(text).replace(/[^\p{L}\p{N} .,/-]/gu, (char) => `&#${char.codePointAt(0)};`);
  return `<code>${safe.replace(/(?<=www)\./gi, '&#46;')}</code>`;
}
