// The files beside a catalog: config.yaml, registry.yaml, tools.yaml and the secrets file, as the gateway reads them.

import { type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { isTreeMap, positionAt, positionOf, type SourceFile } from '../source.ts';
import type { Config } from './expression.ts';
import { configFromNode } from './go-yaml.ts';
import { goTrimSpace } from './go-text.ts';
import { checkSchema } from './schema.ts';
import { describeFile } from './shape.ts';

/** Reads config files; a later one replaces a server's properties as a whole (`readConfig`). */
export function readConfigs(sources: readonly SourceFile[]): Result<Config> {
  const diagnostics: Diagnostic[] = [];
  const merged: Record<string, Config[string]> = Object.create(null);
  for (const source of sources) {
    const { config, problems } = configFromNode(source.root, 'servers');
    for (const { message, offset } of problems) {
      diagnostics.push({
        severity: 'error',
        code: 'bad-config',
        message,
        hint: 'a config file maps each server to a map of its properties',
        position: positionAt(source.name, source.lineStarts, offset),
      });
    }
    for (const [key, value] of Object.entries(config)) {
      if (Object.hasOwn(merged, key)) diagnostics.push(overridden(source, 'the config of', key, [key]));
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
      if (tools.has(name)) diagnostics.push(overridden(source, 'the tools of', name, [name]));
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
      diagnostics.push({
        severity: 'error',
        code: 'bad-secrets-file',
        message: 'a line of the secrets file has no "="', // never the line: it may be a secret
        hint: 'write name=value',
        position: { file: name, line: index + 1, column: 1 },
      });
      continue;
    }
    secrets.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return { value: secrets, diagnostics };
}

function checkFile(schema: 'registry' | 'tools', source: SourceFile): Diagnostic[] {
  const found = checkSchema(schema, source.tree, source).map(
    // A field too many is another kind of file, not a word to ignore.
    (diagnostic): Diagnostic => ({ ...diagnostic, severity: 'error' }),
  );
  if (found.length === 0) return [];
  const { looksLike } = describeFile(source.tree);
  return found.map((diagnostic) => ({
    ...diagnostic,
    hint: `this should be a ${schema}.yaml; it looks like ${looksLike}`,
  }));
}

function overridden(source: SourceFile, what: string, name: string, path: string[]): Diagnostic {
  return {
    severity: 'warning',
    code: 'overridden',
    message: `${what} ${JSON.stringify(name)} here replaces that of an earlier file as a whole`,
    hint: 'keep one of the two',
    position: positionOf(source, path, 'key'),
  };
}
