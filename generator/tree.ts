// What YAML and JSON are read as: maps, lists and texts, and which of them a value is.

/**
 * The tree of a YAML text. Scalars keep their text (`010` stays `010`): the gateway decodes into typed fields, and for a
 * text field that is what Go's yaml.v3 does too. `null` is an empty or null scalar that is not quoted.
 */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

export interface TreeMap {
  readonly [key: string]: Tree;
}

/** A map, and no list, text or null. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTreeMap(tree: Tree | undefined): tree is { [key: string]: Tree } {
  return isMap(tree);
}

// Null, absent and what has another form are Go's zero values.

export function mapOf(tree: Tree | undefined): TreeMap {
  return isTreeMap(tree) ? tree : {};
}

export function listOf(tree: Tree | undefined): readonly Tree[] {
  return Array.isArray(tree) ? tree : [];
}

export function textOf(tree: Tree | undefined): string {
  return typeof tree === 'string' ? tree : '';
}
