// Random oracle cases: expressions and `$` texts over random configs.

import fc from 'fast-check';
import type { Case } from './answer.ts';
import { blockText, brokenText, concat, flowText, pick, repeat } from './arbitraries-yaml.ts';

const white = pick('whites');
const filter = concat(white, pick('filters'), white);
const path = fc
  .array(concat(white, pick('pathNames'), white), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('.'));
const reference = fc
  .tuple(path, fc.array(filter, { maxLength: 3 }))
  .map(([name, filters]) => `{{${[name, ...filters].join('|')}}}`);
export const expression = fc.oneof(
  { weight: 3, arbitrary: reference },
  { weight: 2, arbitrary: repeat(fc.oneof(reference, pick('fillers')), 5) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'{}|.:k a$\n[]'), maxLength: 14 }) },
);

const name = pick('names');
const variable = name.map((text) => `$${text}`);
const bracedVariable = name.map((text) => `\${${text}}`);
export const dollarText = fc.oneof(
  repeat(fc.oneof(variable, bracedVariable, pick('dollarFillers')), 6),
  fc.string({ unit: fc.constantFrom(...'${}AB1_*=ü-'), maxLength: 14 }),
);
const environment = fc.array(fc.oneof(concat(name, fc.constant('='), pick('entryValues')), pick('entries')), {
  maxLength: 6,
});
const mixed = fc.oneof(expression, dollarText, pick('mixed'));
const expressions = fc.array(mixed, { maxLength: 4 });
const entries = fc.array(fc.tuple(name, mixed), { maxLength: 5 });

function of(kind: Case['kind'], rest: { [Field in keyof Case]?: fc.Arbitrary<Case[Field]> }): fc.Arbitrary<Case> {
  return fc.record({ kind: fc.constant(kind), ...rest }) as fc.Arbitrary<Case>;
}

/** Whether and how a config text is read. */
export const yamlCase = fc.oneof(
  of('config', { contextYaml: blockText }),
  of('config', { contextYaml: flowText }),
  of('servers', { contextYaml: fc.oneof(blockText, flowText) }),
);

export const brokenYamlCase = of('config', { contextYaml: brokenText });

export const anyCase = fc.oneof(
  { weight: 2, arbitrary: yamlCase },
  { weight: 4, arbitrary: of('evaluate', { contextYaml: flowText, expression }) },
  { weight: 1, arbitrary: of('evaluateList', { contextYaml: flowText, expressions }) },
  { weight: 1, arbitrary: of('expandEnv', { expression: dollarText, priorEnv: environment }) },
  { weight: 1, arbitrary: of('env', { contextYaml: flowText, entries, priorEnv: environment }) },
  { weight: 1, arbitrary: of('command', { contextYaml: flowText, expressions, priorEnv: environment }) },
  { weight: 1, arbitrary: of('volumes', { contextYaml: flowText, expressions }) },
  { weight: 1, arbitrary: of('user', { contextYaml: flowText, expression: mixed }) },
);
