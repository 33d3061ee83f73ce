// What a user should know of the expressions of a server: the gateway evaluates them silently, whatever comes out.

import { type Config, evaluate, parseExpression, type ReferenceTerm, type Term } from '../catalog/expression.ts';
import { filterNames } from '../catalog/filters.ts';
import { configKey } from '../catalog/go-yaml.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { expressionsOf, hasFallback, isSet, type Located } from '../catalog/server-expressions.ts';
import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import { positionWithin } from '../source.ts';
import { type Declared, declaredNames, lookUp } from './properties.ts';

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
  const about = {
    server: server.name,
    position: positionWithin(server.source, expression.path, expression.text, term.offset),
  };
  if (term.kind === 'dropped') {
    // `${NAME}` loses its braces and is expanded all the same: nothing to say.
    const ofVariable = term.text === '}' || (before?.kind === 'literal' && before.text.endsWith('$'));
    return ofVariable ? [] : [diagnose('dropped-brace', { brace: term.text }, about)];
  }
  if (term.kind === 'literal') return [];
  return [...checkProperty({ server, config, expression, term, about }), ...checkFilters(expression, term, server)];
}

function checkFilters(expression: Located, term: ReferenceTerm, server: CatalogServer): Diagnostic[] {
  return term.filters
    .filter(({ known }) => !known)
    .map(({ text, name, offset }) => {
      const position = positionWithin(server.source, expression.path, expression.text, offset);
      return diagnose('unknown-filter', { text, name, filters: filterNames }, { position, server: server.name });
    });
}

/** One reference to a property, and where it stands. */
interface Use {
  readonly server: CatalogServer;
  readonly config: Config;
  readonly expression: Located;
  readonly term: ReferenceTerm;
  readonly about: About;
}

function checkProperty(use: Use): Diagnostic[] {
  const { server, config, term } = use;
  if (isSet(term, config) || hasFallback(term)) return [];
  if (term.path[0] !== configKey(server.name)) return [foreignProperty(use)];
  const declared = lookUp(server.config, term.path);
  return [declared ? unsetProperty(use, declared) : undeclaredProperty(use)];
}

/** A property outside the server's own part of the config. */
function foreignProperty({ server, term, about }: Use): Diagnostic {
  const rest = term.path.slice(1);
  const meant = declaredNames(server.config).find(
    (name) => name === rest.join('.') || name.split('.').at(-1) === rest.at(-1),
  );
  return diagnose('foreign-property', { property: term.path.join('.'), key: configKey(server.name), meant }, about);
}

/**
 * An env entry that comes out empty is left out, which servers live with: catalogs in the field have many. It is an error
 * where the server declares its properties and none is set, so that nothing says it ever worked.
 */
function undeclaredProperty({ server, config, expression, term, about }: Use): Diagnostic {
  const key = configKey(server.name);
  const isDoubt = fieldOf(server, expression) === 'env' && (server.config.length === 0 || !isEmptyConfig(config, key));
  const parameters = { property: term.path.join('.'), declared: declaredNames(server.config), key };
  return diagnose(isDoubt ? 'undeclared-property/warning' : 'undeclared-property/error', parameters, about);
}

function unsetProperty({ server, config, expression, term, about }: Use, declared: Declared): Diagnostic {
  const unset = { property: term.path.join('.'), description: declared.description };
  if (declared.required) return diagnose('missing-config/required', unset, about);
  const spoils = fieldOf(server, expression) === 'volumes' && evaluate(expression.text, config) !== '';
  return diagnose(spoils ? 'missing-config/volume' : 'unset-property', unset, about);
}

function fieldOf(server: CatalogServer, expression: Located): string | number | undefined {
  return expression.path[server.path.length];
}

function isEmptyConfig(config: Config, key: string): boolean {
  return Object.keys(config[key] ?? {}).length === 0;
}
