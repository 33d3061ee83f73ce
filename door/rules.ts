// Who may use what: rules for users and groups, servers and tools; a rule that denies overrides all others.

import { ConfigError, Reader } from '../relay/config-reader.ts';
import type { Caller } from './caller.ts';

export interface Rule {
  readonly users: readonly RegExp[] | undefined;
  readonly groups: readonly RegExp[] | undefined;
  readonly servers: readonly RegExp[];
  /** Only tools of these names, and nothing else of the servers; undefined: all that they have. */
  readonly tools: readonly RegExp[] | undefined;
  readonly denies: boolean;
}

/** What a caller wants to use: a tool, a prompt or a resource. */
export interface Wanted {
  /** The servers that may have it; none: it is unknown which has it. */
  readonly servers: readonly string[];
  readonly tool: string | undefined;
}

export function readRule(value: unknown, at: string): Rule {
  const reader = new Reader(value, at);
  const unknown = reader.names().find((name) => !['users', 'groups', 'servers', 'tools', 'deny'].includes(name));
  if (unknown !== undefined) throw new ConfigError(`${at} has an unknown field ${unknown}`);
  const globs = (name: string): readonly RegExp[] | undefined => reader.texts(name)?.map(globOf);
  return {
    users: globs('users'),
    groups: globs('groups'),
    servers: globs('servers') ?? [globOf('*')],
    tools: globs('tools'),
    denies: reader.boolean('deny', false),
  };
}

/** `*` is any text, `?` any character. */
export function globOf(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.+()|[\]{}/-]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 'su');
}

/** Without any rule, all may use everything. */
export function isAllowed(rules: readonly Rule[], caller: Caller, wanted: Wanted): boolean {
  if (rules.length === 0) return true;
  const own = rules.filter((rule) => concerns(rule, caller));
  if (wanted.servers.length === 0) return isAllowedAnywhere(own, wanted);
  return wanted.servers.every((server) => {
    const fitting = own.filter((rule) => rule.servers.some((glob) => glob.test(server)) && covers(rule, wanted));
    return fitting.length > 0 && !fitting.some(({ denies }) => denies);
  });
}

/** It may belong to any server, so the caller must be allowed to use all of them. */
function isAllowedAnywhere(rules: readonly Rule[], wanted: Wanted): boolean {
  const fitting = rules.filter((rule) => covers(rule, wanted));
  const isForAll = fitting.some(({ denies, servers }) => !denies && servers.some(({ source }) => source === '^.*$'));
  return isForAll && !fitting.some(({ denies }) => denies);
}

function concerns({ users, groups }: Rule, caller: Caller): boolean {
  if (!users && !groups) return true;
  const isUser = users?.some((glob) => glob.test(caller.user)) ?? false;
  return isUser || (groups?.some((glob) => caller.groups.some((group) => glob.test(group))) ?? false);
}

function covers({ tools }: Rule, { tool }: Wanted): boolean {
  return !tools || (tool !== undefined && tools.some((glob) => glob.test(tool)));
}
