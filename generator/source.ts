// A YAML text with positions: every later stage points back into it by path.

import { type About, diagnose, type Diagnostic, type Position, type Result } from './diagnostics.ts';
import { YamlError, type YamlNode } from './yaml/node.ts';
import { remembered } from './remember.ts';
import { type ParsedYaml, parseYaml } from './yaml/parser.ts';
import { placeOf, type Places, placesOf } from './source-places.ts';
import { TreeBuilder } from './source-tree.ts';
import type { Tree } from './tree.ts';

/** Keys and indices from the root of a document, e.g. `['registry', 'time', 'command', 0]`. */
export type Path = readonly (string | number)[];

export interface SourceFile {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
  readonly tree: Tree;
  /** Where its parts stand, and where the first begins. */
  readonly places: Places | undefined;
  readonly start: number;
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
  const places = root && placesOf(root);
  return { value: { name, text, tree, places, start: root?.offset ?? 0, lineStarts }, diagnostics };
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

/** The nodes below `path`, made once more from the text: who needs them needs the style of a scalar or its tag. */
export function nodesAt(source: SourceFile, paths: readonly Path[]): readonly (YamlNode | undefined)[] {
  const { root } = parseYaml(source.text);
  return paths.map((path) => path.reduce((node, step) => childOf(node, step), root));
}

/** Where `path` stands: its key, its value, or, when it is not there, the nearest thing around it that is. */
export function positionOf(source: SourceFile, path: Path, part: 'key' | 'value' = 'value'): Position {
  let { places, start: offset } = source;
  for (const step of source.origin?.(path) ?? path) {
    const place = placeOf(places, step);
    if (!place) break;
    offset = place[part];
    places = place.below;
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
function childOf(node: YamlNode | undefined, step: string | number): YamlNode | undefined {
  const target = resolveAlias(node);
  if (target?.kind === 'list') return target.items[Number(step)];
  if (target?.kind !== 'map') return undefined;
  return target.pairs.findLast(({ key }) => {
    const name = resolveAlias(key);
    return name?.kind === 'scalar' && name.text === String(step);
  })?.value;
}

function resolveAlias(node: YamlNode | undefined): YamlNode | undefined {
  let target = node;
  while (target?.kind === 'alias') target = target.target;
  return target;
}
