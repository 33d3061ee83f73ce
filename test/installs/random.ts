// Random catalogs of one server, compiled: those that exit with 0.

import fc from 'fast-check';
import { stringify } from 'yaml';
import type { CompileInput } from '../../generator/compile.ts';
import { compile } from '../../generator/index.ts';
import type { ValuesServer } from '../../generator/values/model.ts';
import { configs, serverNames, servers } from './grammar.ts';

export interface Compiled {
  readonly input: CompileInput;
  readonly values: ValuesServer;
}

/** Of `runs` catalogs those that compile. */
export function compileRandom(runs: number): Compiled[] {
  return fc
    .sample(fc.tuple(serverNames, servers, configs, fc.boolean()), runs)
    .flatMap(([name, entry, config, isInternal]) => {
      const input = {
        catalogs: [{ name: 'catalog.yaml', text: stringify({ registry: { [name]: entry } }) }],
        configs: [{ name: 'config.yaml', text: stringify({ s: config }) }],
        entrypoints: [{ name: 'entrypoints.yaml', text: stringify({ [name]: ['serve'] }) }],
        internal: isInternal ? [name] : [],
        // Whether a text is a credential is another question.
        allowPlain: ['A', 'B', 'KEY', 'HOME', 'a.b', 'x', 'list', 'url', 'command', 'Authorization'].map(
          (target) => `${name}.${target}`,
        ),
      };
      return Object.values(compile(input).value?.values.servers ?? {}).map((values) => ({ input, values }));
    });
}

/** Names of servers and prefixes differ, as those of one catalog must. */
export function valuesOf(batch: readonly Compiled[]) {
  return { servers: Object.fromEntries(batch.map(({ values }, at) => [`s${at}`, { ...values, prefix: `s${at}` }])) };
}
