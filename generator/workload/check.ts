// What can be said only of all workloads together, or of what the user said beside the catalog.

import { type Catalog, type CatalogServer, serverKind } from '../catalog/model.ts';
import { overlayTargets } from '../credentials/tree.ts';
import { configKey } from '../catalog/go-yaml.ts';
import { diagnose, type Diagnostic, type Position } from '../diagnostics.ts';
import { repositoryOf } from '../registry/reference.ts';
import { type Loaded, unknownServer } from '../load.ts';
import { positionOf, type SourceFile } from '../source.ts';
import { listOf, mapOf, textOf, type Tree } from '../tree.ts';
import { didYouMean } from '../suggest.ts';
import { referencedNames } from '../catalog/server-expressions.ts';
import type { SecretKey, Workload } from './model.ts';
import { declaredNames } from './properties.ts';
import { loneProperty } from './secrets.ts';
import { plainTargets } from './written.ts';
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
      const { server } = workload;
      diagnostics.push(
        diagnose(
          'shared-volume',
          { volume: dockerVolume, owner: owner.server.name, server: server.name, path: mountPath },
          { position: positionOf(server.source, [...server.path, 'volumes']), server: server.name },
        ),
      );
    }
  }
  return diagnostics;
}

function checkSecretNames(workloads: readonly Workload[], names: ReadonlySet<string> | undefined): Diagnostic[] {
  if (!names) return [];
  return workloads.flatMap(({ server }) =>
    server.secrets.flatMap(({ name }, index): Diagnostic[] => {
      if (names.has(name)) return [];
      const position = positionOf(server.source, [...server.path, 'secrets', index, 'name']);
      return [diagnose('secret-not-in-file', { name, known: [...names] }, { position, server: server.name })];
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
    .map(({ server, target, text }) => diagnose('unused-volume-rule', { rule: text, server, target }, { server }));
}

/** Each is compared with every known name, so there is an end to it. */
const maxUnused = 100;

/** What the user names beside the files. */
export interface Mentions {
  readonly secrets?: ReadonlyMap<string, SecretKey>;
  readonly allowRoot?: readonly string[];
  readonly allowPlain?: readonly string[];
  readonly internal?: readonly string[];
}

/** What the user gave and nothing uses: most often a name with a slip in it. */
export function checkInputs(
  { servers, catalog, configSources, toolsSources }: Loaded,
  entrypointSources: readonly SourceFile[],
  { secrets = new Map(), allowRoot = [], allowPlain = [], internal = [] }: Mentions,
  overlay?: { readonly values: unknown },
): Diagnostic[] {
  const all = [...catalog.values()];
  const secretNames = all.flatMap((server) => [
    ...server.secrets.map(({ name }) => name),
    ...server.env.flatMap(({ value }) => loneProperty(value) ?? []),
  ]);
  const remotes = all.filter((server) => serverKind(server) === 'remote').map(({ name }) => name);
  const images = new Set(all.flatMap(({ name, image }) => [name, image, repositoryOf(image)]));
  return [
    ...allowRoot.filter((name) => !catalog.has(name)).map((name) => unknownServer('--allow-root', name, catalog)),
    ...internal.filter((name) => !catalog.has(name)).map((name) => unknownServer('--internal', name, catalog)),
    ...internal.filter((name) => catalog.has(name)).flatMap((name) => unused('unused-input/internal', name, remotes)),
    ...(allowPlain.length > 0 ? checkAllowPlain(allowPlain, all, overlayTargets(overlay?.values)) : []),
    ...[...secrets.keys()].flatMap((name) => unused('unused-input/secret', name, secretNames)),
    ...entrypointSources.flatMap((source) =>
      keysOf(source.tree)
        .filter((key) => !images.has(key))
        .slice(0, maxUnused)
        .flatMap((key) => unused('unused-input/entrypoint', key, [...images], positionOf(source, [key], 'key'))),
    ),
    ...configSources.flatMap((source) => checkConfigKeys(source, servers, all)),
    ...toolsSources.flatMap((source) => checkToolLists(source, servers, catalog)),
  ];
}

/** `SERVER.NAME` of which neither a server nor the overlay has the name. */
function checkAllowPlain(
  targets: readonly string[],
  all: readonly CatalogServer[],
  ofOverlay: readonly string[],
): Diagnostic[] {
  const known = [...all.flatMap(plainTargets), ...ofOverlay];
  return targets.flatMap((target) => unused('unused-input/allow-plain', target, known));
}

/** Config files hold servers that are not enabled, so only what looks like a typo is reported; and what an enabled one ignores. */
function checkConfigKeys(
  source: SourceFile,
  servers: readonly CatalogServer[],
  all: readonly CatalogServer[],
): Diagnostic[] {
  const known = new Map(all.map((server) => [configKey(server.name), server]));
  const enabled = new Set(servers);
  const keys = keysOf(source.tree);
  const slips = keys
    .filter((key) => !known.has(key))
    .slice(0, maxUnused)
    .filter((key) => didYouMean(key, [...known.keys()]) !== undefined)
    .flatMap((key) => unused('unused-input/config', key, [...known.keys()], positionOf(source, [key], 'key')));
  const ignored = keys.flatMap((key) => {
    const server = known.get(key);
    if (!server || !enabled.has(server) || server.config.length === 0) return [];
    const names = [...declaredNames(server.config), ...referencedNames(server)];
    const tops = names.map((name) => name.split('.')[0] ?? '');
    return keysOf(mapOf(source.tree)[key] ?? null)
      .filter((property) => !tops.includes(property))
      .map((property) => {
        const position = positionOf(source, [key, property], 'key');
        return diagnose('unused-input/property', { name: property, known: tops, key }, { position });
      });
  });
  return [...slips, ...ignored];
}

/** As a config file: only what looks like a typo, and what an enabled server does not have. */
function checkToolLists(source: SourceFile, servers: readonly CatalogServer[], catalog: Catalog): Diagnostic[] {
  const names = [...catalog.keys()];
  return keysOf(source.tree)
    .slice(0, maxUnused)
    .flatMap((key) => {
      const server = catalog.get(key);
      if (!server) {
        if (didYouMean(key, names) === undefined) return [];
        return unused('unused-input/tools', key, names, positionOf(source, [key], 'key'));
      }
      if (!servers.includes(server) || server.tools.length === 0) return [];
      return listOf(mapOf(source.tree)[key])
        .slice(0, maxUnused)
        .flatMap((tool, index) => {
          const position = positionOf(source, [key, index]);
          const known = server.tools;
          return known.includes(textOf(tool))
            ? []
            : [diagnose('unused-input/tool', { name: textOf(tool), known, server: key }, { position, server: key })];
        });
    });
}

function unused(
  key: `unused-input/${'secret' | 'internal' | 'entrypoint' | 'allow-plain' | 'config' | 'tools'}`,
  name: string,
  known: readonly string[],
  position?: Position,
): Diagnostic[] {
  return known.includes(name) ? [] : [diagnose(key, { name, known }, { position })];
}

function keysOf(tree: Tree): string[] {
  return Object.keys(mapOf(tree));
}
