// The expressions of a server: where they stand, which properties they name, and which of those are not set.

import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf } from '../source.ts';
import { holdsExpression } from './environment.ts';
import { type Config, parseExpression, type ReferenceTerm, valueAt } from './expression.ts';
import { configKey } from './go-yaml.ts';
import type { CatalogServer } from './model.ts';

/** An expression of a catalog and where it stands. */
export interface Located {
  readonly text: string;
  readonly path: Path;
}

/** The texts of a server that the gateway evaluates. */
export function expressionsOf(server: CatalogServer): Located[] {
  const list = (field: 'command' | 'volumes'): Located[] =>
    server[field].map((text, index) => ({ text, path: [...server.path, field, index] }));
  const env = server.env.map(({ value }, index) => ({ text: value, path: [...server.path, 'env', index, 'value'] }));
  const user = { text: server.user, path: [...server.path, 'user'] };
  return [...list('command'), ...list('volumes'), ...[...env, user].filter(({ text }) => holdsExpression(text))];
}

/** The properties that a server's expressions name, below its own key. */
export function referencedNames(server: CatalogServer): string[] {
  const terms = expressionsOf(server).flatMap(({ text }) => parseExpression(text));
  return terms.flatMap((term) => (term.kind === 'reference' ? [term.path.slice(1).join('.')] : []));
}

/** The properties that a text names, that are not set, and for which it has nothing instead. */
export function unsetProperties(text: string, config: Config): string[] {
  return parseExpression(text).flatMap((term) => {
    if (term.kind !== 'reference') return [];
    const isUnset = isMissingList(term, config) || (!isSet(term, config) && !hasFallback(term));
    return isUnset ? [term.path.join('.')] : [];
  });
}

export function hasFallback({ filters }: ReferenceTerm): boolean {
  return filters.some(({ name, known }) => known && name === 'or');
}

export function isSet(term: ReferenceTerm, config: Config): boolean {
  const value = valueAt(term.path, config);
  return !(value === '' || (Array.isArray(value) && value.length === 0));
}

/** `|or:[…]` makes a list only of an empty list: for a property that is not there it is a text (pkg/eval/or.go). */
export function isMissingList({ path, filters }: ReferenceTerm, config: Config): boolean {
  const fallback = filters.some(({ name, argument }) => name === 'or' && /^\[.*\]$/.test(argument ?? ''));
  return fallback && valueAt(path, config) === '';
}

/** For a `ResultTooLongError`: aliases and filters can make gigabytes of a short text. */
export function resultTooLong(server: CatalogServer): Diagnostic {
  return diagnose(
    'result-too-long',
    { server: server.name, key: configKey(server.name) },
    { position: positionOf(server.source, server.path, 'key'), server: server.name },
  );
}
