// One image: what its manifest says, and, from the tree of its files, the facts.

import { compare } from '../diagnostics.ts';
import { type ImageFacts, findPlace, findProgram } from './facts.ts';
import { traceProgram } from './chain.ts';
import {
  type ImageConfig,
  type ImageManifest,
  isIndex,
  normalizePlatform,
  readConfig,
  readIndex,
  readManifest,
} from '../registry/manifest.ts';
import { lookAtPlaces, variablesThatMatter } from './places.ts';
import type { Reference } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { type DirectoryEntry, type FileEntry, follow, joinPath, readText } from './tree.ts';
import { readUserDatabase, resolveUser, splitUser, usersThatMatter } from './users.ts';

/** What a catalog wants to know of an image, beyond what is in every image's facts. */
export interface Wanted {
  /** The image as the catalog writes it. */
  readonly reference: string;
  /** What takes the place of the image's cmd, for each server of this image that has a command. */
  readonly commands: readonly (readonly string[])[];
  /** Where volumes are mounted. */
  readonly places: readonly string[];
  /** Users that the catalog names. */
  readonly users: readonly string[];
}

/** An image whose files have not been looked at. */
export interface Resolved {
  readonly digest: string;
  readonly platforms: readonly string[];
  readonly config: ImageConfig;
  readonly manifest: ImageManifest;
}

/** Asks a registry what a reference means for a platform. */
export async function resolveImage(client: RegistryClient, reference: Reference, platform: string): Promise<Resolved> {
  const { registry, repository } = reference;
  let manifest = await client.manifest(registry, repository, reference.digest ?? reference.tag ?? 'latest');
  const { digest } = manifest;
  let platforms: readonly string[] | undefined;
  if (isIndex(manifest.json)) {
    const index = readIndex(manifest.json, platform);
    platforms = index.platforms;
    manifest = await client.manifest(registry, repository, index.digest);
    if (isIndex(manifest.json)) throw new RegistryError('its index holds another index, which no registry should');
  }
  const image = readManifest(manifest.json);
  const config = readConfig(await client.json(registry, repository, image.config));
  if (!platforms && config.platform !== normalizePlatform(platform)) {
    throw new RegistryError(`it is not made for ${platform}, but for ${config.platform}`);
  }
  return { digest, platforms: platforms ?? [config.platform], config, manifest: image };
}

/** The facts of an image, by its configuration and its files. */
export function gatherFacts(
  { digest, platforms, config }: Resolved,
  root: DirectoryEntry,
  wanted: Wanted,
  unread = new Set<FileEntry>(),
): ImageFacts {
  const textAt = (path: string): string => {
    const { entry } = follow(root, path);
    return (entry?.kind === 'file' ? readText(entry, unread) : undefined) ?? '';
  };
  const database = readUserDatabase(textAt('/etc/passwd'), textAt('/etc/group'));
  const users = usersThatMatter(database, [splitUser(config.user).user, ...namesOf(wanted.users)]);
  const runsAs = resolveUser(config.user, database);
  const unknownUsers = namesOf(wanted.users)
    .filter((name) => !users.some((user) => user.name === name))
    .sort(compare);
  const surroundings = { root, path: config.env.get('PATH') ?? '', workingDir: config.workingDir, unread };
  const commands = wanted.commands.length > 0 ? wanted.commands : [config.cmd];
  const programs = commands.map((command) => traceProgram([...config.entrypoint, ...command], surroundings));
  return {
    digest,
    platforms,
    entrypoint: config.entrypoint,
    cmd: config.cmd,
    user: config.user,
    runsAs,
    users,
    ...(unknownUsers.length > 0 && { unknownUsers }),
    workingDir: config.workingDir === '' ? '' : joinPath('/', config.workingDir),
    env: variablesThatMatter(config.env),
    volumes: config.volumes,
    ports: config.ports,
    ...(config.metadata !== undefined && { metadata: config.metadata }),
    programs: [...new Map(programs.map((program) => [JSON.stringify(program.argv), program])).values()],
    places: lookAtPlaces(root, config, runsAs ? [...users, runsAs] : users, wanted.places),
  };
}

/** The same, with the text of files that is fetched only when it is asked for. */
export async function fetchFacts(image: Resolved, root: DirectoryEntry, wanted: Wanted): Promise<ImageFacts> {
  for (;;) {
    const unread = new Set<FileEntry>();
    const facts = gatherFacts(image, root, wanted, unread);
    if (unread.size === 0) return facts;
    // What they say may lead to further files.
    for (const file of unread) file.text = (await file.fetch?.()) ?? '';
  }
}

/** What is not in the facts although the catalog wants it; undefined if nothing. */
export function whatIsMissing(facts: ImageFacts, { commands, places, users }: Wanted): string | undefined {
  const command = commands.find((words) => !findProgram(facts, [...facts.entrypoint, ...words]));
  if (command) return `the command ${JSON.stringify(command)} was not looked at`;
  const place = places.find((path) => !findPlace(facts, joinPath('/', path)));
  if (place !== undefined) return `the folder ${place} was not looked at`;
  const known = [...facts.users.map(({ name }) => name), ...(facts.unknownUsers ?? [])];
  const user = namesOf(users).find((name) => !known.includes(name));
  return user === undefined ? undefined : `the user ${user} was not looked at`;
}

/** The users among `USER[:GROUP]` that are names. */
function namesOf(users: readonly string[]): string[] {
  return [...new Set(users.map((text) => splitUser(text).user))].filter((name) => !/^\d*$/.test(name));
}
