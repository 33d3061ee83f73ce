// A place in a YAML text, and the characters as libyaml (yaml.v3's yamlprivateh.go) classifies them.

import { YamlError } from './node.ts';

/** Line ends of YAML 1.1; in a pattern's brackets. */
const breaks = '\\r\\n\\x85\\u2028\\u2029';
const blanks = ' \\t';

/** A pattern for a run of characters at the cursor, without blanks, line ends and `others`. */
export function runWithout(others: string): RegExp {
  return new RegExp(`[^${blanks}${breaks}${others}]+`, 'y');
}

const restOfLine = new RegExp(`[^${breaks}]+`, 'y');

// By their codes, as a scanner asks so for each character of a text.

export function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

export function isBreakCode(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Beyond the end a text has the code NaN. */
export function isBlankOrEndCode(code: number): boolean {
  return isBlankCode(code) || isBreakCode(code) || Number.isNaN(code);
}

export class Cursor {
  readonly text: string;
  offset = 0;
  line = 0;
  /** In characters, as `index` is: a character beyond U+FFFF counts once. */
  column = 0;
  index = 0;
  /** Line ends passed since the last character that was neither blank nor a line end. */
  newlines = 0;
  /** Whether there are characters beyond U+FFFF. */
  private readonly hasPairs: boolean;

  constructor(text: string) {
    this.text = text;
    this.hasPairs = /[\ud800-\udbff]/.test(text);
    // Only one byte order mark is none of the text.
    if (text.startsWith('\ufeff')) this.offset = 1;
  }

  /** The character `ahead` of the cursor; '' beyond the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  private code(ahead: number): number {
    return this.text.charCodeAt(this.offset + ahead);
  }

  isBlank(ahead = 0): boolean {
    return isBlankCode(this.code(ahead));
  }

  isBreak(ahead = 0): boolean {
    return isBreakCode(this.code(ahead));
  }

  isBreakOrEnd(ahead = 0): boolean {
    const code = this.code(ahead);
    return isBreakCode(code) || Number.isNaN(code);
  }

  isBlankOrEnd(ahead = 0): boolean {
    return isBlankOrEndCode(this.code(ahead));
  }

  /** At `---` or `...` alone at the start of a line. */
  isDocumentIndicator(indicator?: '---' | '...'): boolean {
    if (this.column !== 0 || !this.isBlankOrEnd(3)) return false;
    const three = this.text.slice(this.offset, this.offset + 3);
    return indicator ? three === indicator : three === '---' || three === '...';
  }

  /** Passes one character, or what a pattern finds here, and returns it. */
  take(what: number | RegExp = 1): string {
    return this.takeTo(typeof what === 'number' ? this.offset + what : this.endOf(what));
  }

  /** Passes what stands before an offset, and returns it. */
  takeTo(end: number): string {
    const taken = this.text.slice(this.offset, end);
    // Most begin with no blank, which is seen faster.
    if (taken !== '' && (!isBlankCode(taken.charCodeAt(0)) || /[^ \t]/.test(taken))) this.newlines = 0;
    this.pass(taken.length, this.hasPairs ? (taken.match(/[\ud800-\udbff]/g)?.length ?? 0) : 0);
    return taken;
  }

  private pass(length: number, pairs = 0): void {
    this.offset += length;
    this.column += length - pairs;
    this.index += length - pairs;
  }

  /** Whether a pattern matches here. */
  finds(pattern: RegExp): boolean {
    return this.endOf(pattern) !== this.offset;
  }

  private endOf(pattern: RegExp): number {
    pattern.lastIndex = this.offset;
    return pattern.test(this.text) ? pattern.lastIndex : this.offset;
  }

  /** Passes spaces, and tabs unless they count as something else, and returns them. */
  takeBlanks(takesTabs = true): string {
    const { text, offset } = this;
    let end = offset;
    while (text.charCodeAt(end) === 0x20 || (takesTabs && text.charCodeAt(end) === 0x09)) end++;
    this.pass(end - offset);
    return text.slice(offset, end);
  }

  takeRestOfLine(): string {
    return this.take(restOfLine);
  }

  /** Passes a line end and returns it: U+2028 and U+2029 are kept, others read as a line feed. */
  takeBreak(): string {
    const char = this.peek();
    const length = char === '\r' && this.peek(1) === '\n' ? 2 : 1;
    this.offset += length;
    this.index += length;
    this.column = 0;
    this.line++;
    this.newlines++;
    return char === '\u2028' || char === '\u2029' ? char : '\n';
  }

  /** Blanks, a comment and a line end, as they may follow a directive or the `|` of a block scalar. */
  takeEndOfLine(): void {
    this.takeBlanks();
    if (this.peek() === '#') this.takeRestOfLine();
    if (!this.isBreakOrEnd()) this.fail('did not find expected comment or line break');
    if (this.isBreak()) this.takeBreak();
  }

  /** The end of the text ends the line too. */
  endLine(): void {
    if (this.column !== 0) this.line++;
    this.column = 0;
  }

  fail(message: string): never {
    throw new YamlError(message, this.offset);
  }
}
