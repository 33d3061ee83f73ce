// What a user should know of the expressions of a server: the gateway evaluates them without a word, whatever comes out.

import { type Config, evaluate, parseExpression, type ReferenceTerm, type Term } from '../catalog/expression.ts';
import { filterNames } from '../catalog/filters.ts';
import { configKey } from '../catalog/go-yaml.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { expressionsOf, hasFallback, isSet, type Located } from '../catalog/server-expressions.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { positionWithin } from '../source.ts';
import { didYouMean } from '../suggest.ts';
import { declaredNames, lookUp } from './properties.ts';

/** Doubts about the expressions of one server: properties that are not set or not declared, filters that do nothing. */
export function checkExpressions(server: CatalogServer, config: Config): Diagnostic[] {
  const found = expressionsOf(server).flatMap((expression) =>
    parseExpression(expression.text).flatMap((term, index, terms) =>
      checkTerm(server, config, expression, term, terms[index - 1]),
    ),
  );
  // A property that is used in several places is one mistake.
  return [...new Map(found.map((diagnostic) => [diagnostic.message, diagnostic] as const).reverse()).values()];
}

function checkTerm(
  server: CatalogServer,
  config: Config,
  expression: Located,
  term: Term,
  before: Term | undefined,
): Diagnostic[] {
  const base = {
    server: server.name,
    position: positionWithin(server.source, expression.path, expression.text, term.offset),
  };
  if (term.kind === 'dropped') {
    // `${NAME}` loses its braces and is expanded all the same: nothing to say.
    const ofVariable = term.text === '}' || (before?.kind === 'literal' && before.text.endsWith('$'));
    if (ofVariable) return [];
    const message = `the gateway drops the single brace ${JSON.stringify(term.text)} here`;
    return [
      {
        ...base,
        severity: 'warning',
        code: 'dropped-brace',
        message,
        hint: 'write {{name}} for a property; a brace itself cannot be written',
      },
    ];
  }
  if (term.kind === 'literal') return [];
  return [...checkProperty(server, config, expression, term, base), ...checkFilters(expression, term, server)];
}

function checkFilters(expression: Located, term: ReferenceTerm, server: CatalogServer): Diagnostic[] {
  return term.filters
    .filter(({ known }) => !known)
    .map((filter) => ({
      severity: 'warning',
      code: 'unknown-filter',
      message: `there is no filter ${JSON.stringify(filter.text)}: the gateway passes over it`,
      hint: /^\s+(or|mount_as):/.test(filter.text)
        ? `remove the space before it: |${filter.text.trimStart()}`
        : (didYouMean(filter.name.trim(), filterNames) ?? `the filters are ${filterNames.join(', ')}`),
      position: positionWithin(server.source, expression.path, expression.text, filter.offset),
      server: server.name,
    }));
}

function checkProperty(
  server: CatalogServer,
  config: Config,
  expression: Located,
  term: ReferenceTerm,
  base: { position: Diagnostic['position'] & {}; server: string },
): Diagnostic[] {
  const path = term.path.join('.');
  const key = configKey(server.name);
  const field = expression.path[server.path.length];
  if (isSet(term, config) || hasFallback(term)) return [];
  if (term.path[0] !== key) {
    const message = `{{${path}}} is always empty: the gateway gives a server only its own config, which is ${JSON.stringify(key)}`;
    const rest = term.path.slice(1);
    const meant = declaredNames(server.config).find(
      (name) => name === rest.join('.') || name.split('.').at(-1) === rest.at(-1),
    );
    return [
      {
        ...base,
        severity: 'warning',
        code: 'foreign-property',
        message,
        hint: `write {{${key}.${meant ?? 'PROPERTY'}}}`,
      },
    ];
  }
  const declared = lookUp(server.config, term.path);
  if (!declared) {
    const names = declaredNames(server.config);
    return [
      {
        ...base,
        // An env entry that comes out empty is left out, which servers live with: catalogs in the field have many. It is
        // an error where the server declares its properties and none is set, so that nothing says it ever worked.
        severity: field === 'env' && (server.config.length === 0 || !isEmptyConfig(config, key)) ? 'warning' : 'error',
        code: 'undeclared-property',
        message: `${path} is neither declared in the catalog's config section nor set in a config file, so it is empty`,
        hint:
          didYouMean(
            path,
            names.map((name) => `${key}.${name}`),
          ) ??
          `${names.length > 0 ? `the declared ones are ${names.join(', ')}; ` : ''}declare it under config, or set ${path} in a file given with --config`,
      },
    ];
  }
  const spoils = field === 'volumes' && evaluate(expression.text, config) !== '';
  const required = declared.required || spoils;
  return [
    {
      ...base,
      severity: required ? 'error' : 'warning',
      code: required ? 'missing-config' : 'unset-property',
      message: `${path} is not set, ${declared.required ? 'and the catalog requires it' : spoils ? 'and the volume cannot be mounted without it' : 'so it is empty'}`,
      hint: `set ${path} in a file given with --config${declared.description}`,
    },
  ];
}

function isEmptyConfig(config: Config, key: string): boolean {
  return Object.keys(config[key] ?? {}).length === 0;
}
