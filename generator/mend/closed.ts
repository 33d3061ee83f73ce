// What keeps everybody but root from starting an image's program, and the modes that would let them.

import { chartDefaults } from '../chart-defaults.ts';
import { compare } from '../diagnostics.ts';
import { type Identity, type ImageFacts, isAllowed, wantedBits } from '../image/facts.ts';
import { type DirectoryEntry, splitPath } from '../image/tree.ts';
import { chooseUser } from '../workload/run-as/choose-user.ts';

/** A file or directory whose mode changes. */
export interface Change {
  /** Where it really is, after all links. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly uid: number;
  readonly gid: number;
}

/** Which user can run the image as it is; undefined if only root can. */
export function findRunner(facts: ImageFacts): Identity | undefined {
  const [program] = facts.programs;
  const user = facts.runsAs;
  if (!program || !user) return undefined;
  const choice = chooseUser({
    facts,
    program,
    user,
    isFixed: false,
    defaultUser: chartDefaults.runAsUser,
    features: new Set(),
    allowRoot: false,
  });
  return choice.way === 'none' ? undefined : choice.identity;
}

/** What is closed to a user who is nobody in particular, and how it opens to everybody: for what it is needed, and no more. */
export function findClosed({ programs }: ImageFacts): Change[] {
  const nobody: Identity = { uid: chartDefaults.runAsUser, gid: chartDefaults.runAsUser };
  const changes = new Map<string, Change>();
  for (const need of programs.flatMap(({ needs, doubts }) => [...needs, ...doubts])) {
    if (isAllowed(need, nobody)) continue;
    const bits = wantedBits(need.verb);
    const { path, mode, uid, gid } = need;
    const to = (changes.get(path)?.to ?? mode) | bits | (bits << 3);
    changes.set(path, { path, from: mode, to, uid, gid });
  }
  return [...changes.values()].sort((a, b) => compare(a.path, b.path));
}

/** Changes the modes in a tree. */
export function applyChanges(root: DirectoryEntry, changes: readonly Change[]): DirectoryEntry {
  let changed = root;
  for (const { path, to } of changes) changed = withMode(changed, splitPath(path), to);
  return changed;
}

/** An entry may stand for many files: the one of this path gets its own. */
function withMode(directory: DirectoryEntry, [name, ...rest]: readonly string[], mode: number): DirectoryEntry {
  if (name === undefined) return { ...directory, mode };
  const entry = directory.children.get(name);
  if (!entry) return directory;
  const changed = entry.kind === 'directory' ? withMode(entry, rest, mode) : { ...entry, mode };
  directory.children.set(name, changed);
  return directory;
}

/** Adds changes of a further look to those before: the mode that an entry had at first stays known. */
export function joinChanges(before: readonly Change[], more: readonly Change[]): Change[] {
  const all = new Map(before.map((change) => [change.path, change]));
  for (const change of more) all.set(change.path, { ...change, from: all.get(change.path)?.from ?? change.from });
  return [...all.values()].sort((a, b) => compare(a.path, b.path));
}
