// The JSON Schemas of files that users write or keep, in the form in which editors and other programs check YAML.

import { requireOfPackage } from './package.ts';
import { isMap } from './tree.ts';

/** What `mcpgen schema` prints. */
export const schemaNames = [
  'values',
  'overlay',
  'tenants',
  'lock',
  'catalog',
  'profile',
  'registry',
  'tools',
  'entrypoints',
] as const;

type Name = (typeof schemaNames)[number];
type Schema = Readonly<Record<string, unknown>>;

/** A schema that refers to no other file. mcpgen's own are of trees whose scalars are all texts; an editor's have types. */
export function editorSchema(name: Name): Schema {
  if (name === 'values') return read('chart/values.schema.json');
  if (name === 'overlay') return changed({ ...editorSchema('values'), title: read(own(name))['title'] }, partial);
  const place = placesOfServers[name];
  return changed(place ? withServers(read(own(name)), place) : read(own(name)), untyped);
}

const own = (name: string): string => `schemas/${name}.schema.json`;

function read(path: string): Schema {
  return requireOfPackage(path) as Schema;
}

/** Where servers are, which mcpgen checks one by one with a schema of their own. */
const placesOfServers: Partial<Record<Name, readonly string[]>> = {
  catalog: ['registry', '*'],
  profile: ['servers', '[]', 'snapshot', 'server'],
};

function withServers(file: Schema, place: readonly string[]): Schema {
  const { definitions, ...server } = read(own('server'));
  return {
    ...replaced(file, place, { $ref: '#/definitions/server' }),
    definitions: { ...(definitions as Schema), server },
  };
}

/** The schema with another one at a place: names of properties, `[]` for items, and `*` for any name. */
function replaced(schema: Schema, [step, ...rest]: readonly string[], by: Schema): Schema {
  if (step === undefined) return by;
  const [holder, key] =
    step === '*'
      ? [schema, 'additionalProperties']
      : step === '[]'
        ? [schema, 'items']
        : [schema['properties'] as Schema, step];
  const next = { ...holder, [key]: replaced(holder[key] as Schema, rest, by) };
  return holder === schema ? next : { ...schema, properties: next };
}

/** A schema and those within it, each changed. */
function changed(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within);
    return isMap(value) ? changed(value, change) : value;
  };
  const entries = Object.entries(change(schema)).map(([key, value]) => {
    if (/^(properties|patternProperties|definitions)$/.test(key))
      return [key, Object.fromEntries(Object.entries(value as Schema).map(([name, item]) => [name, within(item)]))];
    return [
      key,
      /^(items|additionalProperties|propertyNames|if|then|else|not|(any|all|one)Of)$/.test(key) ? within(value) : value,
    ];
  });
  return Object.fromEntries(entries) as Schema;
}

/** A text of Docker's files may be written as a number or truth value, which Go takes for its text. */
function untyped(schema: Schema): Schema {
  const types = [schema['type']].flat();
  const choices = schema['enum'] as readonly unknown[] | undefined;
  return {
    ...schema,
    ...(types.includes('string') && { type: [...new Set([...types, 'number', 'boolean'])] }),
    ...(choices?.includes('true') && { enum: [...choices, true, false] }),
  };
}

/** An overlay has parts of the values. */
function partial(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'required'));
}
