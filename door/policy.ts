// Checks what a request asks for against the rules, and filters lists down to what the caller may use.

import { isObject } from '../relay/messages.ts';
import type { Caller } from './caller.ts';
import { type ClientMessage, textOf } from './message.ts';
import type { Kind, Owners } from './owners.ts';
import { ErrorCode } from './refusal.ts';
import { isAllowed, type Rule } from './rules.ts';

/** What a request names. */
export interface Named {
  readonly kind: Kind;
  readonly name: string;
  readonly servers: readonly string[];
}

export interface Verdict {
  readonly named: Named | undefined;
  /** Why it is not done. */
  readonly error: { readonly code: number; readonly message: string } | undefined;
}

const fields: { readonly [method: string]: readonly [kind: Kind, field: string] } = {
  'tools/call': ['tool', 'name'],
  'prompts/get': ['prompt', 'name'],
  'resources/read': ['resource', 'uri'],
  'resources/subscribe': ['resource', 'uri'],
  'resources/unsubscribe': ['resource', 'uri'],
};
const lists: { readonly [method: string]: readonly [kind: Kind, list: string, field: string] } = {
  'tools/list': ['tool', 'tools', 'name'],
  'prompts/list': ['prompt', 'prompts', 'name'],
  'resources/list': ['resource', 'resources', 'uri'],
  'resources/templates/list': ['template', 'resourceTemplates', 'uriTemplate'],
};
const open = ['ping', 'logging/setLevel'];

export class Policy {
  readonly #rules: readonly Rule[];
  readonly #owners: Owners;

  constructor(rules: readonly Rule[], owners: Owners) {
    this.#rules = rules;
    this.#owners = owners;
  }

  async judge(caller: Caller, message: ClientMessage): Promise<Verdict> {
    const { method } = message;
    if (Object.hasOwn(lists, method) || open.includes(method)) return { named: undefined, error: undefined };
    const asked = askedFor(message);
    if (asked === 'unknown') return refused(undefined, ErrorCode.MethodNotFound, `method ${method} is not supported`);
    if (asked === undefined)
      return refused(undefined, ErrorCode.InvalidParams, `${method} names no tool, prompt or resource`);
    const named = { ...asked, servers: await this.#owners.find(asked.kind, asked.name) };
    if (this.#allows(caller, named)) return { named, error: undefined };
    const groups = caller.groups.length > 0 ? `in the groups ${caller.groups.join(', ')}` : 'in no group';
    const text = `you may not use the ${asked.kind} ${asked.name}. You are ${caller.user}, ${groups}: ask for a rule in door.rules`;
    return refused(named, ErrorCode.Denied, text);
  }

  /** The text of an answer with only those entries of a list that the caller may use. */
  shown(
    caller: Caller,
    { method }: ClientMessage,
    text: string,
    message: { readonly [field: string]: unknown },
  ): string {
    const [kind, list, field] = (Object.hasOwn(lists, method) && lists[method]) || [];
    const { result } = message;
    if (!kind || !list || !field || this.#rules.length === 0 || !isObject(result)) return text;
    const entries = result[list];
    if (!Array.isArray(entries)) return text;
    const shown = entries.filter((entry) => {
      const name = isObject(entry) ? textOf(entry[field]) : undefined;
      return name !== undefined && this.#allows(caller, { kind, name, servers: this.#owners.of(kind, name) });
    });
    return JSON.stringify({ ...message, result: { ...result, [list]: shown } });
  }

  #allows(caller: Caller, { kind, name, servers }: Named): boolean {
    return isAllowed(this.#rules, caller, { servers, tool: kind === 'tool' ? name : undefined });
  }
}

function askedFor({ method, params }: ClientMessage): Omit<Named, 'servers'> | 'unknown' | undefined {
  if (method === 'completion/complete') return referred(params['ref']);
  const [kind, field = ''] = (Object.hasOwn(fields, method) && fields[method]) || [];
  if (!kind) return 'unknown';
  const name = textOf(params[field]);
  return name === undefined ? undefined : { kind, name };
}

function referred(ref: unknown): Omit<Named, 'servers'> | undefined {
  if (!isObject(ref)) return undefined;
  const isPrompt = ref['type'] === 'ref/prompt';
  if (!isPrompt && ref['type'] !== 'ref/resource') return undefined;
  const name = textOf(ref[isPrompt ? 'name' : 'uri']);
  return name === undefined ? undefined : { kind: isPrompt ? 'prompt' : 'resource', name };
}

function refused(named: Named | undefined, code: number, message: string): Verdict {
  return { named, error: { code, message } };
}
