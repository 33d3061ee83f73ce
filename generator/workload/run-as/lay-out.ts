// Where everything is for whoever runs a server: home, volumes, directories that are opened, and writable places.

import { hidesFiles, type Identity, type ImageFacts } from '../../image/facts.ts';
import { dnsLabel } from '../../kubernetes/dns-label.ts';
import { uniqueName } from '../../kubernetes/names.ts';
import type { Choice, Opening } from './choose-user.ts';
import { closedAbove, type Home, homeOf, isCoverable, rehome, writablePlaces } from './homes.ts';
import type { IdentityInput, ImageVolume } from './model.ts';

export interface Layout {
  readonly home: Home;
  /** Volumes of the catalog that are mounted elsewhere. */
  readonly moves: readonly Move[];
  /** Directories that the program does not need, but that keep it from a volume below them. */
  readonly opened: readonly Opened[];
  /** Volumes that the image asks for. */
  readonly volumes: readonly ImageVolume[];
  /** Names of the catalog's volumes that hide files of the image. */
  readonly hidesFiles: readonly string[];
}

/** A volume that goes from the home of somebody else to the server's own. */
export interface Move {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface Opened {
  readonly directory: string;
  /** The volume below it. */
  readonly path: string;
}

/** `identity`: the chosen one, with the group of the pod's volumes. */
export function layOut(input: IdentityInput, argv: readonly string[], choice: Choice, identity: Identity): Layout {
  const { facts, env, mounts } = input;
  const home = findHome(input, identity);
  const moves = findMoves(input, argv, home);
  const targets = new Map(moves.map(({ name, to }) => [name, to]));
  const placed = mounts.map(({ name, mountPath }) => ({ name, path: targets.get(name) ?? mountPath }));
  const paths = placed.map(({ path }) => path);
  const opened = findClosed(facts, paths, identity, home);
  const openings = allOpenings(choice, opened);
  const homePlaces = env['HOME'] !== undefined && home.isEmpty && !paths.includes(home.path) ? [home.path] : [];
  const covered = [...paths, ...openings.map(({ directory }) => directory), ...homePlaces];
  const writable = [...homePlaces, ...writablePlaces(facts, home, covered)];
  return {
    home,
    moves,
    opened,
    volumes: nameVolumes(openings, writable, new Set(mounts.map(({ name }) => name))),
    hidesFiles: placed.flatMap(({ name, path }) => (hidesFiles(facts, path) ? [name] : [])),
  };
}

/** Each directory once: the first that says which parts of it are mounted back counts. */
function allOpenings(choice: Choice, opened: readonly Opened[]): Opening[] {
  const openings: Opening[] = [
    ...(choice.way === 'image-volume' ? choice.openings : []),
    ...opened.map(({ directory }) => ({ directory, parts: [] })),
  ];
  return openings.filter(
    ({ directory }, index) => openings.findIndex((other) => other.directory === directory) === index,
  );
}

/** An emptyDir over each opened directory and for each writable place, and parts of the image below those that are opened. */
function nameVolumes(openings: readonly Opening[], writable: readonly string[], taken: Set<string>): ImageVolume[] {
  const volume = (mountPath: string, isPart: boolean): ImageVolume => ({
    name: uniqueName(dnsLabel(`image${mountPath}`, 40), taken),
    mountPath,
    ...(isPart && { subPath: mountPath.slice(1) }),
  });
  return [
    ...openings.flatMap(({ directory, parts }) => [
      volume(directory, false),
      ...parts.map((part) => volume(part, true)),
    ]),
    ...writable.map((path) => volume(path, false)),
  ];
}

function findHome({ facts, env, options }: IdentityInput, { uid }: Identity): Home {
  const set = env['HOME'];
  if (set !== undefined && /^\/[^$]*$/.test(set)) return { path: set, isEmpty: isCoverable(facts, set) };
  // The chart's own user is nobody in particular, unless the image is made for it.
  const isNobody = uid === options.defaultUser && facts.runsAs?.uid !== uid;
  const user = facts.runsAs?.uid === uid ? facts.runsAs : facts.users.find((candidate) => candidate.uid === uid);
  return homeOf(facts, isNobody ? undefined : user, options.defaultHome);
}

/** Volumes below the home of somebody else go to the server's own, unless its settings say where to look. */
function findMoves({ facts, args, env, mounts }: IdentityInput, argv: readonly string[], home: Home): Move[] {
  const texts = [...argv, ...args, ...Object.entries(env).flatMap(([name, value]) => (name === 'HOME' ? [] : [value]))];
  return mounts.flatMap(({ name, mountPath, isFixed }) => {
    const move = isFixed ? undefined : rehome(facts, mountPath, home.path);
    const stays =
      !move ||
      texts.some((text) => isNamed(text, mountPath, move.from)) ||
      mounts.some((other) => other.mountPath === move.to);
    return stays ? [] : [{ name, from: mountPath, to: move.to }];
  });
}

/** Whether a text names a path, a folder on the way to it, or the home that it is below. */
function isNamed(text: string, path: string, home: string): boolean {
  const folders = path.slice(home.length + 1).split('/');
  const ways = folders.map((_, index) => `${home}/${folders.slice(0, index + 1).join('/')}`);
  return text === home || text.endsWith(`=${home}`) || (path !== home && ways.some((way) => text.includes(way)));
}

/** Where a volume cannot be reached, for a directory above it that the identity may not enter. */
function findClosed(facts: ImageFacts, paths: readonly string[], identity: Identity, home: Home): Opened[] {
  return paths.flatMap((path) => {
    const directory = closedAbove(facts, path, identity);
    if (directory === undefined || (home.isEmpty && directory === home.path)) return [];
    return [{ directory, path }];
  });
}
