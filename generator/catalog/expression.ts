// `{{path|filter}}` expressions: their parse, which diagnostics and evaluation share, and their evaluation.

import { findFilter } from './filters.ts';
import { formatGo, reflectString, ResultBuilder } from './go-format.ts';
import { goTrimSpace } from './go-text.ts';
import { type GoObject, type GoValue, isList, isObject, ownValue } from './go-value.ts';

/** What paths are looked up in; for a server it is what `serverConfig` gives. */
export type Config = GoObject;

/** A piece of an expression; `offset` and `length` say where it stands, in UTF-16 units. */
export type Term = LiteralTerm | ReferenceTerm | DroppedTerm;

/** Text that is taken as it stands. */
export interface LiteralTerm {
  readonly kind: 'literal';
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

/** `{{path|filter|filter:argument}}`. */
export interface ReferenceTerm {
  readonly kind: 'reference';
  /** The path's names, without the white space around them; never empty (`{{}}` has the one name ''). */
  readonly path: readonly string[];
  readonly filters: readonly Filter[];
  readonly offset: number;
  readonly length: number;
}

/** Braces that are part of no `{{…}}`: they vanish from the result. */
export interface DroppedTerm {
  readonly kind: 'dropped';
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

export interface Filter {
  /** Without the white space around it and without its argument. */
  readonly name: string;
  /** What follows the first colon, as it stands: `or: x` gives ' x'. */
  readonly argument?: string;
  /** The filter has an effect. Others are passed over: `volum`, `into:x`, and ` or:x` for the space before it. */
  readonly known: boolean;
  /** As it stands between the bars; `offset` says where. */
  readonly text: string;
  readonly offset: number;
}

/** The terms of an expression, as pkg/eval/eval.go finds them by the pattern `{{.*?}}|[^{}]+`; `.` is not a line feed. */
export function parseExpression(text: string): Term[] {
  const terms: Term[] = [];
  // What is searched for is searched for once: the parse is linear, however many braces are left open.
  let close = 0;
  let lineFeed = 0;
  let offset = 0;
  while (offset < text.length) {
    if (text.startsWith('{{', offset)) {
      if (close < offset + 2) close = indexFrom(text, '}}', offset + 2);
      if (lineFeed < offset + 2) lineFeed = indexFrom(text, '\n', offset + 2);
    }
    const isReference = text.startsWith('{{', offset) && close < lineFeed;
    const term = isReference ? parseReference(text.slice(offset, close + 2), offset) : parseText(text, offset);
    terms.push(term);
    offset += term.length;
  }
  return terms;
}

function indexFrom(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index === -1 ? Infinity : index;
}

/** A run without braces, or one brace. */
function parseText(expression: string, offset: number): LiteralTerm | DroppedTerm {
  const run = /[^{}]+|/y;
  run.lastIndex = offset;
  const text = run.exec(expression)?.[0] ?? '';
  if (text !== '') return { kind: 'literal', text, offset, length: text.length };
  return { kind: 'dropped', text: expression.charAt(offset), offset, length: 1 };
}

function parseReference(text: string, offset: number): ReferenceTerm {
  const [path = '', ...filters] = text.slice(2, -2).split('|');
  let filterOffset = offset + 2 + path.length;
  return {
    kind: 'reference',
    path: path.split('.').map(goTrimSpace),
    filters: filters.map((filter) => {
      const parsed = parseFilter(filter, filterOffset + 1);
      filterOffset += 1 + filter.length;
      return parsed;
    }),
    offset,
    length: text.length,
  };
}

function parseFilter(text: string, offset: number): Filter {
  const colon = text.indexOf(':');
  const known = findFilter(text) !== undefined;
  if (colon === -1) return { name: goTrimSpace(text), known, text, offset };
  return { name: goTrimSpace(text.slice(0, colon)), argument: text.slice(colon + 1), known, text, offset };
}

/**
 * `eval.Evaluate`: the value of a lone `{{…}}` is of any type, but never null; anything else is text.
 * @throws ResultTooLongError
 */
export function evaluate(expression: string, config: Config): GoValue {
  const terms = parseExpression(expression).filter((term) => term.kind !== 'dropped');
  if (terms.length === 1 && terms[0]) return evaluateTerm(terms[0], config);
  const result = new ResultBuilder();
  for (const term of terms) result.add(formatGo(evaluateTerm(term, config)));
  return result.toString();
}

function evaluateTerm(term: LiteralTerm | ReferenceTerm, config: Config): GoValue {
  if (term.kind === 'literal') return term.text;
  let value = valueAt(term.path, config);
  for (const { text } of term.filters) value = findFilter(text)?.(value) ?? value;
  return value;
}

/** `dig` of pkg/eval/eval.go: what is not there, and what is null, is the empty text. */
export function valueAt(path: readonly string[], config: Config): GoValue {
  let value: GoValue | undefined = config;
  for (const name of path) value = isObject(value) ? ownValue(value, name) : undefined;
  return value ?? '';
}

/**
 * `eval.EvaluateList`: lists are spread out. What is neither list nor text becomes `<int Value>` or similar, as Go's
 * `reflect.Value.String` has it: numbers and booleans are usable in a list only with other text around them, or a filter.
 * @throws ResultTooLongError
 */
export function evaluateList(expressions: readonly string[], config: Config): string[] {
  const result = new ResultBuilder();
  for (const expression of expressions) {
    const value = evaluate(expression, config);
    if (isList(value)) for (const item of value) result.add(formatGo(item));
    else result.add(reflectString(value));
  }
  return result.pieces;
}
