// Compares the definitions of tools with the recorded ones: a changed description may mislead a model.

import { hashDefinition, isSameDefinition } from '../generator/definitions/definition.ts';
import type { Entry } from './lists.ts';

/** What to do with a server whose tools differ from their recorded definitions. */
export const definitionModes = ['enforce', 'warn', 'off'] as const;
export type DefinitionMode = (typeof definitionModes)[number];

/** By the tool's own name. */
export type Definitions = ReadonlyMap<string, string>;

/** Lists are looked at again and again, and their entries stay the same. */
const hashes = new WeakMap<Entry['value'], string>();

/** Names of tools that differ from their recorded definition, or have none. */
export function changedTools(entries: readonly Entry[], recorded: Definitions): readonly string[] {
  return entries.flatMap(({ name, value }) =>
    isSameDefinition(recorded.get(name.trim()) ?? '', hashOf(name, value)) ? [] : [name],
  );
}

function hashOf(name: string, value: Entry['value']): string {
  const known = hashes.get(value);
  if (known !== undefined) return known;
  const { definition } = hashDefinition(name, value);
  hashes.set(value, definition);
  return definition;
}
