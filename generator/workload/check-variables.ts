// `$NAME` that nothing sets: the gateway puts nothing in its place, and says nothing.

import { holdsExpression, splitExpansion } from '../catalog/environment.ts';
import { type Config, evaluateList } from '../catalog/expression.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf } from '../source.ts';

/** Entries of `env` see the secrets and the entries before them; `command` sees all. */
export function checkVariables(server: CatalogServer, config: Config): Diagnostic[] {
  const known = new Set(server.secrets.map(({ env }) => env));
  const unknown = (text: string, path: Path): Diagnostic[] =>
    [...new Set(splitExpansion(text).flatMap((part) => ('name' in part ? [part.name] : [])))]
      .filter((name) => !known.has(name))
      .map((name) => {
        const position = positionOf(server.source, [...server.path, ...path]);
        return diagnose('unset-variable', { name, known: [...known] }, { position, server: server.name });
      });
  const ofEnv = server.env.flatMap(({ name, value }, index) => {
    const found = holdsExpression(value) ? [] : unknown(value, ['env', index, 'value']);
    known.add(name);
    return found;
  });
  const ofCommand = server.command.flatMap((text, index) =>
    evaluateList([text], config).flatMap((argument) => unknown(argument, ['command', index])),
  );
  return [...ofEnv, ...ofCommand];
}
