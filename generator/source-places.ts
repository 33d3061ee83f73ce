// Where the parts of a YAML text stand: all that later stages need of its nodes, in a fraction of their memory.

import type { YamlNode } from './yaml/node.ts';
import { remembered } from './remember.ts';

/** The entries of a map or list, one after the other, in four slots each: the key or index, two offsets, and what is below. */
export type Places = readonly (string | number | Places | undefined)[];

/** Where an entry stands, as offsets in the text. */
export interface Offsets {
  /** Of the key; in a list, of the value. */
  readonly key: number;
  /** Of the value; of the key, if the value is empty and so has no place of its own. */
  readonly value: number;
  /** Undefined for a scalar. */
  readonly below: Places | undefined;
}

const width = 4;

/** Of a node that a tree could be made of; undefined for a scalar. `shared`: of what aliases point to. */
export function placesOf(node: YamlNode, shared = new Map<YamlNode, Places | undefined>()): Places | undefined {
  switch (node.kind) {
    case 'scalar':
      return undefined;
    case 'alias':
      if (!shared.has(node.target)) shared.set(node.target, placesOf(node.target, shared));
      return shared.get(node.target);
    case 'list':
      return fill(node.items, (item, index) => [index, item.offset, item.offset, placesOf(item, shared)]);
    case 'map':
      return fill(node.pairs, ({ key, value }) => {
        const isEmpty = value.kind === 'scalar' && value.text === '' && !value.quoted;
        return [keyText(key), key.offset, (isEmpty ? key : value).offset, placesOf(value, shared)];
      });
  }
}

function fill<T>(entries: readonly T[], slotsOf: (entry: T, index: number) => Places): Places {
  // Of its full length at once: an array that grows keeps room for more.
  const places = Array.from<Places[number]>({ length: entries.length * width });
  for (const [index, entry] of entries.entries()) {
    for (const [slot, content] of slotsOf(entry, index).entries()) places[index * width + slot] = content;
  }
  return places;
}

function keyText(key: YamlNode): string {
  if (key.kind === 'alias') return keyText(key.target);
  return key.kind === 'scalar' ? key.text : '';
}

/** The entry of a map or list. */
export function placeOf(places: Places | undefined, step: string | number): Offsets | undefined {
  const at = places === undefined ? -1 : slotOf(places, step);
  if (places === undefined || at < 0) return undefined;
  const [key, value, below] = places.slice(at + 1, at + width) as [number, number, Places | undefined];
  return { key, value, below };
}

function slotOf(places: Places, step: string | number): number {
  const index = Number(step) * width;
  if (typeof places[0] === 'number') return index in places ? index : -1;
  const key = String(step);
  if (places.length > manySlots) return slotsByKey(places).get(key) ?? -1;
  for (let at = places.length - width; at >= 0; at -= width) if (places[at] === key) return at;
  return -1;
}

const manySlots = 50 * width;

/** For large maps, such as a catalog's registry. */
const slotsByKey = remembered((places: Places): ReadonlyMap<unknown, number> => {
  const slots = new Map<unknown, number>();
  for (let at = 0; at < places.length; at += width) slots.set(places[at], at);
  return slots;
});
