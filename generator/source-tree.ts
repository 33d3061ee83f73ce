// From YAML nodes to a tree: merge keys, aliases and their limits, and what no reader of YAML can use.

import { type About, diagnose, type Diagnostic } from './diagnostics.ts';
import type { Tree } from './tree.ts';
import { maxDepth, type YamlAlias, type YamlList, type YamlMap, type YamlNode, type YamlScalar } from './yaml/node.ts';

/** Aliases may add so many nodes; Go's yaml.v3 has a limit of the same kind ("document contains excessive aliasing"). */
const maxAliasedNodes = 1_000_000;

/** A map that inherits nothing. V8 gives those of `Object.create(null)` a hash table each, which takes twice the memory. */
const Entries = function () {} as unknown as new () => { [key: string]: Tree };
Entries.prototype = Object.create(null);

/** A diagnostic that lacks its place. */
type Problem = (about: About) => Diagnostic;

/** Turns nodes into a `Tree`; aliases share what they point to, so a bomb of them takes no memory, and is refused by size. */
export class TreeBuilder {
  failed = false;
  private size = 0;
  private aliased = 0;
  private readonly open = new Set<YamlNode>();
  private readonly shared = new Map<YamlNode, { tree: Tree; size: number; height: number }>();
  /** The levels of the tree that was made last: one with shared parts must not be walked to its ends. */
  private height = 0;
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
        this.height = 0;
        return scalarTree(node);
      case 'list':
        return this.listTree(node, depth);
      case 'map':
        return this.mapTree(node, depth);
    }
  }

  private listTree({ items }: YamlList, depth: number): Tree[] {
    let height = 0;
    const tree = items.map((item) => {
      const child = this.toTree(item, depth + 1);
      height = Math.max(height, this.height);
      return child;
    });
    this.height = height + 1;
    return tree;
  }

  private mapTree({ pairs }: YamlMap, depth: number): { [key: string]: Tree } {
    const tree = new Entries();
    const merged: Tree[] = [];
    let height = 0;
    for (const { key: keyNode, value: valueNode } of pairs) {
      const key = this.toTree(keyNode, depth + 1);
      const value = this.toTree(valueNode, depth + 1);
      if (key === '<<' && keyNode.kind === 'scalar' && !keyNode.quoted) {
        const isList = Array.isArray(value);
        for (const item of isList ? value : [value]) merged.push(item);
        height = Math.max(height, this.height - (isList ? 2 : 1)); // of what it has, and not its own level
      } else if (key !== null && typeof key !== 'string') {
        this.report(keyNode.offset, (about) => diagnose('yaml-structure/no-text', {}, about));
      } else if (Object.hasOwn(tree, key ?? '')) {
        this.report(keyNode.offset, (about) => diagnose('yaml-structure/twice', { key: key ?? '' }, about));
      } else {
        tree[key ?? ''] = value;
        height = Math.max(height, this.height);
      }
    }
    // What the map says itself wins over what it merges, and an earlier merge over a later one (YAML's merge key).
    for (const other of merged) {
      if (other === null || typeof other === 'string' || Array.isArray(other)) continue;
      for (const [key, value] of Object.entries(other)) if (!Object.hasOwn(tree, key)) tree[key] = value;
    }
    this.height = height + 1;
    return tree;
  }

  private resolve({ name, target, offset }: YamlAlias, depth: number): Tree {
    if (this.open.has(target)) {
      this.report(offset, (about) => diagnose('yaml-structure/circle', { anchor: name }, about));
      return this.nothing();
    }
    let known = this.shared.get(target);
    if (known) {
      this.size += known.size;
    } else {
      const before = this.size;
      this.open.add(target);
      const tree = this.toTree(target, depth);
      this.open.delete(target);
      known = { tree, size: this.size - before, height: this.height };
      this.shared.set(target, known);
    }
    const fits = this.aliased <= maxAliasedNodes;
    this.aliased += known.size;
    this.height = known.height;
    if (depth + known.height > maxDepth) this.report(offset, (about) => diagnose('yaml-structure/depth', {}, about));
    else if (this.aliased <= maxAliasedNodes) return known.tree;
    else if (fits) this.report(offset, (about) => diagnose('yaml-structure/aliases', {}, about));
    return this.nothing();
  }

  private nothing(): null {
    this.height = 0;
    return null;
  }
}

function scalarTree({ text, quoted, tag }: YamlScalar): Tree {
  const isNull = !quoted && (tag === '!!null' || (tag === '' && /^(|~|null|Null|NULL)$/.test(text)));
  return isNull ? null : text;
}
