// The filters of expressions, as in docker/mcp-gateway's pkg/eval: into.go, first.go, last.go, or.go, mount_as.go, volume*.go.

import { formatGo, ResultBuilder } from './go-format.ts';
import { goTrimSpace } from './go-text.ts';
import { type GoValue, isList } from './go-value.ts';

type FilterFunction = (value: GoValue, argument: string) => GoValue;

const plainFilters: ReadonlyMap<string, FilterFunction> = new Map([
  ['volume', (value) => mapList(value, volume)],
  ['volume-target', (value) => mapList(value, volumeTarget)],
  ['into', (value) => mapItems(isList(value) ? value : [value], (text) => text)],
  ['first', (value) => at(value, 0)],
  ['last', (value) => at(value, -1)],
] satisfies [string, FilterFunction][]);

const filtersWithArgument: ReadonlyMap<string, FilterFunction> = new Map([
  ['or', or],
  ['mount_as', mountAs],
] satisfies [string, FilterFunction][]);

/** The names of all filters that the gateway knows, those with an argument with their colon. */
export const filterNames: readonly string[] = [
  ...plainFilters.keys(),
  ...[...filtersWithArgument.keys()].map((name) => `${name}:`),
];

/**
 * The function for the text between two bars; undefined for one that the gateway passes over. Space around a plain filter
 * does not matter, but before `or:` and `mount_as:` it makes them unknown, and after them it belongs to the argument.
 */
export function findFilter(text: string): ((value: GoValue) => GoValue) | undefined {
  const plain = plainFilters.get(goTrimSpace(text));
  if (plain) return (value) => plain(value, '');
  const colon = text.indexOf(':');
  const filter = colon === -1 ? undefined : filtersWithArgument.get(text.slice(0, colon));
  return filter && ((value) => filter(value, text.slice(colon + 1)));
}

function mapList(value: GoValue, filter: (text: string) => string): GoValue {
  return isList(value) ? mapItems(value, filter) : filter(formatGo(value));
}

function mapItems(items: readonly GoValue[], filter: (text: string) => string): string[] {
  const result = new ResultBuilder();
  for (const item of items) result.add(filter(formatGo(item)));
  return result.pieces;
}

/** `source:target`, where the target of a Windows path is its name on Linux. */
function volume(source: string): string {
  return source === '' ? '' : join(source, ':', volumeTarget(source));
}

/**
 * `C:\data` becomes `/C/data`; only a drive letter makes a path one of Windows. (pkg/eval/paths.go means to take UNC paths
 * too, but its pattern for them matches nothing.)
 */
function volumeTarget(path: string): string {
  if (!/^[a-zA-Z]:\\/.test(path)) return path;
  return path.replaceAll('\\', '/').replace(/^([a-zA-Z]):\//, '/$1/');
}

function at(value: GoValue, index: number): string {
  if (!isList(value)) return formatGo(value);
  const item = value.at(index);
  return item === undefined ? '' : formatGo(item);
}

/** A default that looks like a list is one only where it stands for an empty list; for a missing value it is text. */
function or(value: GoValue, fallback: string): GoValue {
  if (!isList(value)) return value === '' ? fallback : formatGo(value);
  if (value.length > 0) return value;
  if (!fallback.startsWith('[') || !fallback.endsWith(']')) return fallback;
  const items = fallback.slice(1, -1);
  return items === '' ? [] : items.split(',');
}

function mountAs(value: GoValue, target: string): string {
  const source = isList(value) ? (value[0] ?? '') : value;
  return source === '' ? '' : join(formatGo(source), ':', goTrimSpace(target));
}

function join(...pieces: readonly string[]): string {
  const text = new ResultBuilder();
  for (const piece of pieces) text.add(piece);
  return text.toString();
}
