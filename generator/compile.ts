// The compiler: Docker's files in, the text of a values file out. The stages stand here in their order.

import { checkValues } from './catalog/schema.ts';
import type { CatalogServer } from './catalog/model.ts';
import { Collector, type Diagnostic, hasErrors, type Result, sortDiagnostics } from './diagnostics.ts';
import { load, type Loaded, type LoadInput, type TextFile } from './load.ts';
import {
  type Entrypoints,
  findEntrypoint,
  mergeValues,
  type Overlay,
  readEntrypoints,
  readOverlay,
  renameServers,
  setsUser,
} from './overlay.ts';
import { readSource } from './source.ts';
import { emitValues, toValues } from './values/emit.ts';
import type { Values } from './values/model.ts';
import { buildWorkload } from './workload/build.ts';
import type { SecretKey, Workload } from './workload/model.ts';
import { assignNames } from './workload/names.ts';
import { checkEntrypoints, checkWorkloads } from './workload/check.ts';
import { unsupportedCodes } from './workload/unsupported.ts';
import type { VolumeRule } from './workload/volume-rules.ts';

/** Everything that decides about the output; nothing else does. */
export interface CompileInput extends LoadInput {
  readonly entrypoints?: readonly TextFile[];
  readonly overlay?: TextFile;
  /** Where secrets are, by their catalog name. */
  readonly secrets?: ReadonlyMap<string, SecretKey>;
  readonly volumeRules?: readonly VolumeRule[];
  /** The names in a secrets file, for a check that it holds what servers need. Never the values. */
  readonly secretNames?: ReadonlySet<string>;
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

/** Compiles a catalog. With errors there is no value; all mistakes of one run are told together. */
export function compile(input: CompileInput): Result<Compiled | undefined> {
  const collector = new Collector();
  const take = <T>(result: Result<T>): T => collector.take(result);
  const loaded = take(load(input));
  const entrypoints = take(
    readEntrypoints((input.entrypoints ?? []).flatMap(({ name, text }) => take(readSource(name, text)) ?? [])),
  );
  const overlay = input.overlay && take(loadOverlay(input.overlay));
  const { workloads, skipped } = take(buildWorkloads(loaded, entrypoints, overlay, input));
  collector.add(checkWorkloads(workloads, skipped, input));
  const values = overlay ? take(applyOverlay(toValues(workloads), workloads, overlay)) : toValues(workloads);
  collector.add(checkEntrypoints(values, workloads));
  if (workloads.length === 0 && !hasErrors(collector.diagnostics)) collector.add([nothingLeft(skipped.length)]);
  const diagnostics = sortDiagnostics(collector.diagnostics);
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: { workloads, skipped, values, text: emitValues(values) }, diagnostics };
}

/** One workload for each server that can have one. */
export function buildWorkloads(
  { servers, config, allowTools }: Loaded,
  entrypoints: Entrypoints,
  overlay: Overlay | undefined,
  {
    secrets = new Map(),
    volumeRules = [],
    skipUnsupported = false,
  }: Pick<CompileInput, 'secrets' | 'volumeRules' | 'skipUnsupported'>,
): Result<{ workloads: readonly Workload[]; skipped: readonly CatalogServer[] }> {
  const collector = new Collector();
  const workloads: Workload[] = [];
  const skipped: CatalogServer[] = [];
  const context = {
    config,
    allowTools,
    secrets,
    volumeRules,
    entrypointOf: (server: CatalogServer) => findEntrypoint(entrypoints, server),
    userOverridden: (server: CatalogServer) => setsUser(overlay, server.name),
  };
  for (const [server, name] of collector.take(assignNames(servers))) {
    const result = buildWorkload(server, name, context);
    const reason = result.diagnostics.find(({ code, severity }) => severity === 'error' && unsupportedCodes.has(code));
    if (skipUnsupported && reason) {
      skipped.push(server);
      const { hint: _, ...rest } = reason;
      collector.add([{ ...rest, severity: 'note', code: 'skipped-server', message: `left out: ${reason.message}` }]);
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

function applyOverlay(values: Values, workloads: readonly Workload[], overlay: Overlay): Result<Values> {
  const renamed = renameServers(overlay, new Map(workloads.map(({ name, server }) => [server.name, name])));
  const merged = mergeValues(values, renamed.value) as Values;
  const catalogNames = new Map(workloads.map(({ name, server }) => [name, server.name]));
  return { value: merged, diagnostics: [...renamed.diagnostics, ...checkValues(merged, overlay.source, catalogNames)] };
}

function nothingLeft(skipped: number): Diagnostic {
  return {
    severity: 'error',
    code: 'no-servers',
    message: skipped > 0 ? 'no server is left: none of them can work in a cluster' : 'there are no servers to compile',
    hint: 'a catalog needs at least one server that runs from an image or has a remote URL',
  };
}
