// What starts in an image, and as which user the catalog or the image would start it; reports what the facts of both do not say.

import { diagnose } from '../../diagnostics.ts';
import { canRun, findProgram, type Program, type User } from '../../image/facts.ts';
import { idOf, splitUser } from '../../image/users.ts';
import type { Report } from './messages.ts';
import type { IdentityInput } from './model.ts';

/** The program that will run, if the lock knows it and the image has it. */
export function checkProgram(
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
export function findUser({ server, facts, user: text }: IdentityInput, report: Report): User | undefined {
  if (text === null) {
    const parameters = { user: facts.user, image: server.image };
    if (!facts.runsAs) report((about) => diagnose('unknown-user/image', parameters, about));
    return facts.runsAs;
  }
  const { user: name, group } = splitUser(text);
  const known = facts.users.find((candidate) => candidate.name === name || String(candidate.uid) === name);
  const uid = known?.uid ?? idOf(name);
  const gid = group === undefined ? undefined : (idOf(group) ?? (group === known?.name ? known.gid : undefined));
  if (uid === undefined || (group !== undefined && gid === undefined)) {
    const users = facts.users.map((candidate) => candidate.name);
    const parameters = { user: text, image: server.image, known: users };
    report((about) => diagnose('unknown-user/catalog', parameters, about), 'user');
    return undefined;
  }
  const base = known ?? { uid, gid: 0, name: '', home: '/', groups: [] };
  return gid === undefined ? base : { ...base, gid, groups: [] };
}

/** A number without a name has the group 0 for Docker; one of its own says less to others, if it does. */
export function withGroup(user: User, text: string, program: Program): User {
  if (user.uid === 0 || user.name !== '' || text.includes(':')) return user;
  return canRun(program, { uid: user.uid, gid: user.uid }) ? { ...user, gid: user.uid } : user;
}
