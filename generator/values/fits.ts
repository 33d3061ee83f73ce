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
): readonly Misfit[] {
  const misfits: Misfit[] = [];
  // The way to what is looked at: copied only for a misfit, as nearly all fits.
  const path: (string | number)[] = [];
  const visit = (part: unknown, itsSchema: Schema): void => {
    if (itsSchema.$ref !== undefined) visit(part, resolve(itsSchema.$ref, definitions));
    else if (!fitsItself(part, itsSchema)) misfits.push({ path: [...path], schema: itsSchema });
    else if (Array.isArray(part)) for (const [index, item] of part.entries()) visitAt(index, item, itsSchema);
    else if (isMap(part)) for (const [key, item] of Object.entries(part)) visitAt(key, item, itsSchema);
  };
  const visitAt = (step: string | number, part: unknown, around: Schema): void => {
    const itsSchema = typeof step === 'number' ? (around.items ?? true) : schemaOf(step, around);
    if (itsSchema === true) return;
    path.push(step);
    if (itsSchema === false) misfits.push({ path: [...path], schema: around });
    else visit(part, itsSchema);
    path.pop();
  };
  visit(value, schema);
  return misfits;
}

/** Of a map's entry; false if there must be none, true if it can be anything. */
function schemaOf(
  key: string,
  { properties, patternProperties, additionalProperties = true }: Schema,
): Schema | boolean {
  const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own) return own;
  const ofPattern = patternProperties && Object.entries(patternProperties).find(([one]) => patternOf(one).test(key));
  return ofPattern?.[1] ?? additionalProperties;
}

const patterns = new Map<string, RegExp>();

function patternOf(text: string): RegExp {
  const pattern = patterns.get(text) ?? new RegExp(text, 'u');
  patterns.set(text, pattern);
  return pattern;
}

/** All but what is below it. */
function fitsItself(value: unknown, schema: Schema): boolean {
  const { type } = schema;
  if (typeof type === 'string' ? !hasType(value, type) : type && !type.some((one) => hasType(value, one))) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (typeof value === 'string') {
    const { pattern, minLength, maxLength = Infinity } = schema;
    const hasLimits = minLength !== undefined || maxLength < value.length;
    const length = hasLimits ? [...value].length : 0;
    return (
      length >= (minLength ?? 0) && length <= maxLength && (pattern === undefined || patternOf(pattern).test(value))
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
