// The lock file: facts by image reference, to be committed, read in reviews, and compiled from without a network.

import { checkSchema } from '../catalog/schema.ts';
import type { DefinitionHashes } from '../definitions/definition.ts';
import { compare, diagnose, type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { schemaLine } from '../schema-line.ts';
import { positionOf, type SourceFile } from '../source.ts';
import { listOf, mapOf, textOf, type Tree, type TreeMap } from '../tree.ts';
import { writeYaml } from '../yaml/write.ts';
import {
  formatMode,
  type ImageFacts,
  type Need,
  type Permissions,
  type Place,
  type PlaceState,
  type Program,
  type User,
  type Verb,
} from './facts.ts';

export interface Lock {
  /** The platform whose files were looked at. */
  readonly platform: string;
  /** The gateway's own image, as it stands among `images`. */
  readonly gateway: string;
  /** The relay's, likewise; not in locks of catalogs that need none. */
  readonly relay?: string;
  /** By reference as the catalogs write it. */
  readonly images: ReadonlyMap<string, ImageFacts>;
  /** Definitions of tools, as `mcpgen verify --record` found them. */
  readonly tools: RecordedTools;
}

/** By the server's name in the values, then by the tool's. */
export type RecordedTools = ReadonlyMap<string, ReadonlyMap<string, DefinitionHashes>>;

const header = `# The facts of the images, read by \`mcpgen lock\`. Commit this file; the same command brings it up to date.`;
const verbs: readonly Verb[] = ['run', 'script', 'read', 'list', 'enter'];

/** The text of a lock file: images sorted, what is empty left out, one line for what belongs together. */
export function formatLock({ platform, gateway, relay, images, tools }: Lock): string {
  const sorted = [...images].sort(([a], [b]) => compare(a, b)).map(([name, facts]) => [name, toTree(facts)]);
  const lock = {
    version: 1,
    platform,
    gateway,
    relay,
    images: Object.fromEntries(sorted),
    tools: tools.size > 0 ? toolsTree(tools) : undefined,
  };
  const text = writeYaml(lock, {
    spaced: (path) => path.length === 1 && path[0] === 'images',
    oneLine: ([top, , fact]) => (top === 'images' || top === 'tools') && fact !== undefined && fact !== 'env',
  });
  return `${header}\n${schemaLine('lock')}\n${text}`;
}

/** The facts in the words of the file. */
function toTree(facts: ImageFacts): object {
  const { digest, platforms, entrypoint, cmd, user, runsAs, users, unknownUsers, workingDir, env } = facts;
  return withoutEmpty({
    digest,
    platforms,
    entrypoint,
    cmd,
    user,
    runsAs: runsAs && userTree(runsAs),
    users: users.map(userTree),
    unknownUsers,
    workingDir,
    env,
    volumes: facts.volumes,
    ports: facts.ports,
    metadata: facts.metadata,
    programs: facts.programs.map(({ argv, needs, doubts, missing, unfollowed }) =>
      withoutEmpty({ argv, needs: needs.map(needTree), doubts: doubts.map(needTree), missing, unfollowed }),
    ),
    places: Object.fromEntries(
      facts.places.map(({ path, state, permissions }) => [
        path,
        { state, ...(permissions && permissionsTree(permissions)) },
      ]),
    ),
  });
}

function toolsTree(tools: RecordedTools): object {
  const byName = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(byName(tools).map(([server, own]) => [server, Object.fromEntries(byName(own))]));
}

function userTree({ uid, gid, name, home, groups }: User): object {
  return withoutEmpty({ uid, gid, name, home, groups });
}

function needTree(need: Need): object {
  return { [need.verb]: need.path, ...(need.via !== undefined && { via: need.via }), ...permissionsTree(need) };
}

function permissionsTree({ mode, uid, gid }: Permissions): object {
  return { mode: formatMode(mode), owner: `${uid}:${gid}` };
}

function withoutEmpty(tree: Readonly<Record<string, unknown>>): object {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => !isEmpty(value)));
}

/** More images than any catalog has, and a bound for what is said of a file that is something else. */
const maxImages = 10_000;

/** Reads a lock file. One that is not right has no value: facts must not be guessed. */
export function readLock(source: SourceFile): Result<Lock | undefined> {
  const tree = mapOf(source.tree);
  const images = Object.entries(mapOf(tree['images']));
  if (images.length > maxImages) return { value: undefined, diagnostics: [tooMany(source, images.length)] };
  const diagnostics = checkSchema('lock', source.tree, source, { unknown: 'refused', file });
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const value = {
    platform: textOf(tree['platform']),
    gateway: textOf(tree['gateway']),
    ...(tree['relay'] !== undefined && { relay: textOf(tree['relay']) }),
    images: new Map(images.map(([name, facts]): [string, ImageFacts] => [name, fromTree(mapOf(facts))])),
    tools: new Map(
      Object.entries(mapOf(tree['tools'])).map(([server, tools]) => [
        server,
        new Map(Object.entries(mapOf(tools)).map(([tool, hashes]) => [tool, hashesFrom(mapOf(hashes))])),
      ]),
    ),
  };
  return { value, diagnostics };
}

function hashesFrom(tree: TreeMap): DefinitionHashes {
  return {
    definition: textOf(tree['definition']),
    description: textOf(tree['description']),
    inputSchema: textOf(tree['inputSchema']),
    annotations: textOf(tree['annotations']),
  };
}

/** Nobody writes it by hand: the remedy for all its mistakes is to have it written. */
const file = { expected: 'lock' } as const;

function tooMany(source: SourceFile, count: number): Diagnostic {
  const position = positionOf(source, ['images'], 'key');
  return diagnose('wrong-value/too-many', { where: 'images', count, limit: maxImages, file }, { position });
}

function fromTree(tree: TreeMap): ImageFacts {
  return {
    digest: textOf(tree['digest']),
    platforms: texts(tree['platforms']),
    entrypoint: texts(tree['entrypoint']),
    cmd: texts(tree['cmd']),
    user: textOf(tree['user']),
    runsAs: tree['runsAs'] === undefined ? undefined : userFrom(tree['runsAs']),
    users: listOf(tree['users']).map(userFrom),
    ...(tree['unknownUsers'] !== undefined && { unknownUsers: texts(tree['unknownUsers']) }),
    workingDir: textOf(tree['workingDir']),
    env: Object.fromEntries(Object.entries(mapOf(tree['env'])).map(([name, value]) => [name, textOf(value)])),
    volumes: texts(tree['volumes']),
    ports: texts(tree['ports']),
    ...(tree['metadata'] !== undefined && { metadata: textOf(tree['metadata']) }),
    programs: listOf(tree['programs']).map(programFrom),
    places: Object.entries(mapOf(tree['places'])).map(([path, place]) => placeFrom(path, mapOf(place))),
  };
}

function userFrom(tree: Tree): User {
  const { uid, gid, name, home, groups } = mapOf(tree);
  return {
    uid: Number(uid),
    gid: Number(gid),
    name: textOf(name),
    home: textOf(home),
    groups: listOf(groups).map(Number),
  };
}

function programFrom(tree: Tree): Program {
  const { argv, needs, doubts, missing, unfollowed } = mapOf(tree);
  return {
    argv: texts(argv),
    needs: listOf(needs).map(needFrom),
    doubts: listOf(doubts).map(needFrom),
    ...(missing !== undefined && { missing: textOf(missing) }),
    ...(unfollowed !== undefined && { unfollowed: textOf(unfollowed) }),
  };
}

function needFrom(tree: Tree): Need {
  const map = mapOf(tree);
  const verb = verbs.find((candidate) => candidate in map) ?? 'run';
  return {
    verb,
    path: textOf(map[verb]),
    ...(map['via'] !== undefined && { via: textOf(map['via']) }),
    ...permissionsFrom(map),
  };
}

function placeFrom(path: string, map: TreeMap): Place {
  const state = textOf(map['state']) as PlaceState;
  return { path, state, ...(map['mode'] !== undefined && { permissions: permissionsFrom(map) }) };
}

function permissionsFrom(map: TreeMap): Permissions {
  const [uid, gid] = textOf(map['owner']).split(':').map(Number);
  return { mode: Number.parseInt(textOf(map['mode']), 8), uid: uid ?? 0, gid: gid ?? 0 };
}

function texts(tree: Tree | undefined): string[] {
  return listOf(tree).map(textOf);
}
