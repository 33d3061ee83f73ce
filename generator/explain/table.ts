// The explanation as a table for a terminal: what most servers have in common first, then each server.

import { printable } from '../printable.ts';
import type { Aspect, ExplainedServer } from './model.ts';
import { usualAspects } from './usual.ts';

/** The first two columns, with the space after each. */
const statusWidth = 9;
const aspectWidth = 12;

/** For a terminal of `width` columns. */
export function explainTable(servers: readonly ExplainedServer[], width: number): string {
  const { common, servers: others } = usualAspects(servers);
  const blocks = others.map((server) => [
    ...hanging(titleOf(server), 0, width),
    ...(server.refused ?? []).flatMap(({ message, hint }) => [
      ...hanging(message, 2, width),
      ...(hint === undefined ? [] : indented(`change: ${hint}`, 4, width)),
    ]),
    ...rows(server.aspects, width),
  ]);
  const first = ['Every container, unless its own lines say something else', ...rows(common, width)];
  const all = common.length === 0 ? blocks : [first, ...blocks];
  return all.map((lines) => lines.map((line) => `${line.trimEnd()}\n`).join('')).join('\n');
}

function titleOf({ server, kind, service, refused }: ExplainedServer): string {
  if (refused) return `${server} (${kind}) cannot run`;
  return service === undefined ? `${server} (${kind})` : `${server} (${kind}), the Service ${service}`;
}

function rows(aspects: readonly Aspect[], width: number): string[] {
  if (aspects.length === 0) return [];
  const rest = Math.max(40, width - 2 - statusWidth - aspectWidth);
  const half = Math.floor((rest - 2) / 2);
  const start = ' '.repeat(2 + statusWidth + aspectWidth);
  const heading = `${start}${'Docker'.padEnd(half + 2)}here`;
  const lines = aspects.flatMap(({ aspect, status, docker, here, why, change }) => {
    const left = wrap(docker, half);
    const right = wrap(here === '' ? '-' : here, half);
    const table = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
      const first = index === 0 ? `  ${status.padEnd(statusWidth)}${aspect.padEnd(aspectWidth)}` : start;
      return `${first}${(left[index] ?? '').padEnd(half + 2)}${right[index] ?? ''}`;
    });
    return [
      ...table,
      ...(why === undefined ? [] : indented(`why: ${why}`, start.length, width)),
      ...(change === undefined ? [] : indented(`change: ${change}`, start.length, width)),
    ];
  });
  return [heading, ...lines];
}

function indented(text: string, columns: number, width: number): string[] {
  return wrap(text, Math.max(40, width - columns)).map((line) => ' '.repeat(columns) + line);
}

/** With the lines after the first at 4 columns, where no row begins: text of a catalog cannot pass for one. */
function hanging(text: string, columns: number, width: number): string[] {
  return wrap(text, Math.max(40, width - 4)).map((line, index) => ' '.repeat(index === 0 ? columns : 4) + line);
}

/** Breaks at spaces; a word longer than a line is left whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
