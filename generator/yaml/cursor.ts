// A place in a YAML text, and the characters as libyaml (yaml.v3's yamlprivateh.go) classifies them.

import { YamlError } from './node.ts';

/** Line ends of YAML 1.1; in a pattern's brackets. */
const breaks = '\\r\\n\\x85\\u2028\\u2029';
const blanks = ' \\t';

/** A pattern for a run of characters at the cursor, without blanks, line ends and `others`. */
export function runWithout(others: string): RegExp {
  return new RegExp(`[^${blanks}${breaks}${others}]+`, 'y');
}

const blankRun = new RegExp(`[${blanks}]+`, 'y');
const restOfLine = new RegExp(`[^${breaks}]+`, 'y');

export class Cursor {
  readonly text: string;
  offset = 0;
  line = 0;
  /** In characters, as `index` is: a character beyond U+FFFF counts once. */
  column = 0;
  index = 0;
  /** Line ends passed since the last character that was neither blank nor a line end. */
  newlines = 0;

  constructor(text: string) {
    this.text = text;
    // Only one byte order mark is none of the text.
    if (text.startsWith('\ufeff')) this.offset = 1;
  }

  /** The character `ahead` of the cursor; '' beyond the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  isBlank(ahead = 0): boolean {
    const char = this.peek(ahead);
    return char === ' ' || char === '\t';
  }

  isBreak(ahead = 0): boolean {
    const char = this.peek(ahead);
    return char === '\n' || char === '\r' || char === '\x85' || char === '\u2028' || char === '\u2029';
  }

  isBreakOrEnd(ahead = 0): boolean {
    return this.peek(ahead) === '' || this.isBreak(ahead);
  }

  isBlankOrEnd(ahead = 0): boolean {
    return this.isBlank(ahead) || this.isBreakOrEnd(ahead);
  }

  /** At `---` or `...` alone at the start of a line. */
  isDocumentIndicator(indicator?: '---' | '...'): boolean {
    if (this.column !== 0 || !this.isBlankOrEnd(3)) return false;
    const three = this.text.slice(this.offset, this.offset + 3);
    return indicator ? three === indicator : three === '---' || three === '...';
  }

  /** Passes one character, or what a pattern finds here, and returns it. */
  take(what: number | RegExp = 1): string {
    const taken = typeof what === 'number' ? this.text.slice(this.offset, this.offset + what) : this.match(what);
    const pairs = /[\ud800-\udbff]/.test(taken) ? (taken.match(/[\ud800-\udbff]/g)?.length ?? 0) : 0;
    if (/[^ \t]/.test(taken)) this.newlines = 0;
    this.offset += taken.length;
    this.column += taken.length - pairs;
    this.index += taken.length - pairs;
    return taken;
  }

  /** Whether a pattern matches here. */
  finds(pattern: RegExp): boolean {
    return this.match(pattern) !== '';
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  takeBlanks(): string {
    return this.take(blankRun);
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
