// From YAML nodes to a tree: merge keys, aliases and their limits, and what no reader of YAML can use.

import { type About, diagnose, type Diagnostic } from './diagnostics.ts';
import type { Tree } from './tree.ts';
import { maxDepth, type YamlAlias, type YamlMap, type YamlNode, type YamlScalar } from './yaml/node.ts';

/** Aliases may add so many nodes; Go's yaml.v3 has a limit of the same kind ("document contains excessive aliasing"). */
const maxAliasedNodes = 1_000_000;

/** A diagnostic that lacks its place. */
type Problem = (about: About) => Diagnostic;

/** Turns nodes into a `Tree`; aliases share what they point to, so a bomb of them takes no memory, and is refused by size. */
export class TreeBuilder {
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
