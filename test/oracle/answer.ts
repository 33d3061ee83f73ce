// What this project makes of an oracle case, in the words of main.go.

import {
  evaluateCommand,
  evaluateEnv,
  evaluateUser,
  evaluateVolumes,
  expandEnv,
} from '../../generator/catalog/environment.ts';
import { type Config, evaluate, evaluateList } from '../../generator/catalog/expression.ts';
import { formatGo, reflectString } from '../../generator/catalog/go-format.ts';
import { type GoValue, isGoMap, isList, isObject } from '../../generator/catalog/go-value.ts';
import { ConfigSyntaxError, parseConfig } from '../../generator/catalog/go-yaml.ts';

/** One question to main.go; what is left out is empty. */
export interface Case {
  readonly kind:
    | 'evaluate'
    | 'evaluateList'
    | 'expandEnv'
    | 'env'
    | 'command'
    | 'volumes'
    | 'user'
    | 'config'
    | 'servers';
  readonly contextYaml?: string;
  readonly expression?: string;
  readonly expressions?: readonly string[];
  readonly entries?: readonly (readonly [name: string, value: string])[];
  readonly priorEnv?: readonly string[];
}

/** An error's wording is its own, so only that there is one counts. */
export type Answer = { readonly error: true } | { readonly [field: string]: unknown };

export function answer(question: Case): Answer {
  const isServers = question.kind === 'servers';
  let config: Config;
  try {
    config = parseConfig(question.contextYaml ?? '', isServers ? 'servers' : 'config');
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return { error: true };
    throw error;
  }
  const { expression = '', expressions = [], entries = [], priorEnv = [] } = question;
  switch (question.kind) {
    case 'config':
      return { value: formatGo(config), typed: typed(config) };
    case 'servers':
      return { value: formatGo(config), typed: typed(config).replace('map[string]interface {}', serversType) };
    case 'evaluate': {
      const value = evaluate(expression, config);
      return { asEnv: formatGo(value), asList: evaluateList([expression], config), goType: typeName(value) };
    }
    case 'evaluateList':
      return { value: evaluateList(expressions, config) };
    case 'expandEnv':
      return { value: expandEnv(expression, priorEnv) };
    case 'command':
      return { value: evaluateCommand(expressions, config, priorEnv) };
    case 'env':
      return {
        ...evaluateEnv(
          entries.map(([name, value]) => ({ name, value })),
          config,
          priorEnv,
        ),
      };
    case 'volumes':
      return { ...evaluateVolumes(expressions, config) };
    case 'user':
      return { value: evaluateUser(expression, config) };
  }
}

const serversType = 'map[string]map[string]interface {}';

/** As `typed` of main.go. */
function typed(value: GoValue): string {
  if (value === null) return 'nil';
  if (isList(value)) return `${typeName(value)}(${value.map(typed).join(' ')})`;
  const entries = isGoMap(value) ? [...value] : isObject(value) ? Object.entries(value) : undefined;
  if (!entries) return `${typeName(value)}(${formatGo(value)})`;
  const items = entries.map(([key, item]) => Buffer.from(`${typed(key)}:${typed(item)}`)).sort(Buffer.compare);
  return `${typeName(value)}(${items.join(' ')})`;
}

function typeName(value: GoValue): string {
  return typeof value === 'string' ? 'string' : reflectString(value).slice(1, -' Value>'.length);
}
