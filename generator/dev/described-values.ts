// What values.yaml says of each of its keys: the default, and the comment that begins with `# --`.

import { isMap, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';

export interface DescribedValue {
  readonly path: readonly string[];
  readonly default: unknown;
  readonly description: string;
}

/** The keys that have such a comment, in the order of the file. */
export function describedValues(text: string): DescribedValue[] {
  return describe(parseDocument(text).contents as YAMLMap, []);
}

function describe(map: YAMLMap, parents: readonly string[]): DescribedValue[] {
  return (map.items as Pair<Scalar<string>, unknown>[]).flatMap(({ key: node, value }, index) => {
    // The comment of a map's first key belongs to the map for the parser.
    const comment = node.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
    const path = [...parents, node.value];
    const description = comment.split(/^ -- /m)[1]?.replace(/\n\s*/g, ' ').trim();
    const own = description === undefined ? [] : [{ path, default: toJson(value), description }];
    return isMap(value) ? [...own, ...describe(value, path)] : own;
  });
}

function toJson(value: unknown): unknown {
  return (value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null;
}
