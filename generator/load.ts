// From the texts that a user names to what every command works on: the servers in question and what is said about them.

import { readConfigs, readRegistries, readTools } from './catalog/config.ts';
import type { Config } from './catalog/expression.ts';
import { configFromNode, configKey } from './catalog/go-yaml.ts';
import { GoFloat, type GoValue, isList, isObject } from './catalog/go-value.ts';
import type { Catalog, CatalogServer } from './catalog/model.ts';
import { type CatalogFile, readCatalog } from './catalog/read.ts';
import { Collector, compare, diagnose, type Diagnostic, type Result } from './diagnostics.ts';
import { nodesAt, type Path, positionOf, readSources, type SourceFile } from './source.ts';
import { isTreeMap } from './tree.ts';

/** A file that was read, by the name that the user gave it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Docker's files, in the order in which the gateway would be given them. */
export interface LoadInput {
  readonly catalogs: readonly TextFile[];
  readonly configs?: readonly TextFile[];
  /** registry.yaml: the enabled servers. */
  readonly registries?: readonly TextFile[];
  /** tools.yaml: allow-lists. */
  readonly toolsConfigs?: readonly TextFile[];
  /** Names to take; they win over registry files, as with the gateway's `--servers`. */
  readonly servers?: readonly string[];
  /** Names to leave out, whoever else names them. */
  readonly exclude?: readonly string[];
}

/** Where something stands in a file. */
export interface Place {
  readonly source: SourceFile;
  readonly path: Path;
}

/** What the gateway's `Configuration` is. */
export interface Loaded {
  /** The enabled servers, sorted by their catalog name. */
  readonly servers: readonly CatalogServer[];
  /** All servers of the catalogs, enabled or not. */
  readonly catalog: Catalog;
  readonly config: Config;
  /** The config files, for places in them. */
  readonly configSources: readonly SourceFile[];
  /** Where the config that counts stands, by its key: in a config file, or in a profile. */
  readonly configPlaces: ReadonlyMap<string, Place>;
  readonly allowTools: ReadonlyMap<string, readonly string[]>;
  /** The files that allow tools, for places in them. */
  readonly toolsSources: readonly SourceFile[];
}

/** Reads everything. `disabled` servers are left out like excluded ones, but need not be known. */
export function load(input: LoadInput, disabled: ReadonlySet<string> = new Set()): Result<Loaded> {
  const collector = new Collector();
  const take = <T>(result: Result<T>): T => collector.take(result);
  const sources = (files: readonly TextFile[] = []): readonly SourceFile[] => take(readSources(files));

  const ofCatalogs = new Collector();
  const files = sources(input.catalogs).flatMap((source) => {
    const file = ofCatalogs.take(readCatalog(source));
    return file ? { source, file } : [];
  });
  const catalog = ofCatalogs.take(mergeCatalogs(files.map(({ file }) => file)));
  const configSources = sources(input.configs);
  const fromProfiles = files.flatMap(({ source, file }) => profileConfig(source, file));
  const config = { ...Object.fromEntries(fromProfiles), ...take(readConfigs(configSources)) };
  const registries = sources(input.registries);
  const enabled = input.servers ?? (registries.length > 0 ? take(readRegistries(registries)) : undefined);
  const toolsSources = sources(input.toolsConfigs);
  const allowTools = new Map([...files.flatMap(({ file }) => [...file.allowTools]), ...take(readTools(toolsSources))]);
  const chosen = take(selectServers(catalog, enabled, input.servers ? '--servers' : 'the registry file'));
  const excluded = new Set([...take(readExcluded(input.exclude ?? [], catalog)), ...disabled]);
  const servers = chosen.filter(({ name }) => !excluded.has(name));
  const judged = (name: string): boolean => (enabled?.includes(name) ?? true) && !excluded.has(name);
  collector.add(ofCatalogs.diagnostics.filter(({ server }) => server === undefined || judged(server)));
  const configPlaces = new Map([
    ...files.flatMap(({ source, file }) =>
      [...file.configPaths].map(([name, path]) => [configKey(name), { source, path }] as const),
    ),
    ...configSources.flatMap((source) =>
      Object.keys(isTreeMap(source.tree) ? source.tree : {}).map((key) => [key, { source, path: [key] }] as const),
    ),
  ]);
  return {
    value: { servers, catalog, config, configSources, configPlaces, allowTools, toolsSources },
    diagnostics: collector.diagnostics,
  };
}

/** A later catalog wins, as with the gateway's `--catalog` and `--additional-catalog` (`readCatalog`). */
function mergeCatalogs(files: readonly CatalogFile[]): Result<Catalog> {
  const merged = new Map<string, CatalogServer>();
  const diagnostics: Diagnostic[] = [];
  for (const server of files.flatMap(({ catalog }) => [...catalog.values()])) {
    const earlier = merged.get(server.name);
    if (earlier) {
      const about = { position: positionOf(server.source, server.path, 'key'), server: server.name };
      const parameters = { name: server.name, earlier: earlier.source.name };
      diagnostics.push(diagnose('overridden/server', parameters, about));
    }
    merged.set(server.name, server);
  }
  return { value: merged, diagnostics };
}

function profileConfig(source: SourceFile, file: CatalogFile): [string, GoValue][] {
  const { configPaths } = file;
  if (configPaths.size === 0) return [];
  const nodes = nodesAt(source, [...configPaths.values()]);
  return [...configPaths.keys()].map((name, index) => [name, throughJson(configFromNode(nodes[index]).config)]);
}

/** Docker keeps profiles as JSON, from which Go reads every number as a float64 (pkg/db). */
function throughJson(value: GoValue): GoValue {
  if (isList(value)) return value.map(throughJson);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, throughJson(item)]));
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  return whole ? new GoFloat(Number(value)) : value;
}

function selectServers(
  catalog: Catalog,
  names: readonly string[] | undefined,
  by: string,
): Result<readonly CatalogServer[]> {
  const diagnostics: Diagnostic[] = [];
  const wanted = names ?? [...catalog.keys()];
  const servers = [...new Set(wanted.map((name) => name.trim()))].flatMap((name) => {
    const server = catalog.get(name);
    if (!server) diagnostics.push(unknownServer(by, name, catalog));
    return server ?? [];
  });
  return { value: servers.sort((a, b) => compare(a.name, b.name)), diagnostics };
}

function readExcluded(names: readonly string[], catalog: Catalog): Result<readonly string[]> {
  const unknown = names.filter((name) => !catalog.has(name));
  return { value: names, diagnostics: unknown.map((name) => unknownServer('--exclude', name, catalog)) };
}

/** `by`, an option or a file, names a server that no catalog has. */
export function unknownServer(by: string, name: string, catalog: Catalog): Diagnostic {
  return diagnose('unknown-server', { by, name, known: [...catalog.keys()] });
}
