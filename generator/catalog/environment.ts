// What the gateway makes of the environment, command, volumes and user of a server (pkg/gateway/clientpool.go).

import { type Config, evaluate, evaluateList } from './expression.ts';
import type { EnvEntry } from './model.ts';
import { formatGo, ResultBuilder } from './go-format.ts';
import { addTo } from '../grouped.ts';

/** A piece of a text with `$` references; what is invalid, such as `${}`, is in no piece. */
export type ExpansionPart = { readonly literal: string } | { readonly name: string };

/** A text in the pieces that Go's `os.Expand` (os/env.go) finds: `$NAME`, `${any name}`, `$1`, `$*`, `$$`. */
export function splitExpansion(text: string): ExpansionPart[] {
  const parts: ExpansionPart[] = [];
  const lastBrace = text.lastIndexOf('}');
  let literal = '';
  let start = 0;
  for (let dollar = text.indexOf('$'); dollar !== -1 && dollar + 1 < text.length; dollar = text.indexOf('$', start)) {
    const { name, length } = readName(text, dollar + 1, lastBrace);
    literal += text.slice(start, dollar);
    if (length === 0) literal += '$';
    if (name !== '') {
      if (literal !== '') parts.push({ literal });
      parts.push({ name });
      literal = '';
    }
    start = dollar + 1 + length;
  }
  literal += text.slice(start);
  if (literal !== '') parts.push({ literal });
  return parts;
}

/** `getShellName`: no name but some length is bad syntax, which is eaten; neither name nor length leaves the `$` as it is. */
function readName(text: string, from: number, lastBrace: number): { name: string; length: number } {
  if (text[from] === '{') {
    if (from > lastBrace) return { name: '', length: 1 };
    const name = text.slice(from + 1, text.indexOf('}', from));
    return { name, length: name.length + 2 };
  }
  const pattern = /[*#$@!?\-0-9]|[A-Za-z_][A-Za-z0-9_]*|/y;
  pattern.lastIndex = from;
  const name = pattern.exec(text)?.[0] ?? '';
  return { name, length: name.length };
}

/**
 * `expandEnv`: `$` references replaced from `NAME=value` entries, of which the first that matches counts. What is not there
 * is nothing.
 * @throws ResultTooLongError
 */
export function expandEnv(text: string, environment: readonly string[]): string {
  return expandWith(text, new Environment(environment));
}

function expandWith(text: string, environment: Environment): string {
  const result = new ResultBuilder();
  for (const part of splitExpansion(text)) result.add('name' in part ? environment.get(part.name) : part.literal);
  return result.toString();
}

/** `NAME=value` entries, grouped by what stands before the first `=`. */
class Environment {
  private readonly groups = new Map<string, string[]>();

  constructor(entries: readonly string[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: string): void {
    addTo(this.groups, beforeEquals(entry), entry);
  }

  /** The gateway compares prefixes: `${A=b}` finds the entry `A=b=c`, and is `c`. An entry without `=` has no value. */
  get(name: string): string {
    const prefix = `${name}=`;
    const entry = this.groups.get(beforeEquals(name))?.find((each) => each.startsWith(prefix));
    return entry?.slice(prefix.length) ?? '';
  }
}

function beforeEquals(text: string): string {
  return text.split('=', 1)[0] ?? '';
}

export interface EvaluatedEnv {
  readonly env: [name: string, value: string][];
  /** Entries whose value came out empty: the gateway leaves them out. */
  readonly dropped: string[];
}

/**
 * Env entries and users are evaluated only when they hold both `{{` and `}}`, in whatever order. Otherwise an env entry is
 * `$`-expanded instead: never both.
 */
export function holdsExpression(text: string): boolean {
  return text.includes('{{') && text.includes('}}');
}

/** What a variable's value is made of: texts, or texts with secrets in them whose values are not known. */
export interface Values<Value> {
  readonly literal: (text: string) => Value;
  /** `$` references replaced, by the variables that were set so far. */
  readonly expand: (text: string) => Value;
  readonly isEmpty: (value: Value) => boolean;
  readonly set: (name: string, value: Value) => void;
}

/**
 * Goes through the `env` section as the gateway does (argsAndEnv): each entry sees those before it, and one whose value is
 * empty is left out. Returns the names of those.
 * @throws ResultTooLongError
 */
export function setVariables<Value>(entries: readonly EnvEntry[], config: Config, values: Values<Value>): string[] {
  const dropped: string[] = [];
  for (const { name, value: text } of entries) {
    const value = holdsExpression(text) ? values.literal(formatGo(evaluate(text, config))) : values.expand(text);
    if (values.isEmpty(value)) dropped.push(name);
    else values.set(name, value);
  }
  return dropped;
}

/**
 * The `env` section, after the entries of `environment` (those of the secrets); each entry is visible to later ones.
 * @throws ResultTooLongError
 */
export function evaluateEnv(
  entries: readonly EnvEntry[],
  config: Config,
  environment: readonly string[],
): EvaluatedEnv {
  const visible = new Environment(environment);
  const env: [name: string, value: string][] = [];
  const values = new ResultBuilder();
  const dropped = setVariables<string>(entries, config, {
    literal: (text) => text,
    expand: (text) => expandWith(text, visible),
    isEmpty: (value) => value === '',
    set: (name, value) => {
      values.add(value);
      env.push([name, value]);
      visible.add(`${name}=${value}`);
    },
  });
  return { env, dropped };
}

/**
 * The `command` section: evaluated, and the results `$`-expanded, values from the config included. Empty entries stay.
 * @throws ResultTooLongError
 */
export function evaluateCommand(
  expressions: readonly string[],
  config: Config,
  environment: readonly string[],
): string[] {
  const visible = new Environment(environment);
  const command = new ResultBuilder();
  for (const argument of evaluateList(expressions, config)) command.add(expandWith(argument, visible));
  return command.pieces;
}

export interface EvaluatedVolumes {
  readonly volumes: string[];
  /** Those that begin with `-`, which docker would take for a flag: the gateway warns and leaves them out. */
  readonly skipped: string[];
}

/**
 * The `volumes` section: evaluated, without empty results. (The gateway's check of host paths is not part of this.)
 * @throws ResultTooLongError
 */
export function evaluateVolumes(volumes: readonly string[], config: Config): EvaluatedVolumes {
  const present = evaluateList(volumes, config).filter((volume) => volume !== '');
  return { volumes: present.filter(isSafeFlagValue), skipped: present.filter((volume) => !isSafeFlagValue(volume)) };
}

/**
 * The `user`: null where the gateway gives none, for it is empty or begins with `-`.
 * @throws ResultTooLongError
 */
export function evaluateUser(user: string, config: Config): string | null {
  const value = holdsExpression(user) ? formatGo(evaluate(user, config)) : user;
  return isSafeFlagValue(value) ? value : null;
}

function isSafeFlagValue(value: string): boolean {
  return value !== '' && !value.startsWith('-');
}
