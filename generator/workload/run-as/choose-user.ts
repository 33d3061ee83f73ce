// Who runs a program: the image's own user if that can and may, else another one, else a way around what is in its way.

import {
  canRun,
  findBlocked,
  type Identity,
  type ImageFacts,
  isAllowed,
  type Need,
  type Program,
  type User,
} from '../../image/facts.ts';

/** What the cluster can do, as the user says: see docs/run-as.md. */
export type Feature = 'image-volume' | 'user-namespaces';

export const features: readonly Feature[] = ['image-volume', 'user-namespaces'];

/** A closed directory, opened by an emptyDir over it, with the image's own parts mounted back into it. */
export interface Opening {
  /** The closed directory, which an emptyDir covers. */
  readonly directory: string;
  /** Paths below it that the program uses, mounted from the image. */
  readonly parts: readonly string[];
}

/** How the program is made to run. */
export type Choice =
  /** As the image or the catalog says. */
  | { readonly way: 'as-is'; readonly identity: Identity }
  /** As another user, who can run it just as well. */
  | { readonly way: 'other-user'; readonly identity: Identity }
  | { readonly way: 'image-volume'; readonly identity: Identity; readonly openings: readonly Opening[] }
  | { readonly way: 'user-namespace' | 'root'; readonly identity: Identity };

/** No way that the user allows; what blocks, and which ways there would be. */
export interface NoChoice {
  readonly way: 'none';
  readonly identity: Identity;
  readonly blocked: Need;
  /** What lies behind a directory that is closed. */
  readonly behind?: Need;
  readonly remedies: readonly (Feature | 'allow-root')[];
  /** Another user who could, where the catalog insists on one. */
  readonly other?: Identity;
}

export interface ChooseInput {
  readonly facts: ImageFacts;
  readonly program: Program;
  /** Whom the image or the catalog names. */
  readonly user: User;
  /** The catalog names the user: nobody else takes its place, but for root. */
  readonly isFixed: boolean;
  /** Whom the chart runs servers as by default: its uid, gid and fsGroup. */
  readonly defaultUser: number;
  readonly features: ReadonlySet<Feature>;
  readonly allowRoot: boolean;
}

const root: Identity = { uid: 0, gid: 0 };

/** The first that works of: the user itself, another user, an image volume, a user namespace, root. */
export function chooseUser(input: ChooseInput): Choice | NoChoice {
  const { facts, program, user, isFixed, features: allowed, allowRoot } = input;
  const own: Identity = { uid: user.uid, gid: user.gid, groups: user.groups };
  if (user.uid !== 0 && canRun(program, own)) return { way: 'as-is', identity: own };
  const others = otherUsers(facts, program, input.defaultUser);
  const other = others.find((identity) => canRun(program, identity));
  if (other && (!isFixed || user.uid === 0)) return { way: 'other-user', identity: other };

  // Nobody is locked out by the files' own bits alone: then it depends on the way to them.
  const identity = user.uid === 0 ? (others[0] ?? own) : own;
  const openings = findOpenings(program, identity);
  const rootCan = canRun(program, root);
  if (openings && allowed.has('image-volume')) return { way: 'image-volume', identity, openings };
  if (rootCan && allowed.has('user-namespaces')) return { way: 'user-namespace', identity: root };
  if (rootCan && allowRoot) return { way: 'root', identity: root };
  const blocked = findBlocked(program, identity);
  if (!blocked) throw new Error(`${identity.uid} can run the program after all`);
  const behind = program.needs.find(({ path }) => path.startsWith(`${blocked.path}/`));
  return {
    way: 'none',
    identity,
    blocked,
    ...(behind && { behind }),
    remedies: [
      ...(openings ? (['image-volume'] as const) : []),
      ...(rootCan ? (['user-namespaces', 'allow-root'] as const) : []),
    ],
    ...(other && { other }),
  };
}

/** The chart's own user first, then users of the image and owners of what is in the way; none of them root. */
function otherUsers({ users }: ImageFacts, { needs }: Program, defaultUser: number): Identity[] {
  const owners = needs.map(({ uid, gid }) => ({ uid, gid }));
  const people = [...users.map(({ uid, gid, groups }) => ({ uid, gid, groups })), ...owners];
  const members = needs.map(({ gid }) => ({ uid: defaultUser, gid }));
  return [{ uid: defaultUser, gid: defaultUser }, ...people, ...members].filter(({ uid }) => uid !== 0);
}

/**
 * The closed directories in the way, if opening them is all it takes: below an emptyDir over the first, the image's part
 * is mounted from just below the last, so that no closed directory is left on the way.
 */
function findOpenings({ needs }: Program, identity: Identity): Opening[] | undefined {
  const closed = needs.filter((need) => need.verb === 'enter' && !isAllowed(need, identity)).map(({ path }) => path);
  const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);
  const openings = new Map<string, Set<string>>();
  for (const need of needs) {
    const around = closed.filter((directory) => isBelow(need.path, directory)).sort((a, b) => a.length - b.length);
    const [first] = around;
    const last = around.at(-1);
    if (need.verb === 'enter' && closed.includes(need.path)) continue;
    if (!isAllowed(need, identity)) return undefined;
    if (first === undefined || last === undefined) continue;
    const part = `${last}/${need.path.slice(last.length + 1).split('/')[0]}`;
    openings.set(first, (openings.get(first) ?? new Set()).add(part));
  }
  const parts = [...openings.values()].flatMap((set) => [...set]);
  // A part that holds another closed directory would still be closed there.
  if (parts.some((part) => closed.some((directory) => directory === part || isBelow(directory, part))))
    return undefined;
  if (openings.size === 0) return undefined;
  return [...openings].map(([directory, set]) => ({ directory, parts: [...set].sort() }));
}
