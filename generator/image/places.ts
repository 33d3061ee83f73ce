// Paths that a server may want to write to or that a volume may cover: what the image has there.

import { compare } from '../diagnostics.ts';
import type { Place, PlaceState, User } from './facts.ts';
import type { ImageConfig } from '../registry/manifest.ts';
import { type DirectoryEntry, type Entry, follow, joinPath } from './tree.ts';

/** What useradd copies to a new home: nothing that a server reads. */
const skeleton = /^\.(bashrc|bash_logout|bash_profile|bash_history|profile|cshrc|tcshrc|zshrc|ash_history|wget-hsts)$/;

/** Variables by which an image names a place to write to. */
const placeVariable = /^(TMPDIR|XDG_\w+_(HOME|DIR)|(\w+_)?CACHE(_DIR|_HOME|_PATH)?|npm_config_cache)$/;

/** Folders of a home that programs make on their own. */
export const homeFolders: readonly string[] = ['.cache', '.config', '.local'];

/** The variables that matter here, sorted: HOME, PATH and those that name a place. */
export function variablesThatMatter(env: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...env].filter(
    ([name, value]) => name === 'HOME' || name === 'PATH' || (placeVariable.test(name) && value.startsWith('/')),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => compare(a, b)));
}

/** The places among `env`: all of them but PATH. */
export function variablePlaces(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => (name === 'PATH' ? [] : [value]));
}

/** Looks at all places that matter, and at each directory above them that is not open to everybody. */
export function lookAtPlaces(
  root: DirectoryEntry,
  config: ImageConfig,
  users: readonly User[],
  wanted: readonly string[],
): Place[] {
  const homes = users.map(({ home }) => home).filter((home) => home.startsWith('/') && home !== '/');
  const variables = variablePlaces(variablesThatMatter(config.env));
  const paths = [config.workingDir, ...homes, ...variables, ...config.volumes, ...wanted]
    .filter((path) => path.startsWith('/'))
    .map((path) => joinPath('/', path));
  const places = new Map<string, Place>();
  for (const path of paths) {
    const followed = follow(root, path);
    addPlace(places, path, followed.entry);
    for (const [directory, entry] of followed.entered) {
      if ((entry.mode & 0o111) !== 0o111) addPlace(places, directory, entry);
    }
  }
  for (const home of homes) {
    if (places.get(home)?.state !== 'files') continue;
    for (const folder of homeFolders) addPlace(places, `${home}/${folder}`, follow(root, `${home}/${folder}`).entry);
  }
  return [...places.values()].filter(({ path }) => path !== '/').sort((a, b) => compare(a.path, b.path));
}

function addPlace(places: Map<string, Place>, path: string, entry: Entry | undefined): void {
  if (!entry) places.set(path, { path, state: 'absent' });
  else {
    const { mode, uid, gid } = entry;
    places.set(path, { path, state: stateOf(entry), permissions: { mode, uid, gid } });
  }
}

function stateOf(entry: Entry): PlaceState {
  if (entry.kind !== 'directory') return 'file';
  const names = [...entry.children.keys()];
  if (names.length === 0) return 'empty';
  return names.every((name) => skeleton.test(name)) ? 'skeleton' : 'files';
}
