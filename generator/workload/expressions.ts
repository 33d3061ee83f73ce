// What a user should know of the expressions of a server: the gateway evaluates them without a word, whatever comes out.

import {
  type Config,
  evaluate,
  evaluateList,
  parseExpression,
  type ReferenceTerm,
  type Term,
} from '../catalog/expression.ts';
import { holdsExpression } from '../catalog/environment.ts';
import { filterNames } from '../catalog/filters.ts';
import { GoFloat, GoTime, type GoValue, isList } from '../catalog/go-value.ts';
import { configKey } from '../catalog/go-yaml.ts';
import type { CatalogServer } from '../catalog/model.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { type Path, positionWithin } from '../source.ts';
import { didYouMean } from '../suggest.ts';

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
    const meant = declaredPaths(server.config).find((candidate) => candidate.split('.').at(-1) === term.path.at(-1));
    return [
      {
        ...base,
        severity: 'warning',
        code: 'foreign-property',
        message,
        hint: `write {{${meant ?? `${key}.PROPERTY`}}}`,
      },
    ];
  }
  const declared = lookUp(server.config, term.path);
  if (!declared) {
    return [
      {
        ...base,
        // An env entry that comes out empty is left out, which servers live with: catalogs in the field have many. It is
        // an error where the server declares its properties and none is set, so that nothing says it ever worked.
        severity: field === 'env' && (server.config.length === 0 || !isEmptyConfig(config, key)) ? 'warning' : 'error',
        code: 'undeclared-property',
        message: `${path} is neither declared in the catalog's config section nor set in a config file, so it is empty`,
        hint:
          didYouMean(path, declaredPaths(server.config)) ??
          `declare it under config, or set ${path} in a file given with --config`,
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

/** True when the checks here have told of a property that the text needs: what comes of it need not be told as well. */
export function needsProperty(text: string, config: Config): boolean {
  return parseExpression(text).some(
    (term) =>
      term.kind === 'reference' && (isMissingList(term, config) || (!isSet(term, config) && !hasFallback(term))),
  );
}

function hasFallback({ filters }: ReferenceTerm): boolean {
  return filters.some(({ name, known }) => known && name === 'or');
}

function isSet(term: ReferenceTerm, config: Config): boolean {
  const value = evaluate(`{{${term.path.join('.')}}}`, config);
  return !(value === '' || (Array.isArray(value) && value.length === 0));
}

function isEmptyConfig(config: Config, key: string): boolean {
  return Object.keys(config[key] ?? {}).length === 0;
}

interface Declared {
  readonly required: boolean;
  /** For a hint: ' (text)' or ''. */
  readonly description: string;
}

interface PropertySchema {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: unknown;
}

/** Finds a property in the JSON Schemas of a catalog's `config`; it is required when all on the way to it are. */
function lookUp(schemas: readonly unknown[], path: readonly string[]): Declared | undefined {
  for (const root of schemas as readonly PropertySchema[]) {
    if (configKey(String(root?.name ?? '')) !== path[0]) continue;
    let schema: PropertySchema = root;
    let required = true;
    let found = true;
    for (const step of path.slice(1)) {
      const next: PropertySchema | undefined = ownProperty(schema.properties, step);
      if (!next) {
        found = false;
        break;
      }
      required &&= Array.isArray(schema.required) && schema.required.includes(step);
      schema = next;
    }
    if (!found) continue;
    const description =
      typeof schema.description === 'string' && path.length > 1 ? ` (${firstSentence(schema.description)})` : '';
    return { required: required && path.length > 1, description };
  }
  return undefined;
}

function declaredPaths(schemas: readonly unknown[]): string[] {
  const paths: string[] = [];
  const visit = (schema: PropertySchema, path: string): void => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      paths.push(`${path}.${name}`);
      visit(property, `${path}.${name}`);
    }
  };
  for (const schema of schemas as readonly PropertySchema[]) visit(schema, configKey(String(schema?.name ?? '')));
  return paths;
}

function ownProperty<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map && typeof map === 'object' && Object.hasOwn(map, key) ? map[key] : undefined;
}

function firstSentence(text: string): string {
  const sentence = text.split(/(?<=[\w)]{3}\.)\s(?=[A-Z])|\n/)[0] ?? '';
  return sentence.length > 100 ? `${sentence.slice(0, 97)}...` : sentence.replace(/\.$/, '');
}

/**
 * Results that nobody can want, although the gateway passes them on: Go's words for a value that is no text. They are
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
      return {
        severity: 'error',
        code: 'not-a-text',
        message: accident
          ? `${reference} gives ${accident}`
          : `${property} is not set, so ${reference} gives the text "[]" instead of an empty list`,
        hint: accident
          ? `set ${property} to ${inList ? 'a text (in quotes) or a list' : 'a single text or number'}, or change the expression`
          : `set ${property} to a list in the config file, which may be empty: []`,
        position: positionWithin(server.source, path, text, term.offset),
        server: server.name,
      };
    });
  });
}

/** Alone in a list: texts stay, lists are spread out, and anything else becomes its type's name (`reflect.Value.String`). */
function listAccident(reference: string, config: Config): string | undefined {
  const value = evaluate(reference, config);
  if (typeof value === 'string') return undefined;
  if (isList(value)) return value.some(isCollection) ? `a list of lists or maps, printed in Go's form` : undefined;
  return `${JSON.stringify(evaluateList([reference], config)[0])}, Go's word for a value that is no text`;
}

/** Whatever filters follow, an empty entry of a list comes out as Go's word for nothing. */
function emptyEntry({ path }: ReferenceTerm, config: Config): string | undefined {
  const value = evaluate(`{{${path.join('.')}}}`, config);
  return isList(value) && value.includes(null) ? 'a list with an empty entry, which Go prints as <nil>' : undefined;
}

/** As part of a text: lists and maps would be printed in Go's own form. */
function textAccident(reference: string, config: Config): string | undefined {
  const value = evaluate(reference, config);
  return isCollection(value)
    ? `a ${isList(value) ? 'list' : 'map'}, which Go prints as ${isList(value) ? '[a b]' : 'map[a:b]'}`
    : undefined;
}

/** `|or:[…]` makes a list only of an empty list: for a property that is not there it is a text (pkg/eval/or.go). */
function isMissingList({ path, filters }: ReferenceTerm, config: Config): boolean {
  const fallback = filters.some(({ name, argument }) => name === 'or' && /^\[.*\]$/.test(argument ?? ''));
  return fallback && evaluate(`{{${path.join('.')}}}`, config) === '';
}

function isCollection(value: GoValue): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof GoFloat) && !(value instanceof GoTime);
}
