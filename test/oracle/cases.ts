// The systematic oracle cases: every rule with the values, the spacing and the neighbours that could change its result.

import type { Case } from './answer.ts';
import inputs from './inputs.json' with { type: 'json' };

export interface GroupedCase extends Case {
  readonly group: string;
}

const { expressionContext, listContext, environment } = inputs;

export function systematicCases(): GroupedCase[] {
  return [
    // docker/mcp-gateway's own table tests and a few more (MIT licence, Copyright (c) 2025 Docker).
    ...(inputs.carriedOver as Case[]).map((each) => ({ group: 'cases carried over', ...each })),
    ...configs('plain scalars', inputs.scalars, (text) => `k: ${text}`),
    ...configs('scalars as map keys', inputs.scalars, (text) => `k: {"a": 1, ${text} : 2}\n`),
    ...configs('quoted scalars', inputs.scalars, (text) => `k: ${JSON.stringify(text)}`),
    ...configs('tags', inputs.tagged, (text) => `k: ${text}`),
    ...configs('config texts', inputs.texts, (text) => text),
    ...inputs.servers.map((contextYaml) => ({ group: 'config files', kind: 'servers' as const, contextYaml })),
    ...inputs.scalars.map((text) => lookUp('formats', text)),
    ...inputs.values.map((value) => lookUp('values', value)),
    ...inputs.values.flatMap((value) => inputs.filters.map((filter) => lookUp('filters', value, filter))),
    ...inputs.values.flatMap((value) => inputs.chains.map((chain) => lookUp('chains of filters', value, chain))),
    ...inputs.expressions.map((expression) => ({
      group: 'expressions',
      kind: 'evaluate' as const,
      expression,
      contextYaml: expressionContext,
    })),
    ...inputs.dollars.map((expression) => ({
      group: '$ expansions',
      kind: 'expandEnv' as const,
      expression,
      priorEnv: environment,
    })),
    ...(inputs.entries as [string, string][][]).map((entries) => ({
      group: 'env sections',
      kind: 'env' as const,
      entries,
      contextYaml: listContext,
      priorEnv: environment,
    })),
    ...lists('lists', 'evaluateList'),
    ...lists('commands', 'command').map((each) => ({ ...each, priorEnv: environment })),
    ...lists('volumes', 'volumes'),
    ...inputs.users.map((expression) => ({
      group: 'users',
      kind: 'user' as const,
      expression,
      contextYaml: listContext,
    })),
  ];
}

function configs(group: string, texts: readonly string[], toYaml: (text: string) => string): GroupedCase[] {
  return texts.map((text) => ({ group, kind: 'config', contextYaml: toYaml(text) }));
}

function lookUp(group: string, value: string, filter?: string): GroupedCase {
  const expression = filter === undefined ? '{{k}}' : `{{k|${filter}}}`;
  return { group, kind: 'evaluate', expression, contextYaml: `k: ${value}` };
}

function lists(group: string, kind: 'evaluateList' | 'command' | 'volumes'): GroupedCase[] {
  return inputs.lists.map((expressions) => ({ group, kind, expressions, contextYaml: listContext }));
}
