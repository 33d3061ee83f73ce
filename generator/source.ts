// A YAML text with positions: every later stage points back into it by path.

import { type About, diagnose, type Diagnostic, type Position, type Result } from './diagnostics.ts';
import { YamlError, type YamlMap, type YamlNode, type YamlPair } from './yaml/node.ts';
import { remembered } from './remember.ts';
import { type ParsedYaml, parseYaml } from './yaml/parser.ts';
import { TreeBuilder } from './source-tree.ts';
import type { Tree } from './tree.ts';

/** Keys and indices from the root of a document, e.g. `['registry', 'time', 'command', 0]`. */
export type Path = readonly (string | number)[];

export interface SourceFile {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
  /** The nodes, for who needs the style of a scalar or its tag; undefined for an empty file. */
  readonly root: YamlNode | undefined;
  readonly tree: Tree;
  /** Where a path of what was made of the file comes from; absent if it was read as it is. */
  readonly origin?: (path: Path) => Path;
  /** Where each line begins. */
  readonly lineStarts: readonly number[];
}

/** Go's words for it are those for any character that begins nothing. */
const tabProblem = 'found a tab character where YAML takes only spaces';

/** Reads one YAML text. With a syntax error there is no value: what would be said of the rest would mislead. */
export function readSource(name: string, text: string): Result<SourceFile | undefined> {
  const lineStarts = findLineStarts(text);
  const diagnostics: Diagnostic[] = [];
  const at = (offset: number): About => ({ position: positionAt(name, lineStarts, offset) });
  const { root, next, problem } = tryParse(text);
  if (problem) {
    return {
      value: undefined,
      diagnostics: [
        diagnose(
          'yaml-syntax',
          { problem: text[problem.offset] === '\t' ? tabProblem : problem.message },
          at(problem.offset),
        ),
      ],
    };
  }
  if (next !== undefined) diagnostics.push(diagnose('yaml-documents', {}, at(next)));
  const builder = new TreeBuilder((offset, problem) => diagnostics.push(problem(at(offset))));
  const tree = root ? builder.toTree(root, 0) : null;
  if (builder.failed) return { value: undefined, diagnostics };
  return { value: { name, text, root, tree, lineStarts }, diagnostics };
}

/** Reads a file; one that is part of several deployments is read once. */
export const readFile = remembered(
  ({ name, text }: { readonly name: string; readonly text: string }): Result<SourceFile | undefined> =>
    readSource(name, text),
);

/** Reads several; those with a syntax error are left out. */
export function readSources(files: readonly { name: string; text: string }[]): Result<readonly SourceFile[]> {
  const results = files.map(readFile);
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
  for (const step of source.origin?.(path) ?? path) {
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
  const end = /\r\n?|\n/g;
  while (end.test(text)) starts.push(end.lastIndex);
  return starts;
}

/** The entry of a map or list, aliases followed. */
function childOf(node: YamlNode | undefined, step: string | number): { key?: YamlNode; value: YamlNode } | undefined {
  const target = resolveAlias(node);
  if (target?.kind === 'map') return pairOf(target, String(step));
  const value = target?.kind === 'list' ? target.items[Number(step)] : undefined;
  return value && { value };
}

function resolveAlias(node: YamlNode | undefined): YamlNode | undefined {
  let target = node;
  while (target?.kind === 'alias') target = target.target;
  return target;
}

function pairOf(map: YamlMap, key: string): YamlPair | undefined {
  const { pairs } = map;
  if (pairs.length > 50) return indexOf(map).get(key);
  return pairs.findLast((pair) => textOfKey(pair) === key);
}

function textOfKey({ key }: YamlPair): string | undefined {
  const node = resolveAlias(key);
  return node?.kind === 'scalar' ? node.text : undefined;
}

/** The pairs of a large map by key, such as a catalog's registry. */
const indexOf = remembered(
  ({ pairs }: YamlMap): ReadonlyMap<string | undefined, YamlPair> =>
    new Map(pairs.map((pair) => [textOfKey(pair), pair])),
);
