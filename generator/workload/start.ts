// How a server starts: what runs, as which user, from where. By the facts of its image, else by what the user said.

import { evaluateUser } from '../catalog/environment.ts';
import type { Config } from '../catalog/expression.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import type { Feature } from './run-as/choose-user.ts';
import type { ImageFacts } from '../image/facts.ts';
import { idOf, splitUser } from '../image/users.ts';
import { mapReference, type RegistryMap } from '../registry/reference.ts';
import { positionOf } from '../source.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { decideRunAs } from './run-as/decide.ts';
import type { Decision } from './run-as/model.ts';
import type { ContainerWorkload, RunAs, Volume } from './model.ts';

/** What an image starts with, as an entrypoints file says it; `args` counts only where the catalog has no `command`. */
export interface Entrypoint {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/** What is known of images, and what the user allows. */
export interface StartContext {
  /** From the lock file. */
  readonly factsOf: (server: CatalogServer) => ImageFacts | undefined;
  readonly entrypointOf: (server: CatalogServer) => Entrypoint | undefined;
  /** Whether the overlay says what the server starts with. */
  readonly commandOverride: (server: CatalogServer) => boolean;
  /** Who the overlay says the server runs as, in the form of the catalog's `user`. */
  readonly userOverride: (server: CatalogServer) => string | undefined;
  /** Servers that may run as root. */
  readonly allowRoot: ReadonlySet<string>;
  /** What the cluster has. */
  readonly features: ReadonlySet<Feature>;
  readonly registryMaps: readonly RegistryMap[];
}

/** What was evaluated before. */
export interface StartInput {
  readonly server: CatalogServer;
  readonly config: Config;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  /** Targets that the user chose by a rule; they stay where they are. */
  readonly fixedTargets: ReadonlySet<string>;
}

export type Start = Pick<ContainerWorkload, 'image' | 'command' | 'args' | 'runAs' | 'home' | 'volumes'>;

export function buildStart(input: StartInput, context: StartContext): Result<Start | undefined> {
  const facts = context.factsOf(input.server);
  return facts ? startByFacts(input, facts, context) : startBySaying(input, context);
}

function startByFacts(input: StartInput, facts: ImageFacts, context: StartContext): Result<Start | undefined> {
  const { server, config, args, env, volumes, fixedTargets } = input;
  const { value, diagnostics } = decideRunAs({
    server,
    facts,
    args,
    user: context.userOverride(server) ?? evaluateUser(server.user, config),
    env,
    mounts: volumes.map(({ name, mountPath }) => ({ name, mountPath, isFixed: fixedTargets.has(mountPath) })),
    options: {
      allowRoot: context.allowRoot.has(server.name),
      features: context.features,
      defaultUser: chartDefaults.runAsUser,
      defaultHome: chartDefaults.homeDir,
    },
  });
  if (!value) return { value, diagnostics };
  const image = mapReference(value.image, context.registryMaps);
  const start: Start = {
    image,
    command: value.command,
    args: value.args,
    runAs: toRunAs(value),
    ...(value.home && { home: value.home }),
    volumes: [...volumes.map((volume) => fill(move(volume, value.moved), value)), ...factVolumes(value, image)],
  };
  return { value: start, diagnostics: [...diagnostics, ...reportHiddenFiles(server, start, value)] };
}

function toRunAs({ user, group, fsGroup, hostUsers }: Decision): RunAs {
  return { user, group, fsGroup, ...(hostUsers === false && { hostUsers }) };
}

function move(volume: Volume, moved: Readonly<Record<string, string>>): Volume {
  const mountPath = moved[volume.name];
  return mountPath === undefined ? volume : { ...volume, mountPath };
}

/** Writable places, and parts of the image in directories that were opened. */
function factVolumes({ volumes }: Decision, image: string): Volume[] {
  return volumes.map(({ name, mountPath, subPath }) =>
    subPath === undefined
      ? { name, mountPath, readOnly: false, source: { kind: 'emptyDir' } }
      : { name, mountPath, readOnly: true, source: { kind: 'image', reference: image, subPath } },
  );
}

/** Docker fills an empty named volume with what the image has at its place; so does the chart where `fill` says so. */
function fill(volume: Volume, { hidesFiles }: Decision): Volume {
  const { name, dockerVolume, source } = volume;
  const isFilled = hidesFiles.includes(name) && dockerVolume !== undefined && source.kind === 'persistentVolumeClaim';
  return isFilled ? { ...volume, source: { ...source, fill: true } } : volume;
}

function reportHiddenFiles(server: CatalogServer, start: Start, { hidesFiles }: Decision): Diagnostic[] {
  return start.volumes
    .filter(({ name }) => hidesFiles.includes(name))
    .map(({ mountPath, source }) => {
      const isFilled = source.kind === 'persistentVolumeClaim' && source.fill;
      const position = positionOf(server.source, [...server.path, 'volumes']);
      const mounted = { server: server.name, path: mountPath };
      return diagnose(isFilled ? 'hidden-files/filled' : 'hidden-files/hidden', mounted, {
        position,
        server: server.name,
      });
    });
}

/** Without facts: the entrypoint that the user gave, and the catalog's user in numbers. */
function startBySaying({ server, config, args, volumes }: StartInput, context: StartContext): Result<Start> {
  const entrypoint = context.entrypointOf(server);
  // An overlay's user counts at the end; the catalog's need not be said here.
  const user = context.userOverride(server) === undefined ? readUser(server, config) : undefined;
  const value: Start = {
    image: mapReference(server.image, context.registryMaps),
    ...(entrypoint && { command: entrypoint.command }),
    args: args.length > 0 ? args : (entrypoint?.args ?? []),
    ...(user?.value && { runAs: user.value }),
    volumes,
  };
  const isKnown = entrypoint !== undefined || context.commandOverride(server);
  return { value, diagnostics: [...(user?.diagnostics ?? []), ...(isKnown ? [] : [missingEntrypoint(server)])] };
}

/** A bridge takes the place of an image's ENTRYPOINT, so that must be known; a catalog does not say it. */
function missingEntrypoint(server: CatalogServer): Diagnostic {
  const { image, name } = server;
  const position = positionOf(server.source, [...server.path, 'image']);
  return diagnose('missing-entrypoint', { image, server: name }, { position, server: name });
}

function readUser(server: CatalogServer, config: Config): Result<RunAs | undefined> {
  const user = evaluateUser(server.user, config);
  if (user === null) return { value: undefined, diagnostics: [] };
  const parts = splitUser(user);
  const uid = idOf(parts.user);
  const group = parts.group === undefined ? undefined : idOf(parts.group);
  const isRoot = uid === 0 || parts.user === 'root';
  if (uid !== undefined && !isRoot && (group === undefined) === (parts.group === undefined)) {
    return { value: { user: uid, ...(group !== undefined && { group }) }, diagnostics: [] };
  }
  const about = { position: positionOf(server.source, [...server.path, 'user']), server: server.name };
  const problem = diagnose(isRoot ? 'root-user' : 'user-name', { user, server: server.name }, about);
  return { value: undefined, diagnostics: [problem] };
}
