// The one writer of YAML: every reader takes back what was written, those of Go (Helm, kubectl: YAML 1.1) and of YAML 1.2.

import { invisible } from '../printable.ts';

/** Where a value stands: the keys and indices from the root. */
export type YamlPath = readonly (string | number)[];

export interface YamlStyle {
  /** Lists and maps that take one line each, if they hold nothing but scalars, and lists of scalars. */
  readonly oneLine?: (path: YamlPath) => boolean;
  /** Maps and lists with an empty line between their entries. */
  readonly spaced?: (path: YamlPath) => boolean;
}

/** The text of one document. Entries that are undefined are left out. */
export function writeYaml(tree: object, style: YamlStyle = {}): string {
  const lines = new Writer(style).collection(tree, '', []);
  return lines === '' ? `${emptyCollection(tree)}\n` : lines;
}

class Writer {
  private readonly style: YamlStyle;

  constructor(style: YamlStyle) {
    this.style = style;
  }

  /** The lines of a map or list, each behind `indent`; '' if it is empty. */
  collection(tree: object, indent: string, path: YamlPath): string {
    const entries = Array.isArray(tree)
      ? tree.map((item, index) => `${indent}-${this.item(item, `${indent}  `, [...path, index])}`)
      : entriesOf(tree).map(([key, value]) => indent + this.entry(key, value, indent, [...path, key]));
    return entries.join(this.style.spaced?.(path) ? '\n' : '');
  }

  private entry(key: string, value: unknown, indent: string, path: YamlPath): string {
    const name = scalar(key, 'key');
    return `${isLong(name) ? `? ${name}\n${indent}` : name}:${this.value(value, `${indent}  `, path)}`;
  }

  /** What follows the hyphen: a collection begins on its line. */
  private item(value: unknown, indent: string, path: YamlPath): string {
    const text = this.value(value, indent, path);
    return text.startsWith('\n') ? ` ${text.slice(1 + indent.length)}` : text;
  }

  /** What follows a colon: further lines are behind `indent`. */
  private value(value: unknown, indent: string, path: YamlPath): string {
    if (typeof value === 'string') return ` ${isBlock(value) ? block(value, indent) : scalar(value, 'block')}\n`;
    if (!isCollection(value)) return ` ${other(value)}\n`;
    if (this.style.oneLine?.(path) && isFlat(value)) return ` ${flow(value)}\n`;
    const lines = this.collection(value, indent, path);
    return lines === '' ? ` ${emptyCollection(value)}\n` : `\n${lines}`;
  }
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function entriesOf(tree: object): [string, unknown][] {
  return Object.entries(tree).filter(([, value]) => value !== undefined);
}

function emptyCollection(tree: object): string {
  return Array.isArray(tree) ? '[]' : '{}';
}

/** Of scalars and lists of scalars, with keys that need no line of their own. */
function isFlat(tree: object): boolean {
  return entriesOf(tree).every(
    ([key, value]) =>
      !isLong(scalar(key, 'key')) &&
      (!isCollection(value) || (Array.isArray(value) && !value.some((item) => isCollection(item)))),
  );
}

function flow(value: unknown): string {
  if (typeof value === 'string') return scalar(value, 'flow');
  if (!isCollection(value)) return other(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return `{${entriesOf(value)
    .map(([key, item]) => `${scalar(key, 'flow')}: ${flow(item)}`)
    .join(', ')}}`;
}

/** Numbers, booleans and null. */
function other(value: unknown): string {
  if (typeof value !== 'number' || Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}

/** A key of more characters is none for libyaml, unless it stands behind a question mark (its limit is 1024). */
function isLong(key: string): boolean {
  return key.length > 1000;
}

/** Plain where it cannot be read as anything else, and in the quotes that need the fewest escapes elsewhere. */
function scalar(text: string, place: 'key' | 'block' | 'flow'): string {
  if (isPlain(text) && !(place === 'flow' && /[,[\]{}?]/.test(text))) return text;
  if (text.includes('"') && !text.includes("'") && isVisible(text)) return `'${text}'`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(invisible, escape)}"`;
}

/** What begins a word, and no list, key, comment, tag, anchor, directive or document. */
const start = /^(?:-(?!--)[-\p{L}\p{N}./_=$]|(?!\.\.\.)[^-?:,[\]{}#&*!|>'"%@` ])/u;
const inside = /: |:$| #| $/;
/** What Go, or a reader of YAML 1.1 or 1.2, takes for a number, a truth value, a date or nothing; and some that none does. */
const typed = new RegExp(
  [
    '^(?:~|y|n|yes|no|on|off|true|false|null|<<|=',
    '[-+]?\\.(?:inf|nan)',
    '[-+]?0[box][0-9a-f_]*',
    '[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9_]+)(?:e[-+]?[0-9_]*)?',
    '[-+]?[0-9_]+(?::[0-9_]+)+(?:\\.[0-9_]*)?',
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t ].*)?)$',
  ].join('|'),
  'i',
);

function isPlain(text: string): boolean {
  return start.test(text) && !inside.test(text) && !isTyped(text) && isVisible(text);
}

/** Go passes over underscores wherever they are in a number: `-_010_` is -8. */
function isTyped(text: string): boolean {
  return typed.test(text) || typed.test(text.replaceAll('_', ''));
}

function isVisible(text: string): boolean {
  return text.search(invisible) === -1;
}

/** Whether a text of several lines can stand as it is: all of it must be seen, ends of lines and indentation too. */
function isBlock(text: string): boolean {
  return /^[^\n\t ].*\n/.test(text) && !/[\t ]$/m.test(text) && isVisible(text.replace(/[\n\t]/g, ''));
}

function block(text: string, indent: string): string {
  const end = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  return `|${end}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** No reader takes half of a surrogate pair: it becomes U+FFFD, as in Go. */
function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  const hex = code.toString(16);
  return escapes[char] ?? (code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`);
}
