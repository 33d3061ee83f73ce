// The image's /etc/passwd and /etc/group: names as numbers, by Docker's rules.

import type { User } from './facts.ts';

/** The lines of both files that can be read. */
export interface UserDatabase {
  readonly users: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid: number;
    readonly home: string;
  }[];
  readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
}

/** runc and Kubernetes take no larger ID. */
const maxId = 2 ** 31 - 1;
/** Far more than images have; those who are looked up are compared with all of them. */
const maxLines = 10_000;
const maxName = 256;
const maxHome = 4096;
/** Users of whom a lock tells. */
const maxUsers = 50;

/** `USER[:GROUP]` in its parts, each a name or a number. */
export function splitUser(text: string): { readonly user: string; readonly group?: string } {
  const [, user = '', group] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  return { user, ...(group !== undefined && { group }) };
}

/** The number that a part of it is; undefined if it is a name. */
export function idOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

export function readUserDatabase(passwd: string, group: string): UserDatabase {
  return {
    users: fields(passwd, 7).flatMap(([name = '', , uid = '', gid = '', , home = '']) =>
      isId(uid) && isId(gid) && name.length <= maxName && home.length <= maxHome
        ? [{ name, uid: Number(uid), gid: Number(gid), home }]
        : [],
    ),
    groups: fields(group, 3).flatMap(([name = '', , gid = '', members = '']) =>
      isId(gid) ? [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }] : [],
    ),
  };
}

/**
 * `USER[:GROUP]` as Docker and Kubernetes understand it (runc's GetExecUser): '' is root, a number
 * that the image does not know has the group 0 and no home. Undefined if it is a name that the image does not know.
 */
export function resolveUser(text: string, { users, groups }: UserDatabase): User | undefined {
  const { user: userText, group: groupText = '' } = splitUser(text === '' ? '0' : text);
  const known = users.find(({ name, uid }) => name === userText || String(uid) === userText);
  if (!known && !isId(userText)) return undefined;
  const user = known ?? { name: '', uid: Number(userText), gid: 0, home: '/' };
  if (groupText === '') {
    const further = groups.filter(({ gid, members }) => gid !== user.gid && members.includes(user.name));
    return { ...user, groups: further.map(({ gid }) => gid).sort((a, b) => a - b) };
  }
  const group = groups.find(({ name, gid }) => name === groupText || String(gid) === groupText);
  if (!group && !isId(groupText)) return undefined;
  return { ...user, gid: group?.gid ?? Number(groupText), groups: [] };
}

/** Root, everybody who has a home of their own, and those that somebody asks for. */
export function usersThatMatter(database: UserDatabase, wanted: readonly string[]): User[] {
  const people = database.users.filter(
    ({ name, uid, home }) =>
      uid === 0 ||
      wanted.includes(name) ||
      (uid >= 1000 && uid < 65_000 && /^\/\w/.test(home) && home !== '/nonexistent'),
  );
  const names = new Set(people.sort((a, b) => a.uid - b.uid).map(({ name }) => name));
  return [...names]
    .slice(0, maxUsers)
    .flatMap((name) => resolveUser(name, database) ?? [])
    .sort((a, b) => a.uid - b.uid);
}

function fields(text: string, count: number): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, maxLines)
    .map((line) => line.trimEnd().split(':'))
    .filter(({ length }) => length >= Math.min(count, 3));
}

function isId(text: string): boolean {
  return (idOf(text) ?? Infinity) <= maxId;
}
