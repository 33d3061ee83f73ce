// Images of which nothing is known: one mistake with one remedy, however many servers have it.

import type { Catalog } from './catalog/model.ts';
import { compare, diagnose, type Diagnostic, type DiagnosticCode } from './diagnostics.ts';
import type { CompileInput } from './prepare.ts';
import { shellWord } from './shell.ts';

/** All `missing-entrypoint` as one, unless a file of entrypoints says that the user does without a lock. */
export function gatherMissingLock(
  diagnostics: readonly Diagnostic[],
  catalog: Catalog,
  input: CompileInput,
): readonly Diagnostic[] {
  const missing = diagnostics.filter(({ code }) => code === 'missing-entrypoint');
  const [first] = missing;
  if (!first || (!input.lock && (input.entrypoints ?? []).length > 0)) return diagnostics;
  const servers = new Set(missing.flatMap(({ server }) => server ?? []));
  const images = [...new Set([...servers].flatMap((server) => catalog.get(server)?.image ?? []))].sort(compare);
  const parameters = { images, command: lockCommand(input) };
  const about = { position: first.position, ...(servers.size === 1 && { server: first.server }) };
  const one = diagnose(input.lock ? 'missing-entrypoint/not-locked' : 'missing-entrypoint/no-lock', parameters, about);
  const follows = ({ code, server = '' }: Diagnostic): boolean => servers.has(server) && ofLock.has(code);
  return [...diagnostics.filter((diagnostic) => !follows(diagnostic)), one];
}

/** What is known as soon as a lock is there. */
const ofLock: ReadonlySet<DiagnosticCode> = new Set(['missing-entrypoint', 'user-name', 'root-user']);

/** `mcpgen lock` with the options that decide which servers there are. */
function lockCommand(input: CompileInput): string {
  const { catalogs, configs = [], registries = [], toolsConfigs: _, servers, exclude = [], overlay } = input;
  const nameOf = ({ name }: { name: string }): string => (name === '<stdin>' ? '-' : name);
  const words = [
    ...catalogs.map(nameOf),
    ...configs.flatMap((file) => ['--config', nameOf(file)]),
    ...registries.flatMap((file) => ['--registry', nameOf(file)]),
    ...(servers ? ['--servers', servers.join(',')] : []),
    ...(exclude.length > 0 ? ['--exclude', exclude.join(',')] : []),
    ...(overlay ? ['--overlay', nameOf(overlay)] : []),
  ];
  return ['mcpgen lock', ...words.map(shellWord)].join(' ');
}
