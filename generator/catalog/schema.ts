// JSON Schemas against trees: what ajv finds becomes diagnostics with a place.

import { createRequire } from 'node:module';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf, type SourceFile } from '../source.ts';
import { didYouMean } from '../suggest.ts';

const require = createRequire(import.meta.url);
const compiled = new Map<string, ValidateFunction>();

/** A schema of `schemas/`, compiled when it is first needed. */
function validator(name: SchemaName): ValidateFunction {
  let validate = compiled.get(name);
  if (!validate) {
    validate = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true }).compile(
      require(`../../schemas/${name}.schema.json`),
    );
    compiled.set(name, validate);
  }
  return validate;
}

export type SchemaName =
  | 'catalog'
  | 'entrypoints'
  | 'lock'
  | 'overlay'
  | 'profile'
  | 'registry'
  | 'server'
  | 'tools'
  | 'values';

/**
 * Checks a tree that stands at `base` in `source`. Unknown fields are warnings, because the gateway ignores them;
 * everything else is an error.
 */
export function checkSchema(name: SchemaName, tree: unknown, source: SourceFile, base: Path = []): Diagnostic[] {
  const validate = validator(name);
  if (validate(tree)) return [];
  return (validate.errors ?? []).slice(0, maxErrors).flatMap((error) => toDiagnostic(error, source, base) ?? []);
}

/** Of one tree; a file that is something else altogether can have any number, and nobody reads them. */
const maxErrors = 100;

/**
 * Checks values against the chart's own schema; mistakes stand in the overlay, which goes by catalog names. An unknown key
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
    const diagnostic = toDiagnostic({ ...error, instancePath: renamed }, overlay, []);
    if (!diagnostic) return [];
    return { ...diagnostic, severity: 'error', message: diagnostic.message.replace(/: it is ignored$/, '') };
  });
}

function toDiagnostic(error: ErrorObject, source: SourceFile, base: Path): Diagnostic | undefined {
  const path = [...base, ...parsePointer(error.instancePath)];
  const where = formatPath(path);
  switch (error.keyword) {
    case 'additionalProperties': {
      const field = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return {
        severity: 'warning',
        code: 'unknown-field',
        message: `${where === '' ? 'the file' : where} has no field ${JSON.stringify(field)}: it is ignored`,
        hint: didYouMean(field, known) ?? `remove it; the fields are ${known.join(', ')}`,
        position: positionOf(source, [...path, field], 'key'),
      };
    }
    case 'required':
      return {
        severity: 'error',
        code: 'missing-field',
        message: `${where === '' ? 'the file' : where} has no ${JSON.stringify(error.params['missingProperty'])}`,
        hint: `add ${String(error.params['missingProperty'])}`,
        position: positionOf(source, path, 'key'),
      };
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).filter((value) => value !== null);
      return {
        severity: 'error',
        code: 'wrong-value',
        // Go takes many words for a boolean; a person needs two.
        message: `${where} must be ${allowed.includes('True') ? 'true or false' : `one of ${allowed.join(', ')}`}`,
        hint: didYouMean(String(error.data), allowed.map(String)) ?? 'choose one of these',
        position: positionOf(source, path),
      };
    }
    case 'type':
      return {
        severity: 'error',
        code: 'wrong-type',
        message: `${where === '' ? 'the file' : where} must be ${expected(error)}, not ${describe(error.data)}`,
        hint: typeHints[[error.params['type']].flat().map(String)[0] ?? ''] ?? 'change its value',
        position: positionOf(source, path),
      };
    case 'maxLength':
      return {
        severity: 'error',
        code: 'wrong-value',
        message: `${where} is longer than ${String(error.params['limit'])} characters, more than an argument of a program may be`,
        hint: 'shorten it',
        position: positionOf(source, path),
      };
    case 'if':
    case 'anyOf':
    case 'oneOf':
      return undefined; // their branches are reported
    default:
      return {
        severity: 'error',
        code: 'wrong-value',
        message: `${where} ${error.message ?? 'is not valid'}`,
        // What the schema says of the value reads better than the pattern that it breaks.
        hint: (error.parentSchema as { description?: string }).description ?? 'change its value',
        position: positionOf(source, path),
      };
  }
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

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

const typeHints: Readonly<Record<string, string>> = {
  string: 'write one text; quote what YAML would take for something else',
  array: 'write a list: [first, second]',
  object: 'write a map: {key: value}',
  boolean: 'write true or false',
  integer: 'write a number without quotes',
};

function expected(error: ErrorObject): string {
  const types = [error.params['type']].flat().map(String);
  const names = types.filter((type) => type !== 'null').map((type) => typeNames[type] ?? `a ${type}`);
  return names.join(' or ');
}

/** Never the value itself: it may be a secret. */
function describe(data: unknown): string {
  if (data === null) return 'empty';
  if (Array.isArray(data)) return 'a list';
  return typeNames[typeof data] ?? `a ${typeof data}`;
}
