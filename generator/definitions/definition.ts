// What a tool is for a model, as hashes: its name, description, input schema and annotations, however a server or gateway writes them.

import { createHash } from 'node:crypto';
import { isMap } from '../tree.ts';

/** The parts of a definition that are compared. */
export const definitionParts = ['description', 'inputSchema', 'annotations'] as const;
export type DefinitionPart = (typeof definitionParts)[number];

/** `definition` decides. The parts are short, and only say what has changed. */
export interface DefinitionHashes extends Readonly<Record<DefinitionPart, string>> {
  readonly definition: string;
}

/** The defaults of MCP's ToolAnnotations: a gateway may leave out a hint that says what is true anyway. */
const hints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true } as const;

/** Characters of a part's hash. */
const shortLength = 12;

/** A tool of a list of tools. `name`: without the prefix that a gateway puts before it. */
export function hashDefinition(name: string, tool: Readonly<Record<string, unknown>>): DefinitionHashes {
  const parts = {
    description: tool['description'] ?? '',
    inputSchema: tool['inputSchema'] ?? {},
    annotations: normalAnnotations(tool['annotations']),
  };
  return {
    definition: `sha256:${hash({ name: name.trim(), ...parts })}`,
    description: hash(parts.description).slice(0, shortLength),
    inputSchema: hash(parts.inputSchema).slice(0, shortLength),
    annotations: hash(parts.annotations).slice(0, shortLength),
  };
}

function normalAnnotations(annotations: unknown): object {
  const given = isMap(annotations) ? annotations : {};
  const named = Object.entries(hints).map(([name, usual]) => [name, given[name] ?? usual]);
  return { title: given['title'] ?? '', ...Object.fromEntries(named) };
}

/** What stands for a value that is nested deeper than any schema: it is never the same. */
const unhashable = '0'.repeat(64);

/** Whether a definition is the recorded one. */
export function isSameDefinition(recorded: string, now: string): boolean {
  return recorded === now && now !== `sha256:${unhashable}`;
}

/** Of the value, however its keys are sorted. */
function hash(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_, inner: unknown) => (isMap(inner) ? sorted(inner) : inner));
    return createHash('sha256').update(text).digest('hex');
  } catch (error) {
    if (error instanceof RangeError) return unhashable;
    throw error;
  }
}

function sorted(map: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
