// From texts to workloads: what every command that looks at a deployment starts with.

import type { CatalogServer } from './catalog/model.ts';
import { Collector, diagnose, type Diagnostic, type Result } from './diagnostics.ts';
import { checkLock } from './deployment/check-lock.ts';
import { type Lock, readLock } from './image/lock.ts';
import { load, type Loaded, type LoadInput, type TextFile } from './load.ts';
import {
  type Entrypoints,
  findEntrypoint,
  type Overlay,
  overlaid,
  overlayEntry,
  overlayUser,
  readEntrypoints,
  readOverlay,
} from './overlay.ts';
import type { RegistryMap } from './registry/reference.ts';
import { readFile, readSource, readSources, type SourceFile } from './source.ts';
import { buildWorkload } from './workload/build.ts';
import type { BuildContext } from './workload/context.ts';
import type { SecretKey, Workload } from './workload/model.ts';
import { assignNames } from './workload/names.ts';
import type { Feature } from './workload/run-as/choose-user.ts';
import { tellApart } from './workload/tools.ts';
import { unsupportedCodes } from './workload/unsupported.ts';
import type { VolumeRule } from './workload/volume-rules.ts';

/** What decides which servers there are. */
export interface SelectInput extends LoadInput {
  readonly overlay?: TextFile;
}

/** Everything that decides about the output; nothing else does. */
export interface CompileInput extends SelectInput {
  readonly entrypoints?: readonly TextFile[];
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
  /** Remote servers of the user's own network, by plain http or at a private address: the relay calls them. */
  readonly internal?: readonly string[];
  /** Leaves out servers that cannot work in a cluster, instead of refusing them. */
  readonly skipUnsupported?: boolean;
}

/** Everything that was read. */
export interface Prepared {
  readonly loaded: Loaded;
  readonly overlay: Overlay | undefined;
  readonly entrypoints: Entrypoints;
  readonly entrypointSources: readonly SourceFile[];
  readonly lock: Lock | undefined;
}

/** The servers in question: those of the catalogs that neither an option nor the overlay leaves out. */
export function select(input: SelectInput): Result<Pick<Prepared, 'loaded' | 'overlay'>> {
  const collector = new Collector();
  const overlay = input.overlay && collector.take(loadOverlay(input.overlay));
  const loaded = collector.take(load(input, disabledServers(overlay)));
  return { value: { loaded, overlay }, diagnostics: collector.diagnostics };
}

/** Reads all files. */
export function prepare(input: CompileInput): Result<Prepared> {
  const collector = new Collector();
  const selected = select(input);
  const { loaded, overlay } = selected.value;
  collector.add(selected.diagnostics.map((one) => (input.skipUnsupported ? withoutReference(one) : one)));
  const entrypointSources = collector.take(readSources(input.entrypoints ?? []));
  const entrypoints = collector.take(readEntrypoints(entrypointSources));
  const lock = input.lock && collector.take(loadLock(input.lock, loaded.servers));
  return { value: { loaded, overlay, entrypoints, entrypointSources, lock }, diagnostics: collector.diagnostics };
}

/** The servers as they will run. */
export interface Built {
  readonly workloads: readonly Workload[];
  /** Servers that `skipUnsupported` left out. */
  readonly skipped: readonly CatalogServer[];
}

/** One workload for each server that can have one. `openStart`: what an image starts with need not be known. */
export function buildWorkloads(
  { loaded, entrypoints, overlay, lock }: Prepared,
  input: CompileInput,
  { openStart = false }: { readonly openStart?: boolean } = {},
): Result<Built> {
  const { servers, config, configPlaces, allowTools } = loaded;
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
    internal: new Set(input.internal),
    reach: reachOf(overlay),
    isOverlaid: ({ name }, ...fields) => overlayEntry(overlay, name, ...fields) !== undefined,
    commandOverride: ({ name }) => openStart || overlayEntry(overlay, name, 'command') !== undefined,
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
  const apart = collector.take(tellApart(workloads, ({ server }) => overlayEntry(overlay, server.name, 'prefix')));
  return { value: { workloads: apart, skipped }, diagnostics: collector.diagnostics };
}

function reachOf(overlay: Overlay | undefined): BuildContext['reach'] {
  const at = (...path: readonly string[]): unknown => overlaid(overlay, path);
  return {
    hasRelay: at('relay', 'enabled') !== false && at('topology') !== 'sidecars',
    knowsNames: at('networkPolicy', 'enabled') === false || at('networkPolicy', 'flavor') === 'cilium',
  };
}

/** With `--skip-unsupported`, a server that is only a reference is left out. */
function withoutReference(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'missing-snapshot') return diagnostic;
  return diagnose('skipped-server', { reason: diagnostic.message }, diagnostic);
}

function loadOverlay({ name, text }: TextFile): Result<Overlay | undefined> {
  const source = readSource(name, text);
  if (!source.value) return { value: undefined, diagnostics: source.diagnostics };
  const overlay = readOverlay(source.value);
  return { value: overlay.value, diagnostics: [...source.diagnostics, ...overlay.diagnostics] };
}

/** Reads a lock file, and compares it with the servers that it is for. */
function loadLock(file: TextFile, servers: readonly CatalogServer[]): Result<Lock | undefined> {
  const source = readFile(file);
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
