// A YAML text with positions: every later stage points back into it by path.

import { type About, diagnose, type Diagnostic, type Position, type Result } from './diagnostics.ts';
import {
  maxDepth,
  type YamlAlias,
  YamlError,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from './yaml/node.ts';
import { type ParsedYaml, parseYaml } from './yaml/parser.ts';

/** Keys and indices from the root of a document, e.g. `['registry', 'time', 'command', 0]`. */
export type Path = readonly (string | number)[];

/**
 * The tree of a YAML text. Scalars keep their text (`010` stays `010`): the gateway decodes into typed fields, and for a
 * text field that is what Go's yaml.v3 does too. `null` is an empty or null scalar that is not quoted.
 */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

/** A map, and no list, text or null. */
export function isTreeMap(tree: Tree | undefined): tree is { [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

export interface SourceFile {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
  /** The nodes, for who needs the style of a scalar or its tag; undefined for an empty file. */
  readonly root: YamlNode | undefined;
  readonly tree: Tree;
  /** Where each line begins. */
  readonly lineStarts: readonly number[];
}

/** Aliases may add so many nodes; Go's yaml.v3 has a limit of the same kind ("document contains excessive aliasing"). */
const maxAliasedNodes = 1_000_000;

/** Reads one YAML text. With a syntax error there is no value: what would be said of the rest would mislead. */
export function readSource(name: string, text: string): Result<SourceFile | undefined> {
  const lineStarts = findLineStarts(text);
  const diagnostics: Diagnostic[] = [];
  const at = (offset: number): About => ({ position: positionAt(name, lineStarts, offset) });
  const { root, next, problem } = tryParse(text);
  if (problem) {
    return {
      value: undefined,
      diagnostics: [diagnose('yaml-syntax', { problem: problem.message }, at(problem.offset))],
    };
  }
  if (next !== undefined) diagnostics.push(diagnose('yaml-documents', {}, at(next)));
  const builder = new TreeBuilder((offset, problem) => diagnostics.push(problem(at(offset))));
  const tree = root ? builder.toTree(root, 0) : null;
  if (builder.failed) return { value: undefined, diagnostics };
  return { value: { name, text, root, tree, lineStarts }, diagnostics };
}

/** Reads several; those with a syntax error are left out. */
export function readSources(files: readonly { name: string; text: string }[]): Result<readonly SourceFile[]> {
  const results = files.map(({ name, text }) => readSource(name, text));
  return {
    value: results.flatMap(({ value }) => value ?? []),
    diagnostics: results.flatMap(({ diagnostics }) => diagnostics),
  };
}

function tryParse(text: string): Partial<ParsedYaml> & { problem?: YamlError } {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { problem: error };
  }
}

/** A diagnostic that lacks its place. */
type Problem = (about: About) => Diagnostic;

/** Turns nodes into a `Tree`; aliases share what they point to, so a bomb of them takes no memory, and is refused by size. */
class TreeBuilder {
  failed = false;
  private size = 0;
  private aliased = 0;
  private readonly open = new Set<YamlNode>();
  private readonly shared = new Map<YamlNode, { tree: Tree; size: number }>();
  private readonly heights = new WeakMap<object, number>();
  private readonly report: (offset: number, problem: Problem) => void;

  constructor(report: (offset: number, problem: Problem) => void) {
    this.report = (offset, problem) => {
      report(offset, problem);
      this.failed = true;
    };
  }

  toTree(node: YamlNode, depth: number): Tree {
    this.size++;
    switch (node.kind) {
      case 'alias':
        return this.resolve(node, depth);
      case 'scalar':
        return scalarTree(node);
      case 'list':
        return this.measured(node.items.map((item) => this.toTree(item, depth + 1)));
      case 'map':
        return this.measured(this.mapTree(node, depth));
    }
  }

  private mapTree({ pairs }: YamlMap, depth: number): { [key: string]: Tree } {
    const tree: { [key: string]: Tree } = Object.create(null);
    const merged: Tree[] = [];
    for (const { key: keyNode, value: valueNode } of pairs) {
      const key = this.toTree(keyNode, depth + 1);
      const value = this.toTree(valueNode, depth + 1);
      if (key === '<<' && keyNode.kind === 'scalar' && !keyNode.quoted) {
        for (const item of Array.isArray(value) ? value : [value]) merged.push(item);
      } else if (key !== null && typeof key !== 'string') {
        this.report(keyNode.offset, (about) => diagnose('yaml-structure/no-text', {}, about));
      } else if (Object.hasOwn(tree, key ?? '')) {
        this.report(keyNode.offset, (about) => diagnose('yaml-structure/twice', { key: key ?? '' }, about));
      } else {
        tree[key ?? ''] = value;
      }
    }
    // What the map says itself wins over what it merges, and an earlier merge over a later one (YAML's merge key).
    for (const other of merged) {
      if (other === null || typeof other === 'string' || Array.isArray(other)) continue;
      for (const [key, value] of Object.entries(other)) if (!Object.hasOwn(tree, key)) tree[key] = value;
    }
    return tree;
  }

  /** A collection's levels, its own among them. Kept, since a tree with shared parts must not be walked to its ends. */
  private measured<Collection extends Tree[] | { [key: string]: Tree }>(tree: Collection): Collection {
    const children: readonly Tree[] = Object.values(tree);
    this.heights.set(tree, 1 + children.reduce((most: number, child) => Math.max(most, this.heightOf(child)), 0));
    return tree;
  }

  private heightOf(tree: Tree): number {
    return typeof tree === 'object' && tree !== null ? (this.heights.get(tree) ?? 0) : 0;
  }

  private resolve({ name, target, offset }: YamlAlias, depth: number): Tree {
    if (this.open.has(target)) {
      this.report(offset, (about) => diagnose('yaml-structure/circle', { anchor: name }, about));
      return null;
    }
    let known = this.shared.get(target);
    if (known) {
      this.size += known.size;
    } else {
      const before = this.size;
      this.open.add(target);
      const tree = this.toTree(target, depth);
      this.open.delete(target);
      known = { tree, size: this.size - before };
      this.shared.set(target, known);
    }
    const fits = this.aliased <= maxAliasedNodes;
    this.aliased += known.size;
    if (depth + this.heightOf(known.tree) > maxDepth)
      this.report(offset, (about) => diagnose('yaml-structure/depth', {}, about));
    else if (this.aliased <= maxAliasedNodes) return known.tree;
    else if (fits) this.report(offset, (about) => diagnose('yaml-structure/aliases', {}, about));
    return null;
  }
}

function scalarTree({ text, quoted, tag }: YamlScalar): Tree {
  const isNull = !quoted && (tag === '!!null' || (tag === '' && /^(|~|null|Null|NULL)$/.test(text)));
  return isNull ? null : text;
}

/** The node at `path`, or undefined. */
export function nodeAt(source: SourceFile, path: Path): YamlNode | undefined {
  let node = source.root;
  for (const step of path) node = childOf(node, step)?.value;
  return node;
}

/** Where `path` stands: its key, its value, or, when it is not there, the nearest thing around it that is. */
export function positionOf(source: SourceFile, path: Path, part: 'key' | 'value' = 'value'): Position {
  let node = source.root;
  let offset = node?.offset ?? 0;
  for (const step of path) {
    const child = childOf(node, step);
    if (!child) break;
    // An empty value has no place of its own.
    const isEmpty = child.value.kind === 'scalar' && child.value.text === '' && !child.value.quoted;
    offset = (child.key && (part === 'key' || isEmpty) ? child.key : child.value).offset;
    node = child.value;
  }
  return positionAt(source.name, source.lineStarts, offset);
}

/** Where the character `offset` of the text at `path` stands; the text's start, where its quoting hides that. */
export function positionWithin(source: SourceFile, path: Path, text: string, offset: number): Position {
  const start = positionOf(source, path);
  const at = (source.lineStarts[start.line - 1] ?? 0) + start.column - 1;
  const quote = /['"]/.test(source.text[at] ?? '') ? 1 : 0;
  const visible = !text.includes('\n') && source.text.startsWith(text, at + quote);
  return visible ? { ...start, column: start.column + quote + offset } : start;
}

export function positionAt(name: string, lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { file: name, line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** The entry of a map or list, aliases followed. */
function childOf(node: YamlNode | undefined, step: string | number): { key?: YamlNode; value: YamlNode } | undefined {
  const target = resolveAlias(node);
  if (target?.kind === 'map') return pairsOf(target).get(String(step));
  const value = target?.kind === 'list' ? target.items[Number(step)] : undefined;
  return value && { value };
}

function resolveAlias(node: YamlNode | undefined): YamlNode | undefined {
  let target = node;
  while (target?.kind === 'alias') target = target.target;
  return target;
}

const pairIndex = new WeakMap<YamlMap, ReadonlyMap<string, YamlPair>>();

/** The pairs of a map by key, indexed once: a catalog's registry has many. */
function pairsOf(map: YamlMap): ReadonlyMap<string, YamlPair> {
  const known = pairIndex.get(map);
  if (known) return known;
  const entries = map.pairs.map((pair) => [resolveAlias(pair.key), pair] as const);
  const index = new Map(entries.flatMap(([key, pair]) => (key?.kind === 'scalar' ? [[key.text, pair] as const] : [])));
  pairIndex.set(map, index);
  return index;
}
