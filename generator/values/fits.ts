// Whether values fit the chart's schema, told without compiling it: that takes longer than compiling ten servers.

import { isMap } from '../tree.ts';

/** The part of JSON Schema that chart/values.schema.json uses for servers; test/installs/fits.test.ts holds it to that. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

/** A value that does not fit: where it is, and the schema that it breaks. */
export interface Misfit {
  readonly path: readonly (string | number)[];
  readonly schema: Schema;
}

/** What of `value` does not fit `schema`, whose references are to `definitions`. */
export function findMisfits(
  value: unknown,
  schema: Schema,
  definitions: Readonly<Record<string, Schema>>,
  path: Misfit['path'] = [],
): Misfit[] {
  const visit = (child: unknown, itsSchema: Schema, ...steps: Misfit['path']): Misfit[] =>
    findMisfits(child, itsSchema, definitions, [...path, ...steps]);
  if (schema.$ref !== undefined) return visit(value, resolve(schema.$ref, definitions));
  if (!fitsItself(value, schema)) return [{ path, schema }];
  if (Array.isArray(value))
    return value.flatMap((item, index) => (schema.items ? visit(item, schema.items, index) : []));
  if (!isMap(value)) return [];
  const { properties = {}, patternProperties = {}, additionalProperties = true } = schema;
  return Object.entries(value).flatMap(([key, item]) => {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own) return visit(item, own, key);
    const ofPattern = Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(key))?.[1];
    if (ofPattern) return visit(item, ofPattern, key);
    if (additionalProperties === false) return [{ path: [...path, key], schema }];
    return additionalProperties === true ? [] : visit(item, additionalProperties, key);
  });
}

/** All but what is below it. */
function fitsItself(value: unknown, schema: Schema): boolean {
  if (schema.type !== undefined && ![schema.type].flat().some((type) => hasType(value, type))) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (typeof value === 'string') {
    const { pattern, minLength = 0, maxLength = Infinity } = schema;
    const length = [...value].length;
    return (
      length >= minLength && length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(value))
    );
  }
  if (typeof value === 'number') return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  if (Array.isArray(value)) return value.length >= (schema.minItems ?? 0);
  if (!isMap(value)) return true;
  const { length } = Object.keys(value);
  const hasCount = length >= (schema.minProperties ?? 0) && length <= (schema.maxProperties ?? Infinity);
  return hasCount && (schema.required ?? []).every((key) => Object.hasOwn(value, key));
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isMap(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

/** `#/definitions/server/properties/replicas` */
function resolve(reference: string, definitions: Readonly<Record<string, Schema>>): Schema {
  let found: unknown = { definitions };
  for (const step of reference.split('/').slice(1)) found = isMap(found) ? found[step] : undefined;
  if (!isMap(found)) throw new Error(`the schema has no ${reference}`);
  return found;
}
