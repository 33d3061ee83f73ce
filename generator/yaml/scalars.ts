// The scalars of YAML, quoted, plain and block, as yaml.v3's scannerc.go reads them.

import { type Cursor, isBlankCode, isBlankOrEndCode, runWithout } from './cursor.ts';

const singleQuotedRun = runWithout("'");
const doubleQuotedRun = runWithout('"\\\\');

/**
 * Blanks and line ends between the words of a scalar, folded: a single line feed is a space; of more, the first goes.
 * `isEscaped`: the first line end was behind a backslash. `checkIndentation` is called at each blank that begins a line.
 */
function takeGap(
  cursor: Cursor,
  isEscaped: boolean,
  checkIndentation: () => void,
): { text: string; isMultiLine: boolean } {
  let isMultiLine = isEscaped;
  let spaces = '';
  let firstBreak = '';
  let otherBreaks = '';
  while (cursor.isBlank() || cursor.isBreak()) {
    if (cursor.isBlank()) {
      if (!isMultiLine) {
        spaces = cursor.takeBlanks();
        continue;
      }
      checkIndentation();
      cursor.take();
    } else if (isMultiLine) {
      otherBreaks += cursor.takeBreak();
    } else {
      firstBreak = cursor.takeBreak();
      isMultiLine = true;
    }
  }
  if (!isMultiLine) return { text: spaces, isMultiLine };
  if (firstBreak !== '\n') return { text: firstBreak + otherBreaks, isMultiLine };
  return { text: otherBreaks === '' ? ' ' : otherBreaks, isMultiLine };
}

export function takeQuoted(cursor: Cursor): string {
  const quote = cursor.take();
  const pieces: string[] = [];
  for (;;) {
    if (cursor.isDocumentIndicator()) cursor.fail('found unexpected document indicator');
    if (cursor.peek() === '') cursor.fail('found unexpected end of stream');
    const escapedBreak = quote === "'" ? takeSingleQuotedWord(cursor, pieces) : takeDoubleQuotedWord(cursor, pieces);
    if (cursor.peek() === quote) break;
    pieces.push(takeGap(cursor, escapedBreak, () => {}).text);
  }
  cursor.take();
  return pieces.join('');
}

function takeSingleQuotedWord(cursor: Cursor, pieces: string[]): false {
  for (;;) {
    pieces.push(cursor.take(singleQuotedRun));
    if (cursor.peek() !== "'" || cursor.peek(1) !== "'") return false;
    cursor.take(2);
    pieces.push("'");
  }
}

/** Whether the word ended with a backslash before a line end. */
function takeDoubleQuotedWord(cursor: Cursor, pieces: string[]): boolean {
  for (;;) {
    pieces.push(cursor.take(doubleQuotedRun));
    if (cursor.peek() !== '\\') return false;
    if (cursor.isBreak(1)) {
      cursor.take();
      cursor.takeBreak();
      return true;
    }
    pieces.push(takeEscape(cursor));
  }
}

const escapes = new Map([
  ...[...'abtnvfre'].map((letter, index) => [letter, '\x07\b\t\n\v\f\r\x1b'.charAt(index)] as const),
  ...[...'\t "\'\\'].map((char) => [char, char] as const),
  ['0', '\0'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const escapeLengths = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** There is no `\/`; and `\ud83d\ude00`, as JSON has it, is an error. */
function takeEscape(cursor: Cursor): string {
  const letter = cursor.peek(1);
  const length = escapeLengths.get(letter);
  const char = escapes.get(letter);
  if (char === undefined && length === undefined) cursor.fail('found unknown escape character');
  cursor.take(2);
  if (char !== undefined) return char;
  const digits = cursor.text.slice(cursor.offset, cursor.offset + (length ?? 0));
  const areDigits = digits.length === length && /^[0-9a-fA-F]+$/.test(digits);
  if (!areDigits) cursor.fail('did not find expected hexdecimal number');
  const code = parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) cursor.fail('found invalid Unicode character escape code');
  cursor.take(length);
  return String.fromCodePoint(code);
}

/** `indent`: the column from which further lines belong to it; in flow style they all do. */
export function takePlain(cursor: Cursor, indent: number, inFlow: boolean): { text: string; endsLine: boolean } {
  const pieces: string[] = [];
  let gap = { text: '', isMultiLine: false };
  while (!cursor.isDocumentIndicator() && cursor.peek() !== '#') {
    const words = cursor.takeTo(endOfWords(cursor, inFlow));
    if (words !== '') {
      pieces.push(gap.text, words);
      gap = { text: '', isMultiLine: false };
    }
    if (!cursor.isBlank() && !cursor.isBreak()) break;
    gap = takeGap(cursor, false, () => {
      const isTab = cursor.column < indent && cursor.peek() === '\t';
      if (isTab) cursor.fail('found a tab character that violates indentation');
    });
    if (!inFlow && cursor.column < indent) break;
  }
  // Most are of one line: a part of the text, and no copy of it.
  return { text: pieces.length === 2 ? (pieces[1] ?? '') : pieces.join(''), endsLine: gap.isMultiLine };
}

/** Where the words end that a plain scalar has on this line: before the blanks of the line's end, a comment, or `: `. */
function endOfWords({ text, offset }: Cursor, inFlow: boolean): number {
  let end = offset;
  for (let at = offset; ; at++) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) continue;
    if (isBlankOrEndCode(code)) return end;
    if (code === colon && isBlankOrEndCode(text.charCodeAt(at + 1))) return end;
    if (code === hash && at > end) return end;
    if (inFlow && flowIndicators.has(code)) return end;
    end = at + 1;
  }
}

const colon = ':'.charCodeAt(0);
const hash = '#'.charCodeAt(0);
const flowIndicators = new Set([...',?[]{}'].map((char) => char.charCodeAt(0)));

/** `parentIndent`: of the block that the scalar stands in. */
export function takeBlockScalar(cursor: Cursor, parentIndent: number): string {
  const isFolded = cursor.take() === '>';
  const { chomping, increment } = takeBlockHeader(cursor);
  let indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  const pieces: string[] = [];
  let leadingBreak = '';
  let leadingBlank = false;
  let trailing = takeBlockBreaks(cursor, indent, parentIndent);
  indent = trailing.indent;
  while (cursor.column === indent && cursor.peek() !== '') {
    const startsBlank = cursor.isBlank();
    const isFold = isFolded && !leadingBlank && !startsBlank && leadingBreak === '\n';
    pieces.push(isFold ? (trailing.breaks === '' ? ' ' : '') : leadingBreak, trailing.breaks);
    leadingBlank = startsBlank;
    pieces.push(cursor.takeRestOfLine());
    leadingBreak = cursor.isBreak() ? cursor.takeBreak() : '';
    trailing = takeBlockBreaks(cursor, indent, parentIndent);
  }
  if (chomping !== '-') pieces.push(leadingBreak);
  if (chomping === '+') pieces.push(trailing.breaks);
  return pieces.join('');
}

const blockHeader = /[+-][0-9]?|[0-9][+-]?|/y;

/** `|2-`, `>+`: how the end is trimmed, and by how much the text is indented, 0 if that is to be found out. */
function takeBlockHeader(cursor: Cursor): { chomping: string; increment: number } {
  const header = cursor.take(blockHeader);
  if (header.includes('0')) cursor.fail('found an indentation indicator equal to 0');
  cursor.takeEndOfLine();
  return { chomping: header.replace(/[0-9]/, ''), increment: Number(header.replace(/[+-]/, '')) };
}

/** Empty lines, and the indentation of the line after them, which decides what `indent` is if it is 0 so far. */
function takeBlockBreaks(cursor: Cursor, indent: number, parentIndent: number): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.peek() === ' ') cursor.take();
    widest = Math.max(widest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.peek() === '\t') {
      cursor.fail('found a tab character where an indentation space is expected');
    }
    if (!cursor.isBreak()) break;
    breaks += cursor.takeBreak();
  }
  return { breaks, indent: indent || Math.max(widest, parentIndent + 1, 1) };
}
