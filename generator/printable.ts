// Untrusted text for display: what is invisible is shown as an escape, so that it has no effect on a terminal.

/**
 * What is not a visible character: controls, bidi and zero-width ones, line separators, lone surrogates, every space but the
 * ordinary one, and what no font draws. In a pattern's brackets.
 */
const unseen = '\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800';

/** A pattern for one invisible character; a space is none. */
export const invisible = new RegExp(`(?! )[${unseen}]`, 'gu');

/** What begins a command of GitHub Actions in a log: `::name` at the start of a line's words, `##[` anywhere. */
const workflowCommand = /(?<![^ ]):(?=:[a-z])|#(?=#\[)/gi;

/** A text as a part of a line. A catalog's text can neither begin a line, nor steer the terminal, nor command a CI job. */
export function printable(text: string): string {
  return text.replace(invisible, escape).replace(workflowCommand, escape);
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return short[char] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : unit(code));
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** JSON with its line end. The data stay exact: what cannot be seen is escaped as JSON does it. */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  const text = JSON.stringify(value, replacer, 2);
  return `${text.replace(invisible, (char) => (char === '\n' ? char : char.split('').map(toUnit).join('')))}\n`;
}

function toUnit(char: string): string {
  return unit(char.charCodeAt(0));
}
