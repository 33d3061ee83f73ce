// Makes chart/files/defaults.json: what a value is when it is missing, by its path. Templates cannot read values.yaml.

/** As much of a schema as says which objects are the chart's own, and not passed on. */
export interface ValuesSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, ValuesSchema>>;
  readonly definitions?: Readonly<Record<string, ValuesSchema>>;
}

type Json = { readonly [key: string]: unknown };

/** Objects that are taken whole: a key that is missing in them has been removed by whoever wrote the values. */
const isWhole = (name: string): boolean => name === 'resources' || name.startsWith('kubernetes.');

/** The text of the file, from what values.yaml holds. */
export function defaultsFile(values: Json, schema: ValuesSchema): string {
  const definitions = schema.definitions ?? {};
  const defaults: Record<string, unknown> = {};
  collect(values, schema, '');
  return `${JSON.stringify(defaults, null, 2)}\n`;

  function collect(map: Json, { properties = {} }: ValuesSchema, prefix: string): void {
    for (const [key, value] of Object.entries(map)) {
      const { $ref, ...own } = properties[key] ?? {};
      const name = $ref?.replace('#/definitions/', '') ?? '';
      const [first = '', , inner = ''] = name.split('/');
      const definition = definitions[first];
      const target = (inner === '' ? definition : definition?.properties?.[inner]) ?? own;
      const isOwn = target.properties && !isWhole(name) && Object.keys(value as Json).length > 0;
      if (isOwn) collect(value as Json, target, `${prefix}${key}.`);
      else defaults[prefix + key] = value;
    }
  }
}
