// Results of expressions that nobody can want, although the gateway passes them on silently.

import {
  type Config,
  evaluate,
  evaluateList,
  parseExpression,
  type ReferenceTerm,
  valueAt,
} from '../catalog/expression.ts';
import { GoFloat, GoTime, type GoValue, isList } from '../catalog/go-value.ts';
import type { CatalogServer } from '../catalog/model.ts';
import type { Accident } from '../diagnostics/table/expressions.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { positionWithin } from '../source.ts';
import { expressionsOf, isMissingList } from '../catalog/server-expressions.ts';

/**
 * Results that nobody can want, although the gateway passes them on: Go's form of a value that is not text. They are
 * errors here; `mcpgen evaluate` shows them as they are. docs/fidelity.md lists each kind.
 */
export function checkResults(server: CatalogServer, config: Config): Diagnostic[] {
  return expressionsOf(server).flatMap(({ text, path }) => {
    const terms = parseExpression(text).filter(({ kind }) => kind !== 'dropped');
    const field = path[server.path.length];
    const inList = (field === 'command' || field === 'volumes') && terms.length === 1;
    return terms.flatMap((term) => {
      if (term.kind !== 'reference') return [];
      const reference = text.slice(term.offset, term.offset + term.length);
      const accident =
        emptyEntry(term, config) ?? (inList ? listAccident(reference, config) : textAccident(reference, config));
      if (!accident && !isMissingList(term, config)) return [];
      const property = term.path.join('.');
      const position = positionWithin(server.source, path, text, term.offset);
      const about = { position, server: server.name };
      return accident
        ? diagnose('not-a-text/accident', { reference, accident, property, inList }, about)
        : diagnose('not-a-text/no-list', { reference, property }, about);
    });
  });
}

/** Alone in a list: texts stay, lists are spread out, and anything else becomes its type's name (`reflect.Value.String`). */
function listAccident(reference: string, config: Config): Accident | undefined {
  const value = evaluate(reference, config);
  if (typeof value === 'string') return undefined;
  if (isList(value)) return value.some(isCollection) ? { kind: 'nested' } : undefined;
  return { kind: 'other', printed: evaluateList([reference], config)[0] ?? '' };
}

/** Whatever filters follow, an empty entry of a list comes out as Go's word for nothing. */
function emptyEntry({ path }: ReferenceTerm, config: Config): Accident | undefined {
  const value = valueAt(path, config);
  return isList(value) && value.includes(null) ? { kind: 'empty-entry' } : undefined;
}

/** As part of a text: lists and maps would be printed in Go's own form. */
function textAccident(reference: string, config: Config): Accident | undefined {
  const value = evaluate(reference, config);
  return isCollection(value) ? { kind: isList(value) ? 'list' : 'map' } : undefined;
}

function isCollection(value: GoValue): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof GoFloat) && !(value instanceof GoTime);
}
