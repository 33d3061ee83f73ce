// The tree of a YAML text, as yaml.v3 has it before it decodes.

/** Why Go would refuse a text. */
export interface YamlProblem {
  readonly message: string;
  /** Where in the text, in UTF-16 units. */
  readonly offset: number;
}

/** Ends the reading of a text. */
export class YamlError extends Error implements YamlProblem {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export type YamlNode = YamlScalar | YamlList | YamlMap | YamlAlias;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Not plain: quoted, or a block scalar. */
  readonly quoted: boolean;
  /** The explicit tag in its short form (`!!int`), '' if there is none; `!` alone says nothing to yaml.v3 and is none. */
  readonly tag: string;
  readonly offset: number;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly offset: number;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly pairs: readonly YamlPair[];
  readonly offset: number;
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlAlias {
  readonly kind: 'alias';
  readonly name: string;
  /** The last node before it with that anchor; it may be one that contains the alias. */
  readonly target: YamlNode;
  readonly offset: number;
}

/** Deeper nesting is refused, for the readers recurse. (yaml.v3 goes on to 10,000.) */
export const maxDepth = 500;

/** More is refused, as each takes some two hundred bytes; Docker's own catalog has fifty thousand. */
export const maxNodes = 2_000_000;

const longTagPrefix = 'tag:yaml.org,2002:';

/** `tag:yaml.org,2002:int` is `!!int`. */
export function shortTag(tag: string): string {
  if (tag === '!') return '';
  return tag.startsWith(longTagPrefix) ? `!!${tag.slice(longTagPrefix.length)}` : tag;
}

export function emptyScalar(offset: number): YamlScalar {
  return { kind: 'scalar', text: '', quoted: false, tag: '', offset };
}
