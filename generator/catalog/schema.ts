// JSON Schemas against trees: what ajv finds becomes diagnostics with a place.

import type { ErrorObject, ValidateFunction } from 'ajv';
import type { WholeFile } from '../diagnostics/table/fields.ts';
import { shapeHint } from './shape-hints.ts';
import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import { requireOfPackage } from '../package.ts';
import { type Path, positionOf, type SourceFile } from '../source.ts';

/** What the build made of a schema: compiling it takes longer than all else. */
function validator(name: SchemaName): ValidateFunction {
  return requireOfPackage(`dist/validators/${name}.cjs`) as ValidateFunction;
}

export type SchemaName =
  | 'catalog'
  | 'entrypoints'
  | 'lock'
  | 'overlay'
  | 'profile'
  | 'registry'
  | 'server'
  | 'server-yaml'
  | 'tenants'
  | 'tools'
  | 'values';

/** How a file is read. */
export interface SchemaUse {
  /** Where the tree is in the file. */
  readonly base?: Path;
  /** The gateway ignores unknown fields of a catalog; elsewhere they are mistakes. */
  readonly unknown?: 'ignored' | 'refused';
  /** Which file it should be, where that is all there is to say. */
  readonly file?: WholeFile;
}

/** Checks a tree of a file. Unknown fields are warnings, unless they are refused; everything else is an error. */
export function checkSchema(name: SchemaName, tree: unknown, source: SourceFile, use: SchemaUse = {}): Diagnostic[] {
  const validate = validator(name);
  if (validate(tree)) return [];
  return (validate.errors ?? []).slice(0, maxErrors).flatMap((error) => toDiagnostic(error, source, use) ?? []);
}

/** Of one tree; a file that is something else altogether can have any number, and nobody reads them. */
const maxErrors = 100;

/**
 * Checks values against the chart's own schema; mistakes are in the overlay, which uses catalog names. An unknown key
 * is an error, as it is for Helm.
 */
export function checkValues(
  values: unknown,
  overlay: SourceFile,
  catalogNames: ReadonlyMap<string, string>,
): Diagnostic[] {
  const validate = validator('values');
  if (validate(values)) return [];
  return (validate.errors ?? []).flatMap((error) => {
    const [, root, name, ...rest] = error.instancePath.split('/');
    const renamed =
      root === 'servers' && name !== undefined
        ? ['', root, catalogNames.get(name) ?? name, ...rest].join('/')
        : error.instancePath;
    return toDiagnostic({ ...error, instancePath: renamed }, overlay, { unknown: 'refused' }) ?? [];
  });
}

function toDiagnostic(error: ErrorObject, source: SourceFile, use: SchemaUse): Diagnostic | undefined {
  const path = [...(use.base ?? []), ...parsePointer(error.instancePath)];
  const field = { where: formatPath(path), file: use.file };
  const tell = Object.hasOwn(byKeyword, error.keyword) ? byKeyword[error.keyword] : other;
  return tell?.({ error, path, source, field, use, about: { position: positionOf(source, path) } });
}

/** What ajv found, and where it is in the file. */
interface Found {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly source: SourceFile;
  readonly field: { readonly where: string; readonly file: WholeFile | undefined };
  readonly use: SchemaUse;
  readonly about: About;
}

/** What to tell by JSON Schema's keyword; nothing where the branches of one are reported. */
const byKeyword: Readonly<Record<string, ((found: Found) => Diagnostic) | undefined>> = {
  additionalProperties: unknownField,
  required: missingField,
  enum: wrongChoice,
  type: wrongType,
  maxLength: ({ error, field, about }) =>
    diagnose('wrong-value/length', { ...field, limit: String(error.params['limit']) }, about),
  if: undefined,
  anyOf: undefined,
  oneOf: undefined,
};

function unknownField({ error, path, source, field, use }: Found): Diagnostic {
  const name = String(error.params['additionalProperty']);
  const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
  const about = { position: positionOf(source, [...path, name], 'key') };
  return diagnose(`unknown-field/${use.unknown ?? 'ignored'}`, { ...field, field: name, known }, about);
}

function missingField({ error, path, source, field }: Found): Diagnostic {
  const about = { position: positionOf(source, path, 'key') };
  return diagnose('missing-field', { ...field, field: String(error.params['missingProperty']) }, about);
}

function wrongChoice({ error, field, about }: Found): Diagnostic {
  const allowed = (error.params['allowedValues'] as unknown[]).filter((value) => value !== null).map(String);
  return diagnose('wrong-value/choice', { ...field, allowed, value: String(error.data) }, about);
}

function wrongType({ error, path, field, use, about }: Found): Diagnostic {
  const types = [error.params['type']].flat().map(String);
  const wanted = types.filter((type) => type !== 'null');
  const isOfCatalog = use.file === undefined && (use.unknown ?? 'ignored') === 'ignored';
  const write = isOfCatalog ? shapeHint(path, error.data) : undefined;
  return diagnose('wrong-type', { ...field, types: wanted, actual: typeOf(error.data), write }, about);
}

function other({ error, field, about }: Found): Diagnostic {
  const { description } = error.parentSchema as { description?: string };
  return diagnose('wrong-value/other', { ...field, problem: problemOf(error), description }, about);
}

/** Ajv's "must NOT have fewer than 1 items" and "must be >= 1" in plain words. */
function problemOf({ keyword, params, message = 'is not valid' }: ErrorObject): string {
  const limit = String(params['limit']);
  if (/^min[A-Z]/.test(keyword) && limit === '1') return 'must not be empty';
  if (keyword === 'minimum') return `must be at least ${limit}`;
  if (keyword === 'maximum') return `must be at most ${limit}`;
  if (keyword === 'maxItems') return `must have at most ${limit} entries`;
  if (keyword === 'pattern') return `does not match ${String(params['pattern'])}`;
  return message.replace('must NOT', 'must not');
}

/** `['registry', 'a.b', 'env', 0]` as `registry["a.b"].env[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((step) =>
      typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');
}

/** JSON pointers carry indices as texts; `positionOf` takes either. */
function parsePointer(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^(0|[1-9]\d{0,8})$/.test(step) ? Number(step) : step));
}

/** In JSON Schema's words. Never the value itself: it may be a secret. */
function typeOf(data: unknown): string {
  if (data === null) return 'null';
  return Array.isArray(data) ? 'array' : typeof data;
}
