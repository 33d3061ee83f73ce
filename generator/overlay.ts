// What a user says beside the catalog: entrypoints of images, and an overlay over the generated values.

import { checkSchema } from './catalog/schema.ts';
import type { CatalogServer } from './catalog/model.ts';
import { formatGo } from './catalog/go-format.ts';
import { GoFloat, type GoValue, isList, isObject } from './catalog/go-value.ts';
import { readConfig } from './catalog/go-yaml.ts';
import { diagnose, type Diagnostic, hasErrors, type Result } from './diagnostics.ts';
import { repositoryOf } from './registry/reference.ts';
import { positionAt, positionOf, type SourceFile } from './source.ts';
import { isMap } from './tree.ts';
import type { Entrypoint } from './workload/start.ts';

/** Entrypoints by server name or image reference, as an entrypoints file gives them. */
export type Entrypoints = ReadonlyMap<string, Entrypoint>;

/** `NAME: [program, argument]`, or `NAME: {entrypoint: [...], cmd: [...]}`; a later file wins. */
export function readEntrypoints(sources: readonly SourceFile[]): Result<Entrypoints> {
  const diagnostics: Diagnostic[] = [];
  const entrypoints = new Map<string, Entrypoint>();
  for (const source of sources) {
    const found = checkSchema('entrypoints', source.tree, source, { unknown: 'refused' });
    diagnostics.push(...found);
    if (hasErrors(found)) continue;
    for (const [name, entry] of Object.entries(
      (source.tree ?? {}) as Record<string, string[] | { entrypoint: string[]; cmd?: string[] }>,
    )) {
      entrypoints.set(
        name,
        Array.isArray(entry) ? { command: entry, args: [] } : { command: entry.entrypoint, args: entry.cmd ?? [] },
      );
    }
  }
  return { value: entrypoints, diagnostics };
}

/** By the server's name, its image as the catalog writes it, or that image without tag and digest. */
export function findEntrypoint(entrypoints: Entrypoints, { name, image }: CatalogServer): Entrypoint | undefined {
  return entrypoints.get(name) ?? entrypoints.get(image) ?? entrypoints.get(repositoryOf(image));
}

/** A map of values, any part of the chart's. */
export interface ValuesTree {
  [key: string]: unknown;
}

/** Values by a user, with servers by their catalog names. */
export interface Overlay {
  readonly values: ValuesTree;
  readonly source: SourceFile;
}

export function readOverlay(source: SourceFile): Result<Overlay | undefined> {
  const diagnostics = checkSchema('overlay', source.tree, source, { unknown: 'refused' });
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const { config, problems } = readConfig(source.text);
  const found = problems.map(({ message, offset }) =>
    diagnose('bad-overlay', { problem: message }, { position: positionAt(source.name, source.lineStarts, offset) }),
  );
  return { value: { values: toJson(config) as ValuesTree, source }, diagnostics: found };
}

/** What the overlay says of one field of a server, or of what is below it; undefined where it says nothing. */
export function overlayEntry(overlay: Overlay | undefined, serverName: string, ...fields: readonly string[]): unknown {
  return overlaid(overlay, ['servers', serverName, ...fields]);
}

/** What the overlay has at a path; undefined where it says nothing. */
export function overlaid(overlay: Overlay | undefined, path: readonly string[]): unknown {
  let value: unknown = overlay?.values;
  for (const step of path) {
    value = isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** Who the overlay says a server runs as, as `uid` or `uid:gid`; undefined where it says nothing. */
export function overlayUser(overlay: Overlay | undefined, serverName: string): string | undefined {
  const context = overlayEntry(overlay, serverName, 'podSecurityContext');
  const { runAsUser, runAsGroup } = isMap(context) ? context : {};
  if (runAsUser === undefined) return undefined;
  return runAsGroup === undefined ? String(runAsUser) : `${String(runAsUser)}:${String(runAsGroup)}`;
}

/** `overlay` over `values`: maps merge key by key, null takes a key out, and everything else replaces. */
export function mergeValues(values: unknown, overlay: unknown): unknown {
  if (!isMap(values) || !isMap(overlay)) return overlay;
  const merged: ValuesTree = { ...values };
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) delete merged[key];
    else merged[key] = key in merged ? mergeValues(merged[key], value) : value;
  }
  return merged;
}

/** The overlay's values with its servers renamed to what they are called in the cluster, those of them that are there. */
export function renameServers(
  { values, source }: Overlay,
  names: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Result<ValuesTree> {
  const diagnostics: Diagnostic[] = [];
  const renamed: ValuesTree = {};
  for (const [name, entry] of Object.entries(isMap(values['servers']) ? values['servers'] : {})) {
    const clusterName = names.get(name);
    if (clusterName !== undefined) {
      renamed[clusterName] = entry;
      continue;
    }
    if (known.has(name)) continue;
    const position = positionOf(source, ['servers', name], 'key');
    diagnostics.push(diagnose('unknown-server/overlay', { name, known: [...known] }, { position }));
  }
  return { value: { ...values, servers: renamed }, diagnostics };
}

/** Values as Helm will have them: what JSON cannot hold becomes what Go would print. */
export function toJson(value: GoValue): unknown {
  if (isList(value)) return value.map(toJson);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  if (value instanceof GoFloat) return value.value;
  return typeof value === 'object' && value !== null
    ? formatGo(value)
    : typeof value === 'bigint'
      ? Number(value)
      : value;
}
