// Homes: where a server's own is, which of its volumes belong there, and which places it needs to write to.

import { compare } from '../../diagnostics.ts';
import { findPlace, type Identity, type ImageFacts, isAllowed, type PlaceState, type User } from '../../image/facts.ts';
import { homeFolders, variablePlaces } from '../../image/places.ts';
import { joinPath } from '../../image/tree.ts';

/** A server's home. */
export interface Home {
  readonly path: string;
  /** An empty writable directory may be mounted there without hiding files of the image. */
  readonly isEmpty: boolean;
}

/** States that an emptyDir may cover. */
const coverable: ReadonlySet<PlaceState> = new Set(['absent', 'empty', 'skeleton']);

/** Whether an empty directory may be mounted at a path; what was not looked at is taken to be absent. */
export function isCoverable(facts: ImageFacts, path: string): boolean {
  return coverable.has(findPlace(facts, path)?.state ?? 'absent');
}

/**
 * The home of who runs the program: the one that /etc/passwd or the image's HOME gives its own user, else the chart's.
 */
export function homeOf(facts: ImageFacts, user: User | undefined, chartHome: string): Home {
  const isOwn = user !== undefined && user.uid === facts.runsAs?.uid;
  const path = (isOwn ? facts.env['HOME'] : undefined) ?? user?.home ?? '';
  const isReal = /^\/\w/.test(path) && path !== '/nonexistent' && !path.startsWith('/tmp');
  const home = isReal ? joinPath('/', path) : chartHome;
  return { path: home, isEmpty: isCoverable(facts, home) };
}

/**
 * Where a volume belongs that the catalog mounts below the home of somebody else; undefined if it stays. Catalogs are
 * written for `docker run` as root, or for the home that the image once had: the program looks in its own.
 */
export function rehome({ users }: ImageFacts, target: string, home: string): { from: string; to: string } | undefined {
  const path = joinPath('/', target);
  if (path === home || path.startsWith(`${home}/`)) return undefined;
  const homes = ['/root', ...users.map((user) => user.home)].filter((candidate) => /^\/\w/.test(candidate));
  const from = homes
    .map((candidate) => joinPath('/', candidate))
    .filter((candidate) => candidate !== home && (path === candidate || path.startsWith(`${candidate}/`)))
    .sort((a, b) => b.length - a.length)[0];
  return from === undefined ? undefined : { from, to: `${home}${path.slice(from.length)}` };
}

/** The first directory on the way to a path that the identity may not pass through. */
export function closedAbove(facts: ImageFacts, path: string, identity: Identity): string | undefined {
  return facts.places.find(
    ({ path: directory, permissions }) =>
      permissions !== undefined &&
      path.startsWith(`${directory}/`) &&
      !isAllowed({ verb: 'enter', path: directory, ...permissions }, identity),
  )?.path;
}

/**
 * Places that get an emptyDir besides the home: the working directory, the VOLUMEs, and those that variables name. None
 * that holds files of the image, none where something is mounted anyway, none below another.
 */
export function writablePlaces(facts: ImageFacts, home: Home, mounts: readonly string[]): string[] {
  const inHome = home.isEmpty ? [] : homeFolders.map((folder) => `${home.path}/${folder}`);
  const covered = [...mounts, ...(home.isEmpty ? [home.path] : []), '/tmp'];
  const places = [facts.workingDir, ...facts.volumes, ...variablePlaces(facts.env), ...inHome]
    .filter((path) => path.startsWith('/'))
    .map((path) => joinPath('/', path))
    .filter((path) => path !== '/' && isCoverable(facts, path))
    .sort((a, b) => a.length - b.length);
  const chosen: string[] = [];
  for (const place of places) {
    if (![...covered, ...chosen].some((path) => place === path || place.startsWith(`${path}/`))) chosen.push(place);
  }
  return chosen.sort(compare);
}
