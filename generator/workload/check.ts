// What can be said only of all workloads together, or of what the user said beside the catalog.

import type { CatalogServer } from '../catalog/model.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import { didYouMean } from '../suggest.ts';
import type { Values } from '../values/model.ts';
import type { Workload } from './model.ts';
import { checkToolNames } from './tools.ts';
import type { VolumeRule } from './volume-rules.ts';

export function checkWorkloads(
  workloads: readonly Workload[],
  skipped: readonly CatalogServer[],
  input: { readonly secretNames?: ReadonlySet<string>; readonly volumeRules?: readonly VolumeRule[] },
): Diagnostic[] {
  return [
    ...checkToolNames(workloads),
    ...checkSharedVolumes(workloads),
    ...checkSecretNames(workloads, input.secretNames),
    ...checkVolumeRules(input.volumeRules ?? [], workloads, skipped),
  ];
}

/** A bridge takes the place of an image's ENTRYPOINT, so that must be known; a catalog does not say it. */
export function checkEntrypoints(values: Values, workloads: readonly Workload[]): Diagnostic[] {
  return workloads
    .filter(({ kind, name }) => kind === 'container' && !values.servers[name]?.command)
    .map(({ server }) => ({
      severity: 'error',
      code: 'missing-entrypoint',
      message: `the entrypoint of the image ${server.image} is not known, and the catalog does not carry it`,
      hint: `run mcpgen lock, which reads it from the registry, or add ${JSON.stringify(server.name)}: [PROGRAM, ...] to a file given with --entrypoints`,
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
