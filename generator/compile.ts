// The compiler: Docker's files in, the text of a values file out. The stages stand here in their order.

import { checkValues } from './catalog/schema.ts';
import { findInOverlay } from './credentials/tree.ts';
import { Collector, diagnose, type Diagnostic, hasErrors, type Result, sortDiagnostics } from './diagnostics.ts';
import { ownImages } from './deployment/own-images.ts';
import { mergeValues, type Overlay, renameServers } from './overlay.ts';
import { gatherMissingLock } from './missing-lock.ts';
import { type Built, buildWorkloads, type CompileInput, prepare } from './prepare.ts';
import { checkFit } from './values/check.ts';
import { toValues } from './values/emit.ts';
import type { Values } from './values/model.ts';
import type { Workload } from './workload/model.ts';
import { checkInputs, checkWorkloads } from './workload/check.ts';
import { writeYaml } from './yaml/write.ts';

export type { CompileInput } from './prepare.ts';

/** What was compiled, stage by stage. */
export interface Compiled extends Built {
  readonly values: Values;
  /** The values file. */
  readonly text: string;
}

/** Compiles a catalog. With errors there is no value; all mistakes of one run are reported together. */
export function compile(input: CompileInput): Result<Compiled | undefined> {
  const collector = new Collector();
  const take = <T>(result: Result<T>): T => collector.take(result);
  const prepared = take(prepare(input));
  const { loaded, overlay, entrypointSources, lock } = prepared;
  const built = buildWorkloads(prepared, input);
  const { workloads, skipped } = built.value;
  collector.add(gatherMissingLock(built.diagnostics, loaded.catalog, input));
  collector.add(checkWorkloads(workloads, skipped, input));
  collector.add(checkInputs(loaded, entrypointSources, input, overlay));
  const compiled = toValues(workloads, ownImages(lock, workloads, input.registryMaps ?? []), lock?.tools);
  if (!overlay && !hasErrors(collector.diagnostics)) collector.add(checkFit(workloads, compiled));
  const known = new Set(loaded.catalog.keys());
  const values = overlay ? take(applyOverlay(compiled, workloads, known, overlay)) : compiled;
  if (overlay) collector.add(findInOverlay(overlay.values, overlay.source, new Set(input.allowPlain)));
  if (workloads.length === 0 && !hasErrors(collector.diagnostics)) collector.add([nothingLeft(skipped.length > 0)]);
  const diagnostics = sortDiagnostics(collector.diagnostics);
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: { workloads, skipped, values, text: writeYaml(values) }, diagnostics };
}

/**
 * The values with the overlay over them. `known`: all servers of the catalogs. What the overlay says of one that is left out
 * has no effect.
 */
export function applyOverlay(
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
