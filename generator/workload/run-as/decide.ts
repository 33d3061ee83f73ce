// How a server starts in a pod, by the facts of its image: its command, its user, its home, and what it may write to.

import type { CatalogServer } from '../../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../../diagnostics.ts';
import { chooseUser, type Choice, type Feature, type Opening } from './choose-user.ts';
import {
  canRun,
  findProgram,
  hidesFiles,
  type Identity,
  type ImageFacts,
  type Program,
  type User,
} from '../../image/facts.ts';
import { closedAbove, type Home, homeOf, isCoverable, rehome, writablePlaces } from './homes.ts';
import { pinReference } from '../../registry/reference.ts';
import { positionOf } from '../../source.ts';
import { explainChoice, formatIdentity, type Report, reportDoubts, reportNoChoice } from './messages.ts';
import { dnsLabel, uniqueName } from '../../kubernetes/names.ts';
import { toKubernetes } from '../../kubernetes/text.ts';

/** What is decided by, besides the facts. */
export interface IdentityInput {
  readonly server: CatalogServer;
  readonly facts: ImageFacts;
  /** The catalog's command, evaluated; empty where it has none. */
  readonly args: readonly string[];
  /** The catalog's user, evaluated; null where it has none. */
  readonly user: string | null;
  /** The server's variables; values of secrets are references to them, or left out. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly options: IdentityOptions;
}

/** A volume of the catalog. */
export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  /** The user has said where it is to be mounted. */
  readonly isFixed?: boolean;
}

export interface IdentityOptions {
  /** `--allow-root SERVER` names this server. */
  readonly allowRoot: boolean;
  readonly features: ReadonlySet<Feature>;
  /** The chart's `defaults.podSecurityContext.runAsUser`. */
  readonly defaultUser: number;
  /** The chart's `defaults.homeDir`. */
  readonly defaultHome: string;
}

/** The decision, in Kubernetes' words. */
export interface RunAs {
  /** With the digest of the lock. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly user: number;
  readonly group: number;
  readonly fsGroup: number;
  /** `runAsNonRoot: false`; with `hostUsers: false` the pod's root is nobody outside. */
  readonly isRoot: boolean;
  readonly hostUsers?: false;
  /** The image's; '' is `/`. A pod has it without being told. */
  readonly workingDir: string;
  /** What HOME is; an emptyDir goes there unless the image has files in it. Absent: the catalog sets HOME. */
  readonly home?: Home;
  /** Further volumes: writable places, and parts of the image mounted into directories that were closed. */
  readonly volumes: readonly ImageVolume[];
  /** Where the catalog's volumes are mounted instead, by name. */
  readonly moved: Readonly<Record<string, string>>;
  /** Names of the catalog's volumes that hide files of the image; Docker fills a named volume with them, Kubernetes does not. */
  readonly hidesFiles: readonly string[];
  /** Those of them that hide files which the server needs to start: it cannot, unless somebody puts them into the volume. */
  readonly hidesProgram: readonly string[];
}

/** A volume that the facts ask for. Without `subPath` an emptyDir, else that part of the image, read-only. */
export interface ImageVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}

/** Decides how a server runs. Every choice is a note with its reason; where there is none, an error names all remedies. */
export function decideRunAs(input: IdentityInput): Result<RunAs | undefined> {
  const { server, facts } = input;
  const diagnostics: Diagnostic[] = [];
  const report: Report = (problem, field = 'image') => {
    const position = positionOf(server.source, [...server.path, field]);
    diagnostics.push(problem({ position, server: server.name }));
  };
  const argv = [...facts.entrypoint, ...(input.args.length > 0 ? input.args : facts.cmd)];
  const program = checkProgram(input, argv, report);
  const found = findUser(input, report);
  if (!program || !found) return { value: undefined, diagnostics };
  const user = withGroup(found, input.user ?? facts.user, program);

  const choice = chooseUser({
    facts,
    program,
    user,
    isFixed: input.user !== null,
    ...input.options,
  });
  if (choice.way === 'none') {
    reportNoChoice(server, choice, report);
    return { value: undefined, diagnostics };
  }
  explainChoice(server, user, input.user !== null, choice, report);
  reportDoubts(program, choice.identity, report);
  return { value: layOut(input, program, argv, choice, report), diagnostics };
}

/** The program that will run, if the lock knows it and the image has it. */
function checkProgram(
  { server, facts, mounts }: IdentityInput,
  argv: readonly string[],
  report: Report,
): Program | undefined {
  const { image } = server;
  if (argv.length === 0) {
    report((about) => diagnose('no-program', { image }, about), 'command');
    return undefined;
  }
  const program = findProgram(facts, argv);
  if (!program) {
    report((about) => diagnose('stale-lock/command', { image, argv }, about));
    return undefined;
  }
  const { missing } = program;
  if (missing !== undefined && !mounts.some(({ mountPath }) => missing.startsWith(`${mountPath}/`))) {
    const parameters = { image, program: missing, needer: argv[0] ?? '' };
    report((about) => diagnose('missing-program', parameters, about), server.command.length > 0 ? 'command' : 'image');
    return undefined;
  }
  const { unfollowed } = program;
  if (unfollowed !== undefined) report((about) => diagnose('unfollowed-program', { reason: unfollowed }, about));
  return program;
}

/** Whom the catalog names, else the image. */
function findUser({ server, facts, user: text }: IdentityInput, report: Report): User | undefined {
  if (text === null) {
    const parameters = { user: facts.user, image: server.image };
    if (!facts.runsAs) report((about) => diagnose('unknown-user/image', parameters, about));
    return facts.runsAs;
  }
  const [name = '', group] = text.split(':');
  const known = facts.users.find((candidate) => candidate.name === name || String(candidate.uid) === name);
  const uid = known?.uid ?? (/^\d{1,10}$/.test(name) ? Number(name) : undefined);
  if (uid === undefined || (group !== undefined && !/^\d{1,10}$/.test(group) && group !== known?.name)) {
    const users = facts.users.map((candidate) => candidate.name);
    const parameters = { user: text, image: server.image, known: users };
    report((about) => diagnose('unknown-user/catalog', parameters, about), 'user');
    return undefined;
  }
  const base = known ?? { uid, gid: 0, name: '', home: '/', groups: [] };
  return group === undefined ? base : { ...base, gid: /^\d+$/.test(group) ? Number(group) : base.gid, groups: [] };
}

/** A number without a name has the group 0 for Docker; one of its own says less to others, if it does. */
function withGroup(user: User, text: string, program: Program): User {
  if (user.uid === 0 || user.name !== '' || text.includes(':')) return user;
  return canRun(program, { uid: user.uid, gid: user.uid }).ok ? { ...user, gid: user.uid } : user;
}

/** Home, writable places and volumes, for whoever was chosen. */
function layOut(
  input: IdentityInput,
  program: Program,
  argv: readonly string[],
  choice: Choice,
  report: Report,
): RunAs {
  const { server, facts, env, mounts } = input;
  const { uid, gid } = choice.identity;
  const fsGroup = gid === 0 ? uid : gid;
  const identity = { ...choice.identity, groups: [...(choice.identity.groups ?? []), fsGroup] };
  const home = findHome(input, identity);
  const moved = moveVolumes(input, argv, home, report);
  const paths = mounts.map(({ name, mountPath }) => moved[name] ?? mountPath);
  const openings = [
    ...(choice.way === 'image-volume' ? choice.openings : []),
    ...openFolders(facts, paths, identity, home, report),
  ].filter(({ directory }, index, all) => all.findIndex((other) => other.directory === directory) === index);
  const covered = [...paths, ...openings.map(({ directory }) => directory)];
  const names = new Set(mounts.map(({ name }) => name));
  const volume = (mountPath: string, isPart: boolean): ImageVolume => ({
    name: uniqueName(dnsLabel(`image${mountPath}`, 40), names),
    mountPath,
    ...(isPart && { subPath: mountPath.slice(1) }),
  });
  const namesOf = (test: (path: string) => boolean): string[] =>
    mounts.flatMap(({ name }, index) => (test(paths[index] ?? '') ? [name] : []));
  const isSet = env['HOME'] !== undefined;
  const homePlaces = isSet && home.isEmpty && !paths.includes(home.path) ? [home.path] : [];
  return {
    image: pinReference(server.image, facts.digest),
    ...commandOf(facts, input.args),
    user: uid,
    group: gid,
    fsGroup,
    isRoot: uid === 0,
    ...(choice.way === 'user-namespace' && { hostUsers: false as const }),
    workingDir: facts.workingDir,
    ...(!isSet && { home }),
    volumes: [
      ...openings.flatMap(({ directory, parts }) => [
        volume(directory, false),
        ...parts.map((part) => volume(part, true)),
      ]),
      ...[...homePlaces, ...writablePlaces(facts, home, [...covered, ...homePlaces])].map((path) =>
        volume(path, false),
      ),
    ],
    moved,
    hidesFiles: namesOf((path) => hidesFiles(facts, path) === true),
    hidesProgram: namesOf((path) => program.needs.some((need) => `${need.path}/`.startsWith(`${path}/`))),
  };
}

/** An image without an entrypoint starts what its arguments say. */
function commandOf(facts: ImageFacts, args: readonly string[]): Pick<RunAs, 'command' | 'args'> {
  // Kubernetes must not expand what the image says.
  const [entrypoint, cmd] = [facts.entrypoint, facts.cmd].map((words) => words.map((word) => toKubernetes([word])));
  const rest = args.length > 0 ? args : (cmd ?? []);
  if (entrypoint && entrypoint.length > 0) return { command: entrypoint, args: rest };
  return { command: rest.slice(0, 1), args: rest.slice(1) };
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
function moveVolumes(
  { server, facts, args, env, mounts }: IdentityInput,
  argv: readonly string[],
  home: Home,
  report: Report,
): Record<string, string> {
  const moved: Record<string, string> = {};
  const texts = [...argv, ...args, ...Object.entries(env).flatMap(([name, value]) => (name === 'HOME' ? [] : [value]))];
  for (const { name, mountPath, isFixed } of mounts) {
    const move = isFixed ? undefined : rehome(facts, mountPath, home.path);
    if (
      !move ||
      texts.some((text) => isNamed(text, mountPath, move.from)) ||
      mounts.some((other) => other.mountPath === move.to)
    )
      continue;
    moved[name] = move.to;
    const parameters = { from: mountPath, to: move.to, home: home.path, server: server.name, volume: name };
    report((about) => diagnose('moved-volume', parameters, about), 'volumes');
  }
  return moved;
}

/** Whether a text names a path, a folder on the way to it, or the home that it is below. */
function isNamed(text: string, path: string, home: string): boolean {
  const folders = path.slice(home.length + 1).split('/');
  const ways = folders.map((_, index) => `${home}/${folders.slice(0, index + 1).join('/')}`);
  return text === home || text.endsWith(`=${home}`) || (path !== home && ways.some((way) => text.includes(way)));
}

/** Directories that the program does not need, but that keep it from a volume below them. */
function openFolders(
  facts: ImageFacts,
  paths: readonly string[],
  identity: Identity,
  home: Home,
  report: Report,
): Opening[] {
  return paths.flatMap((path) => {
    const directory = closedAbove(facts, path, identity);
    if (directory === undefined || (home.isEmpty && directory === home.path)) return [];
    const parameters = { directory, identity: formatIdentity(identity), path };
    report((about) => diagnose('opened-folder', parameters, about), 'volumes');
    return [{ directory, parts: [] }];
  });
}
