// Makes chart/values.schema.json: the hand-written schema, with Kubernetes' own definitions of what the chart passes on, as Helm follows no
// reference to another file, and with the defaults and descriptions of values.yaml, which editors show.

import type { DescribedValue } from './described-values.ts';

type Node = { readonly [key: string]: unknown };

const prefix = 'kubernetes.';

/**
 * The text of the file. `#/definitions/kubernetes.Toleration` in `schema` is the definition of that name in `kubernetes`, the schema
 * of a Kubernetes release, without what only the API server reads.
 */
export function chartSchema(schema: string, kubernetes: string, values: readonly DescribedValue[]): string {
  const { $defs } = JSON.parse(kubernetes) as { $defs: Record<string, Node> };
  const fullNames = new Map(Object.keys($defs).map((name) => [name.split('.').at(-1) ?? '', name]));
  const added: Record<string, unknown> = {};
  add(schema);
  // What the chart itself reads is not null.
  for (const [, name = ''] of schema.matchAll(/"#\/definitions\/kubernetes\.(\w+)"/g))
    added[prefix + name] = { ...(added[prefix + name] as Node), type: 'object' };
  const { definitions, ...rest } = withValues(schema, values);
  const sorted = Object.fromEntries(Object.entries(added).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...rest, definitions: { ...(definitions as Node), ...sorted } }, null, 1)}\n`;

  function add(text: string): void {
    for (const [, name = ''] of text.matchAll(/"#\/definitions\/kubernetes\.(\w+)"/g)) {
      if (Object.hasOwn(added, prefix + name)) continue;
      const definition = $defs[fullNames.get(name) ?? ''];
      if (!definition) throw new Error(`Kubernetes has no definition ${name}`);
      added[prefix + name] = undefined;
      const own = trim(definition);
      added[prefix + name] = own;
      add(JSON.stringify(own));
    }
  }
}

/** The hand-written schema, where each key of values.yaml has its default, and its description unless it has one of its own. */
function withValues(schema: string, values: readonly DescribedValue[]): Node {
  const root = JSON.parse(schema) as Schema;
  const isShared = (reference: string): boolean => schema.split(`"${reference}"`).length > 2;
  for (const { path, default: value, description } of values) {
    let parent: Schema | undefined = root;
    for (const key of path.slice(0, -1)) {
      const next: Schema | undefined = parent?.properties?.[key];
      // Several places of the values have this definition, and each a default of its own.
      parent = next?.$ref === undefined ? next : isShared(next.$ref) ? undefined : target(root, next.$ref);
    }
    const property = parent?.properties?.[path.at(-1) ?? ''];
    if (!property) continue;
    property['default'] = value;
    property['description'] ??= description;
  }
  return root as unknown as Node;
}

interface Schema {
  [key: string]: unknown;
  readonly $ref?: string;
  readonly properties?: Record<string, Schema>;
}

function target(root: Schema, reference: string): Schema | undefined {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Node | undefined)?.[key], root) as Schema | undefined;
}

/** Draft 7 without extensions; a choice of types is one list, so that messages name the value and not the choice. */
function trim(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(trim);
  if (typeof node !== 'object' || node === null) return node;
  const { oneOf, ...own } = node as Node;
  if (Array.isArray(oneOf)) return { type: [...new Set(oneOf.flatMap(({ type }: Node) => type as string[]))] };
  return Object.fromEntries(
    Object.entries(own).flatMap(([key, value]) => {
      if (key.startsWith('x-') || key === 'format') return [];
      if (key === '$ref') return [[key, `#/definitions/${prefix}${String(value).split('.').at(-1)}`]];
      return [[key, trim(value)]];
    }),
  );
}
