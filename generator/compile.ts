// The compiler: Docker's files in, the text of a values file out. The stages stand here in their order.

import { checkValues } from './catalog/schema.ts';
import type { CatalogServer } from './catalog/model.ts';
import { type Diagnostic, hasErrors, type Result, sortDiagnostics } from './diagnostics.ts';
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
import { positionOf, readSource } from './source.ts';
import { didYouMean } from './suggest.ts';
import { emitValues, toValues } from './values/emit.ts';
import type { Values } from './values/model.ts';
import { buildWorkload } from './workload/build.ts';
import type { SecretKey, Workload } from './workload/model.ts';
import { assignNames } from './workload/names.ts';
import { checkToolNames } from './workload/tools.ts';
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
  const diagnostics: Diagnostic[] = [];
  const take = <T>(result: Result<T>): T => {
    diagnostics.push(...result.diagnostics);
    return result.value;
  };
  const loaded = take(load(input));
  const entrypoints = take(
    readEntrypoints((input.entrypoints ?? []).flatMap(({ name, text }) => take(readSource(name, text)) ?? [])),
  );
  const overlay = input.overlay && take(loadOverlay(input.overlay));
  const { workloads, skipped } = take(buildWorkloads(loaded, entrypoints, overlay, input));
  diagnostics.push(...checkToolNames(workloads), ...checkSharedVolumes(workloads));
  diagnostics.push(
    ...checkSecretNames(workloads, input.secretNames),
    ...checkVolumeRules(input.volumeRules ?? [], workloads, skipped),
  );
  const values = overlay ? take(applyOverlay(toValues(workloads), workloads, overlay)) : toValues(workloads);
  diagnostics.push(...checkEntrypoints(values, workloads));
  if (workloads.length === 0 && !hasErrors(diagnostics)) diagnostics.push(nothingLeft(skipped.length));
  const sorted = sortDiagnostics(diagnostics);
  if (hasErrors(sorted)) return { value: undefined, diagnostics: sorted };
  return { value: { workloads, skipped, values, text: emitValues(values) }, diagnostics: sorted };
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
  const names = assignNames(servers);
  const diagnostics = [...names.diagnostics];
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
  for (const [server, name] of names.value) {
    const result = buildWorkload(server, name, context);
    const reason = result.diagnostics.find(({ code, severity }) => severity === 'error' && unsupportedCodes.has(code));
    if (skipUnsupported && reason) {
      skipped.push(server);
      const { hint: _, ...rest } = reason;
      diagnostics.push({ ...rest, severity: 'note', code: 'skipped-server', message: `left out: ${reason.message}` });
      continue;
    }
    diagnostics.push(...result.diagnostics);
    if (result.value) workloads.push(result.value);
  }
  return { value: { workloads, skipped }, diagnostics };
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

/** A bridge takes the place of an image's ENTRYPOINT, so that must be known; a catalog does not say it. */
function checkEntrypoints(values: Values, workloads: readonly Workload[]): Diagnostic[] {
  return workloads
    .filter(({ kind, name }) => kind === 'container' && !values.servers[name]?.command)
    .map(({ server }) => ({
      severity: 'error',
      code: 'missing-entrypoint',
      message: `the entrypoint of the image ${server.image} is not known, and the catalog does not carry it`,
      hint: `add ${JSON.stringify(server.name)}: [PROGRAM, ...] to a file given with --entrypoints; docker inspect --format '{{json .Config.Entrypoint}}' ${server.image} prints it`,
      position: positionOf(server.source, [...server.path, 'image']),
      server: server.name,
    }));
}

/** Under Docker a named volume is one volume for all servers that mount it; here each server has a claim of its own. */
function checkSharedVolumes(workloads: readonly Workload[]): Diagnostic[] {
  const owners = new Map<string, Workload>();
  const diagnostics: Diagnostic[] = [];
  for (const workload of workloads) {
    if (workload.kind !== 'container') continue;
    for (const { dockerVolume, mountPath, source } of workload.volumes) {
      if (dockerVolume === undefined || source.kind !== 'persistentVolumeClaim') continue;
      const owner: Workload = owners.get(dockerVolume) ?? workload;
      owners.set(dockerVolume, owner);
      if (owner === workload) continue;
      diagnostics.push({
        severity: 'warning',
        code: 'shared-volume',
        message: `the named volume ${JSON.stringify(dockerVolume)} of ${JSON.stringify(owner.server.name)} is a volume of its own here, not the same one`,
        hint: `to share one, create a claim and give it to both: --volume ${workload.server.name}:${mountPath}=existingClaim:NAME`,
        position: positionOf(workload.server.source, [...workload.server.path, 'volumes']),
        server: workload.server.name,
      });
    }
  }
  return diagnostics;
}

function checkSecretNames(workloads: readonly Workload[], names: ReadonlySet<string> | undefined): Diagnostic[] {
  if (!names) return [];
  return workloads.flatMap(({ server }) =>
    server.secrets.flatMap(({ name }, index): Diagnostic[] => {
      if (names.has(name)) return [];
      return [
        {
          severity: 'warning',
          code: 'secret-not-in-file',
          message: `the secrets file has no ${name}`,
          hint: didYouMean(name, [...names]) ?? `add it to the file, or correct its name in the catalog`,
          position: positionOf(server.source, [...server.path, 'secrets', index, 'name']),
          server: server.name,
        },
      ];
    }),
  );
}

function checkVolumeRules(
  rules: readonly VolumeRule[],
  workloads: readonly Workload[],
  skipped: readonly CatalogServer[],
): Diagnostic[] {
  return rules
    .filter(({ server, target }) => {
      const workload = workloads.find((candidate) => candidate.server.name === server);
      const known = workload?.kind === 'container' && workload.volumes.some(({ mountPath }) => mountPath === target);
      return workload ? !known : !skipped.some(({ name }) => name === server);
    })
    .map(({ server, target, text }) => ({
      severity: 'warning',
      code: 'unused-volume-rule',
      message: `--volume ${text} has no effect: the server ${JSON.stringify(server)} has no volume at ${target}`,
      hint: 'name the server as the catalog does, and the target as its volumes end up (mcpgen evaluate prints them)',
      server,
    }));
}

function nothingLeft(skipped: number): Diagnostic {
  return {
    severity: 'error',
    code: 'no-servers',
    message: skipped > 0 ? 'no server is left: none of them can work in a cluster' : 'there are no servers to compile',
    hint: 'a catalog needs at least one server that runs from an image or has a remote URL',
  };
}
