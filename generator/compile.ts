// The compiler: Docker's files in, the text of a values file out. The stages stand here in their order.

import { checkValues } from './catalog/schema.ts';
import type { CatalogServer } from './catalog/model.ts';
import { findInOverlay } from './credentials/tree.ts';
import { Collector, diagnose, type Diagnostic, hasErrors, type Result, sortDiagnostics } from './diagnostics.ts';
import type { Feature } from './workload/run-as/choose-user.ts';
import { type Lock, readLock } from './image/lock.ts';
import { checkLock } from './deployment/check-lock.ts';
import { ownImages } from './deployment/own-images.ts';
import type { RegistryMap } from './registry/reference.ts';
import { load, type Loaded, type LoadInput, type TextFile } from './load.ts';
import {
  type Entrypoints,
  findEntrypoint,
  mergeValues,
  type Overlay,
  overlayEntry,
  overlayUser,
  readEntrypoints,
  readOverlay,
  renameServers,
} from './overlay.ts';
import { readSource, readSources } from './source.ts';
import { toValues } from './values/emit.ts';
import type { Values } from './values/model.ts';
import { type BuildContext, buildWorkload } from './workload/build.ts';
import type { SecretKey, Workload } from './workload/model.ts';
import { assignNames } from './workload/names.ts';
import { checkInputs, checkWorkloads } from './workload/check.ts';
import { tellApart } from './workload/tools.ts';
import { unsupportedCodes } from './workload/unsupported.ts';
import type { VolumeRule } from './workload/volume-rules.ts';
import { writeYaml } from './yaml/write.ts';

/** Everything that decides about the output; nothing else does. */
export interface CompileInput extends LoadInput {
  readonly entrypoints?: readonly TextFile[];
  readonly overlay?: TextFile;
  /** Where secrets are, by their catalog name. */
  readonly secrets?: ReadonlyMap<string, SecretKey>;
  readonly volumeRules?: readonly VolumeRule[];
  /** The names in a secrets file, for a check that it holds what servers need. Never the values. */
  readonly secretNames?: ReadonlySet<string>;
  /** What `mcpgen lock` found out about images. */
  readonly lock?: TextFile;
  /** Servers that may run as root where no other user can run their image. */
  readonly allowRoot?: readonly string[];
  /** What the cluster has beyond the ordinary. */
  readonly features?: readonly Feature[];
  /** Where images are pulled from instead. */
  readonly registryMaps?: readonly RegistryMap[];
  /** `SERVER.NAME`: what looks like a credential there is none. */
  readonly allowPlain?: readonly string[];
  /** Leaves out servers that cannot work in a cluster, instead of refusing them. */
  readonly skipUnsupported?: boolean;
}

/** What was compiled, stage by stage. */
export interface Compiled {
  readonly workloads: readonly Workload[];
  /** Servers that `skipUnsupported` left out. */
  readonly skipped: readonly CatalogServer[];
  readonly values: Values;
  /** The values file. */
  readonly text: string;
}

/** Compiles a catalog. With errors there is no value; all mistakes of one run are reported together. */
export function compile(input: CompileInput): Result<Compiled | undefined> {
  const collector = new Collector();
  const take = <T>(result: Result<T>): T => collector.take(result);
  const overlay = input.overlay && take(loadOverlay(input.overlay));
  const loaded = take(load(input, disabledServers(overlay)));
  const entrypointSources = take(readSources(input.entrypoints ?? []));
  const entrypoints = take(readEntrypoints(entrypointSources));
  const lock = input.lock && take(loadLock(input.lock, loaded.servers));
  const { workloads: built, skipped } = take(buildWorkloads(loaded, { entrypoints, overlay, lock }, input));
  const workloads = take(tellApart(built, ({ server }) => overlayEntry(overlay, server.name, 'prefix')));
  collector.add(checkWorkloads(workloads, skipped, input));
  collector.add(checkInputs(loaded, entrypointSources, input, overlay));
  const compiled = toValues(workloads, ownImages(lock, workloads, input.registryMaps ?? []));
  const known = new Set(loaded.catalog.keys());
  const values = overlay ? take(applyOverlay(compiled, workloads, known, overlay)) : compiled;
  if (overlay) collector.add(findInOverlay(overlay.values, overlay.source, new Set(input.allowPlain)));
  if (workloads.length === 0 && !hasErrors(collector.diagnostics)) collector.add([nothingLeft(skipped.length > 0)]);
  const diagnostics = sortDiagnostics(collector.diagnostics);
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: { workloads, skipped, values, text: writeYaml(values) }, diagnostics };
}

/** What is known beside the catalog; all of it may be absent. */
export interface Aids {
  readonly entrypoints?: Entrypoints;
  readonly overlay?: Overlay | undefined;
  readonly lock?: Lock | undefined;
}

/** One workload for each server that can have one. */
export function buildWorkloads(
  { servers, config, configPlaces, allowTools }: Loaded,
  { entrypoints = new Map(), overlay, lock }: Aids,
  input: Omit<CompileInput, keyof LoadInput>,
): Result<{ workloads: readonly Workload[]; skipped: readonly CatalogServer[] }> {
  const collector = new Collector();
  const workloads: Workload[] = [];
  const skipped: CatalogServer[] = [];
  const context: BuildContext = {
    config,
    allowTools,
    secrets: input.secrets ?? new Map(),
    volumeRules: input.volumeRules ?? [],
    factsOf: ({ image }) => lock?.images.get(image),
    entrypointOf: (server) => findEntrypoint(entrypoints, server),
    configPlaces,
    allowPlain: new Set(input.allowPlain),
    isOverlaid: ({ name }, ...fields) => overlayEntry(overlay, name, ...fields) !== undefined,
    commandOverride: ({ name }) => overlayEntry(overlay, name, 'command') !== undefined,
    userOverride: ({ name }) => overlayUser(overlay, name),
    allowRoot: new Set(input.allowRoot),
    features: new Set(input.features),
    registryMaps: input.registryMaps ?? [],
  };
  for (const [server, name] of collector.take(assignNames(servers))) {
    const result = buildWorkload(server, name, context);
    const reason = result.diagnostics.find(({ code, severity }) => severity === 'error' && unsupportedCodes.has(code));
    if (input.skipUnsupported && reason) {
      skipped.push(server);
      collector.add([diagnose('skipped-server', { reason: reason.message }, reason)]);
      continue;
    }
    const workload = collector.take(result);
    if (workload) workloads.push(workload);
  }
  return { value: { workloads, skipped }, diagnostics: collector.diagnostics };
}

function loadOverlay({ name, text }: TextFile): Result<Overlay | undefined> {
  const source = readSource(name, text);
  if (!source.value) return { value: undefined, diagnostics: source.diagnostics };
  const overlay = readOverlay(source.value);
  return { value: overlay.value, diagnostics: [...source.diagnostics, ...overlay.diagnostics] };
}

/** Reads a lock file, and compares it with the servers that it is for. */
export function loadLock({ name, text }: TextFile, servers: readonly CatalogServer[]): Result<Lock | undefined> {
  const source = readSource(name, text);
  if (!source.value) return { value: undefined, diagnostics: source.diagnostics };
  const lock = readLock(source.value);
  const doubts = lock.value ? checkLock(lock.value, source.value, servers) : [];
  return { value: lock.value, diagnostics: [...source.diagnostics, ...lock.diagnostics, ...doubts] };
}

/** Those of which the overlay says `enabled: false`: they are left out, whatever is wrong with them. */
function disabledServers(overlay: Overlay | undefined): ReadonlySet<string> {
  const names = Object.keys((overlay?.values['servers'] as object | undefined) ?? {});
  return new Set(names.filter((name) => overlayEntry(overlay, name, 'enabled') === false));
}

/** `known`: all servers of the catalogs. What the overlay says of one that is left out has no effect. */
function applyOverlay(
  values: Values,
  workloads: readonly Workload[],
  known: ReadonlySet<string>,
  overlay: Overlay,
): Result<Values> {
  const renamed = renameServers(overlay, new Map(workloads.map(({ name, server }) => [server.name, name])), known);
  const merged = mergeValues(values, renamed.value) as Values;
  const catalogNames = new Map(workloads.map(({ name, server }) => [name, server.name]));
  return { value: merged, diagnostics: [...renamed.diagnostics, ...checkValues(merged, overlay.source, catalogNames)] };
}

function nothingLeft(hasSkipped: boolean): Diagnostic {
  return hasSkipped ? diagnose('no-servers/all-skipped', {}) : diagnose('no-servers/none', {});
}
