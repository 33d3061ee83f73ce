// The files beside a catalog: config.yaml, registry.yaml, tools.yaml and the secrets file, as the gateway reads them.

import { diagnose, type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { positionAt, positionOf, type SourceFile } from '../source.ts';
import { isTreeMap } from '../tree.ts';
import type { Config } from './expression.ts';
import { readConfig } from './go-yaml.ts';
import { goTrimSpace } from './go-text.ts';
import { checkSchema } from './schema.ts';
import { fileKind } from './shape.ts';

/** Reads config files; a later one replaces a server's properties as a whole (`readConfig`). */
export function readConfigs(sources: readonly SourceFile[]): Result<Config> {
  const diagnostics: Diagnostic[] = [];
  const merged: Record<string, Config[string]> = Object.create(null);
  for (const source of sources) {
    const { config, problems } = readConfig(source.text, 'servers');
    for (const { message, offset } of problems) {
      const position = positionAt(source.name, source.lineStarts, offset);
      diagnostics.push(diagnose('bad-config', { problem: message }, { position }));
    }
    for (const [key, value] of Object.entries(config)) {
      if (Object.hasOwn(merged, key)) diagnostics.push(overridden('overridden/config', source, key));
      merged[key] = value;
    }
  }
  return { value: merged, diagnostics };
}

/** Reads registry.yaml files: the names of the enabled servers, sorted (pkg/config/registry.go). */
export function readRegistries(sources: readonly SourceFile[]): Result<readonly string[]> {
  const names = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const source of sources) {
    diagnostics.push(...checkFile('registry', source));
    const registry = isTreeMap(source.tree) ? source.tree['registry'] : undefined;
    for (const name of Object.keys(isTreeMap(registry) ? registry : {})) names.add(name);
  }
  return { value: [...names].sort(), diagnostics };
}

/** Reads tools.yaml files: the only tools that a server may offer, by server name; a later file wins. */
export function readTools(sources: readonly SourceFile[]): Result<ReadonlyMap<string, readonly string[]>> {
  const tools = new Map<string, readonly string[]>();
  const diagnostics: Diagnostic[] = [];
  for (const source of sources) {
    const found = checkFile('tools', source);
    diagnostics.push(...found);
    if (hasErrors(found) || !isTreeMap(source.tree)) continue;
    for (const [name, list] of Object.entries(source.tree)) {
      if (tools.has(name)) diagnostics.push(overridden('overridden/tools', source, name));
      tools.set(name, (list ?? []) as string[]);
    }
  }
  return { value: tools, diagnostics };
}

/** A secrets file: `name=value` lines and `#` comments (`readSecretsFromFile`). The values go no further than evaluation. */
export function parseSecrets(name: string, text: string): Result<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = goTrimSpace(raw);
    if (raw.startsWith('#') || line === '') continue;
    const equals = line.indexOf('=');
    if (equals === -1) {
      diagnostics.push(diagnose('bad-secrets-file', {}, { position: { file: name, line: index + 1, column: 1 } }));
      continue;
    }
    secrets.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return { value: secrets, diagnostics };
}

/** A field too many is another kind of file, not a word to ignore. */
function checkFile(expected: 'registry' | 'tools', source: SourceFile): Diagnostic[] {
  const file = { expected, looksLike: fileKind(source.tree) };
  return checkSchema(expected, source.tree, source, { unknown: 'refused', file });
}

function overridden(key: 'overridden/config' | 'overridden/tools', source: SourceFile, name: string): Diagnostic {
  return diagnose(key, { name }, { position: positionOf(source, [name], 'key') });
}
