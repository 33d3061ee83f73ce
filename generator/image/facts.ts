// What is known of an image: its configuration, its users, what starting its program needs, and who may.

/** A numeric user as the kernel knows it, with the name and home that the image's /etc/passwd gives. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  /** '' where /etc/passwd has no such user. */
  readonly name: string;
  readonly home: string;
  /** Further groups, of /etc/group. */
  readonly groups: readonly number[];
}

/** Owner and permission bits of a file or directory. */
export interface Permissions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * `run`: execute a file; `script`: execute it and have its interpreter read it; `read`: open a file; `list`: look through a
 * directory; `enter`: pass through one.
 */
export type Verb = 'run' | 'script' | 'read' | 'list' | 'enter';

/** One thing that must be allowed for a program to start. */
export interface Need extends Permissions {
  readonly verb: Verb;
  /** Where it really is, after all links. */
  readonly path: string;
  /** The link or name that leads to it, where it differs. */
  readonly via?: string;
}

/** What starts when the container runs `argv`, and everything that takes. */
export interface Program {
  /** The part of the arguments that decides what runs: `[node, dist/index.js]`, but not the options after it. */
  readonly argv: readonly string[];
  /** In the order in which they are used; directories that are open to everyone are left out. */
  readonly needs: readonly Need[];
  /** Things below the folders it reads that not everyone may read; the program may or may not use them. */
  readonly doubts: readonly Need[];
  /** A program or file that starting it needs and the image does not have. */
  readonly missing?: string;
  /** Up to where the start could be followed, and why not further. */
  readonly unfollowed?: string;
}

/** `skeleton`: only what useradd copies there (.bashrc and similar files). */
export type PlaceState = 'absent' | 'empty' | 'skeleton' | 'files' | 'file';

/** A path that a server may want to write to, or that a volume is mounted at. */
export interface Place {
  readonly path: string;
  readonly state: PlaceState;
  /** Of the place itself; absent with it. */
  readonly permissions?: Permissions;
}

export interface ImageFacts {
  /** What to pull by: the digest of the index if the image has one for several platforms, else of the manifest. */
  readonly digest: string;
  /** All platforms that the image is for. */
  readonly platforms: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** As the image says it; '' is root. */
  readonly user: string;
  /** That user in numbers; undefined where the image does not know the name. */
  readonly runsAs: User | undefined;
  /** Further users that matter: root, and everybody with a home and a login. Sorted by uid. */
  readonly users: readonly User[];
  /** Names that the catalog asked for and /etc/passwd does not have. */
  readonly unknownUsers?: readonly string[];
  /** '' is `/`. */
  readonly workingDir: string;
  /** HOME, PATH and variables that name a place to write to; no others. */
  readonly env: Readonly<Record<string, string>>;
  /** The Dockerfile's VOLUMEs. */
  readonly volumes: readonly string[];
  /** As in `8080/tcp`. */
  readonly ports: readonly string[];
  /** The label io.docker.server.metadata: the image's own catalog entry. */
  readonly metadata?: string;
  readonly programs: readonly Program[];
  readonly places: readonly Place[];
}

/** Who a process is. `groups` are those besides `gid`: of the image, and the pod's fsGroup. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

/**
 * What keeps a process of this identity from starting the program and reading what it needs; undefined if nothing does. It
 * has no capabilities, as under PodSecurity `restricted`, and under `baseline` with all of them dropped: so root, too, may
 * only do what the bits say.
 */
export function findBlocked({ needs }: Program, identity: Identity): Need | undefined {
  return needs.find((need) => !isAllowed(need, identity));
}

/** Whether a process of this identity can start the program and read what it needs. */
export function canRun(program: Program, identity: Identity): boolean {
  return findBlocked(program, identity) === undefined;
}

/** What the kernel says: the bits for the owner if it is the owner, else those for the group, else those for all others. */
export function isAllowed({ verb, mode, uid, gid }: Need, identity: Identity): boolean {
  const wanted = wantedBits(verb);
  const inGroup = identity.gid === gid || (identity.groups ?? []).includes(gid);
  const shift = identity.uid === uid ? 6 : inGroup ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

/** The permission bits that a verb takes. */
export function wantedBits(verb: Verb): number {
  return { run: 0o1, script: 0o5, read: 0o4, list: 0o5, enter: 0o1 }[verb];
}

/** `enter /root, which has the mode 0700 and belongs to 0:0` */
export function describeNeed({ verb, path, mode, uid, gid }: Need): string {
  const word = { run: 'execute', script: 'execute and read', read: 'read', list: 'list', enter: 'enter' }[verb];
  return `${word} ${path}, which has the mode ${formatMode(mode)} and belongs to ${uid}:${gid}`;
}

export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** The program that these arguments start; undefined if it was not looked at. */
export function findProgram(facts: ImageFacts, argv: readonly string[]): Program | undefined {
  return facts.programs.find((program) => program.argv.every((word, index) => argv[index] === word));
}

/** What is at a path that was looked at, or lies in a place that has nothing in it; undefined: not known. */
export function findPlace({ places }: ImageFacts, path: string): Place | undefined {
  const place = places.find((candidate) => candidate.path === path);
  if (place) return place;
  const around = places.find((candidate) => path.startsWith(`${candidate.path}/`) && candidate.state !== 'files');
  return around && around.state !== 'skeleton' ? { path, state: 'absent' } : undefined;
}

/**
 * Whether a volume mounted at `path` hides files of the image. Docker fills an empty *named* volume with what the image has
 * there; Kubernetes never does. Undefined: not looked at.
 */
export function hidesFiles(facts: ImageFacts, path: string): boolean | undefined {
  const place = findPlace(facts, path);
  return place && (place.state === 'files' || place.state === 'file');
}
