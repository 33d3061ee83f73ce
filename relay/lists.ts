// A server's lists, read from its answers: tools, prompts, resources and resource templates.

import { isObject, Method, parse } from './messages.ts';

export type Kind = 'tool' | 'prompt' | 'resource' | 'template';

interface KindFacts {
  /** The method that lists it, and its field in the answer. */
  readonly method: string;
  readonly field: string;
  /** The field of an entry that the gateway tells entries apart by. */
  readonly key: string;
}

/** In the order in which the gateway asks. */
export const kinds: readonly Kind[] = ['tool', 'prompt', 'resource', 'template'];

export const kindFacts: { readonly [kind in Kind]: KindFacts } = {
  tool: { method: Method.toolsList, field: 'tools', key: 'name' },
  prompt: { method: Method.promptsList, field: 'prompts', key: 'name' },
  resource: { method: Method.resourcesList, field: 'resources', key: 'uri' },
  template: { method: Method.templatesList, field: 'resourceTemplates', key: 'uriTemplate' },
};

export interface Entry {
  readonly name: string;
  readonly value: { readonly [field: string]: unknown };
}

export type Lists = { readonly [kind in Kind]: readonly Entry[] };

export const noLists: Lists = { tool: [], prompt: [], resource: [], template: [] };

export function isSame(one: Lists | undefined, other: Lists): boolean {
  return one !== undefined && kinds.every((kind) => JSON.stringify(one[kind]) === JSON.stringify(other[kind]));
}

export function kindOf(method: string | undefined): Kind | undefined {
  return kinds.find((kind) => kindFacts[kind].method === method);
}

/** The entries of an answer; undefined if it is an error, or no list. */
export function readList(kind: Kind, answer: Buffer): readonly Entry[] | undefined {
  const { field, key } = kindFacts[kind];
  const result = parse(answer)?.['result'];
  const entries = isObject(result) ? result[field] : undefined;
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((value: unknown) => {
    if (!isObject(value)) return [];
    const name = value[key];
    return [{ name: typeof name === 'string' ? name : '', value }];
  });
}
