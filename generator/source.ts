// A YAML text with positions: every later stage points back into it by path.

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Node,
  type Pair,
  type ParsedNode,
  YAMLParseError,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic, Position, Result } from './diagnostics.ts';

/** Keys and indices from the root of a document, e.g. `['registry', 'time', 'command', 0]`. */
export type Path = readonly (string | number)[];

/**
 * The tree of a YAML text. Scalars keep their text (`010` stays `010`): the gateway decodes into typed fields, and for a
 * text field that is what Go's yaml.v3 does too. `null` is an empty or null scalar that is not quoted.
 */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

export interface SourceFile {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
  /** The nodes, for who needs the style of a scalar or its tag. */
  readonly contents: ParsedNode | null;
  readonly tree: Tree;
  readonly lineCounter: LineCounter;
}

/** Deeper than any catalog; a bound that lets later stages recurse. */
const maxDepth = 100;
/** Aliases may add so many nodes; Go's yaml.v3 has a limit of the same kind ("document contains excessive aliasing"). */
const maxAliasedNodes = 1_000_000;

/** Reads one YAML text. With a syntax error there is no value: what would be said of the rest would mislead. */
export function readSource(name: string, text: string): Result<SourceFile | undefined> {
  const lineCounter = new LineCounter();
  const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
  const at = (offset: number): Position => positionAt(name, lineCounter, offset);
  const diagnostics: Diagnostic[] = [];
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (control) {
    diagnostics.push({
      severity: 'error',
      code: 'yaml-syntax',
      message: `control characters are not allowed in YAML: U+${control[0].charCodeAt(0).toString(16).padStart(4, '0')}`,
      hint: 'remove it; inside double quotes it can be written as an escape',
      position: at(control.index),
    });
  }
  const tooDeep = findDeepToken(tokens);
  if (tooDeep !== undefined) {
    diagnostics.push({
      severity: 'error',
      code: 'yaml-structure',
      message: `more than ${maxDepth} levels of nesting`,
      hint: 'flatten the file',
      position: at(tooDeep),
    });
    return { value: undefined, diagnostics };
  }
  const document = composeFirst(tokens, text.length);
  for (const error of document.errors) {
    if (error.code === 'MULTIPLE_DOCS') {
      diagnostics.push({
        severity: 'warning',
        code: 'yaml-documents',
        message: 'only the first document of the file is read, as the gateway does',
        hint: 'put each document into a file of its own',
        position: at(error.pos[0]),
      });
      continue;
    }
    const position = at(error.pos[0]);
    // One slip often makes the next line wrong as well; that is not a mistake of its own.
    const previous = diagnostics.at(-1)?.position?.line ?? -1;
    if (position.line - previous <= 1) continue;
    diagnostics.push({
      severity: 'error',
      code: 'yaml-syntax',
      message: lowerFirst(error.message),
      hint: 'mend the YAML syntax here',
      position,
    });
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { value: undefined, diagnostics };

  const builder = new TreeBuilder((offset, message, hint) =>
    diagnostics.push({ severity: 'error', code: 'yaml-structure', message, hint, position: at(offset) }),
  );
  const tree = builder.toTree(document.contents, 0);
  if (builder.failed) return { value: undefined, diagnostics };
  return { value: { name, text, contents: document.contents, tree, lineCounter }, diagnostics };
}

/**
 * Where nesting goes beyond `maxDepth`. It must be known before nodes are composed, which the library does by recursion:
 * near the end of the stack Node dies on compiling a regular expression, and that cannot be caught.
 */
function findDeepToken(tokens: readonly CST.Token[]): number | undefined {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return token.offset;
    if (token.type === 'document' && token.value) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items as CST.CollectionItem[]) {
      if (key) pending.push({ token: key, depth: depth + 1 });
      if (value) pending.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

/** The first document; that there are others is an error of it, as with the library's `parseDocument`. */
function composeFirst(tokens: readonly CST.Token[], length: number): Document.Parsed {
  // Keys are compared in `TreeBuilder`: the library's own check takes quadratic time.
  const composer = new Composer<ParsedNode, true>({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  const [first, second] = composer.compose(tokens, true, length);
  if (!first) throw new Error('the composer makes a document even of nothing');
  if (second) {
    const { range } = second;
    first.errors.push(new YAMLParseError([range[0], range[1]], 'MULTIPLE_DOCS', 'several documents'));
  }
  return first;
}

/** Turns nodes into a `Tree`; aliases share what they point to, so a bomb of them takes no memory, and is refused by size. */
class TreeBuilder {
  failed = false;
  private aliased = 0;
  private readonly anchors = new Map<string, { tree: Tree; size: number; height: number; open: boolean }>();
  private readonly report: (offset: number, message: string, hint: string) => void;
  private size = 0;

  constructor(report: (offset: number, message: string, hint: string) => void) {
    this.report = (offset, message, hint) => {
      report(offset, message, hint);
      this.failed = true;
    };
  }

  toTree(node: Node | null, depth: number): Tree {
    this.size++;
    if (!node) return null;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) return this.resolve(node.source, offset, depth);
    if (isScalar(node)) return this.anchored(node.anchor, () => scalarTree(node));
    if (isSeq(node))
      return this.anchored(node.anchor, () => node.items.map((item) => this.toTree(item as Node, depth + 1)));
    return this.anchored((node as YAMLMap).anchor, () => this.mapTree(node as YAMLMap, depth));
  }

  private mapTree(map: YAMLMap, depth: number): Tree {
    const tree: { [key: string]: Tree } = Object.create(null);
    const merged: Tree[] = [];
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key = this.toTree(pair.key, depth + 1);
      const value = this.toTree(pair.value, depth + 1);
      const offset = (pair.key ?? pair.value)?.range?.[0] ?? 0;
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push(...(Array.isArray(value) ? value : [value]));
      } else if (key !== null && typeof key !== 'string') {
        this.report(offset, 'a key must be a text, not a list or a map', 'quote the key');
      } else if (Object.hasOwn(tree, key ?? '')) {
        this.report(offset, `the key ${JSON.stringify(key ?? '')} is there twice`, 'remove one of the two');
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

  private anchored(anchor: string | undefined, build: () => Tree): Tree {
    if (!anchor) return build();
    const entry = { tree: null as Tree, size: 0, height: 0, open: true };
    this.anchors.set(anchor, entry);
    const before = this.size;
    entry.tree = build();
    entry.size = this.size - before;
    entry.height = heightOf(entry.tree);
    entry.open = false;
    return entry.tree;
  }

  private resolve(anchor: string, offset: number, depth: number): Tree {
    const target = this.anchors.get(anchor);
    if (!target) this.report(offset, `there is no anchor &${anchor} before this alias`, 'define the anchor first');
    else if (target.open) this.report(offset, `the anchor &${anchor} contains itself`, 'write the value out');
    if (!target || target.open) return null;
    if (depth + target.height > maxDepth) {
      this.report(offset, `more than ${maxDepth} levels of nesting`, 'write the values out');
      return null;
    }
    this.size += target.size;
    this.aliased += target.size;
    if (this.aliased <= maxAliasedNodes) return target.tree;
    if (this.aliased - target.size <= maxAliasedNodes)
      this.report(offset, 'excessive aliasing', 'write the values out');
    return null;
  }
}

/** Levels of lists and maps; at most `maxDepth`, so that recursion is safe. */
function heightOf(tree: Tree): number {
  if (tree === null || typeof tree === 'string') return 0;
  return 1 + Object.values(tree).reduce((height: number, child: Tree) => Math.max(height, heightOf(child)), 0);
}

function scalarTree(node: { type?: string; source?: string; value: unknown }): Tree {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  const plain = node.type === 'PLAIN' || node.type === undefined;
  return plain && /^(|~|null|Null|NULL)$/.test(text) ? null : text;
}

/** The node at `path`, or null. */
export function nodeAt(source: SourceFile, path: Path): Node | null {
  let node: Node | null = source.contents;
  for (const step of path) {
    while (isAlias(node)) node = findAnchor(source, node.source);
    const item = isMap(node) ? pairsOf(node).get(String(step))?.value : isSeq(node) ? node.items[Number(step)] : null;
    node = (item as Node | undefined) ?? null;
  }
  return node;
}

/** Where `path` stands: its key, its value, or, when it is not there, the nearest thing around it that is. */
export function positionOf(source: SourceFile, path: Path, part: 'key' | 'value' = 'value'): Position {
  let node: Node | null = source.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    while (isAlias(node)) node = findAnchor(source, node.source);
    const pair: Pair<Node, Node | null> | undefined = isMap(node) ? pairsOf(node).get(String(step)) : undefined;
    const child: Node | null | undefined = isSeq(node) ? (node.items[Number(step)] as Node | undefined) : pair?.value;
    if (pair === undefined && child === undefined) break;
    const place: Node | null | undefined = part === 'key' && pair ? pair.key : (child ?? pair?.key);
    offset = place?.range?.[0] ?? offset;
    node = child ?? null;
  }
  return positionAt(source.name, source.lineCounter, offset);
}

/** Where the character `offset` of the text at `path` stands; the text's start, where its quoting hides that. */
export function positionWithin(source: SourceFile, path: Path, text: string, offset: number): Position {
  const start = positionOf(source, path);
  const line = source.lineCounter.lineStarts[start.line - 1] ?? 0;
  const at = line + start.column - 1;
  const quote = /['"]/.test(source.text[at] ?? '') ? 1 : 0;
  const visible = !text.includes('\n') && source.text.startsWith(text, at + quote);
  return visible ? { ...start, column: start.column + quote + offset } : start;
}

export function positionAt(name: string, lineCounter: LineCounter, offset: number): Position {
  const { line, col } = lineCounter.linePos(offset);
  return { file: name, line: Math.max(line, 1), column: Math.max(col, 1) };
}

const pairIndex = new WeakMap<object, Map<string, Pair<Node, Node | null>>>();

/** The pairs of a map by key, indexed once: a catalog's registry has many. */
function pairsOf(map: YAMLMap): Map<string, Pair<Node, Node | null>> {
  const known = pairIndex.get(map);
  if (known) return known;
  const pairs = (map.items as Pair<Node, Node | null>[]).filter(({ key }) => isScalar(key));
  const index = new Map(pairs.map((pair) => [String((pair.key as unknown as { value: unknown }).value ?? ''), pair]));
  pairIndex.set(map, index);
  return index;
}

function findAnchor(source: SourceFile, anchor: string): Node | null {
  const pending: (Node | null)[] = [source.contents];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!node || isAlias(node)) continue;
    if ('anchor' in node && node.anchor === anchor) return node;
    if (isSeq(node)) pending.push(...(node.items as Node[]));
    if (isMap(node))
      pending.push(...(node.items as Pair<Node, Node | null>[]).flatMap(({ key, value }) => [key, value]));
  }
  return null;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
