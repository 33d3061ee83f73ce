// What is reported of who a server runs as: each choice with its reason, each refusal with all remedies.

import type { CatalogServer } from '../../catalog/model.ts';
import { type About, diagnose, type Diagnostic } from '../../diagnostics.ts';
import type { Choice, NoChoice } from './choose-user.ts';
import type { Layout } from './lay-out.ts';
import { describeNeed, type Identity, isAllowed, type Program, type User } from '../../image/facts.ts';

/** Keeps a diagnostic of one server, which is made for the place of `field` in its entry. */
export type Report = (problem: (about: About) => Diagnostic, field?: string) => void;

/** Nobody can start the program who may. */
export function reportNoChoice({ name, image }: CatalogServer, choice: NoChoice, report: Report): void {
  const { identity, blocked, behind, remedies, other } = choice;
  const alias = behind?.via === undefined ? '' : ` (${behind.via})`;
  const parameters = {
    server: name,
    image,
    identity: formatIdentity(identity),
    need: describeNeed(blocked),
    blocked: blocked.path,
    behind: behind && `${behind.path}${alias}`,
    remedies,
    other: other && formatIdentity(other),
  };
  report((about) => diagnose('cannot-run', parameters, about));
}

/** Who it is, and why not somebody else. */
export function explainChoice(
  { name: server, image }: CatalogServer,
  user: User,
  isFixed: boolean,
  choice: Choice,
  report: Report,
): void {
  report((about) => {
    const ran = { server, identity: formatIdentity(choice.identity) };
    const named = user.name === '' ? formatIdentity(user) : user.name;
    switch (choice.way) {
      case 'as-is':
        return diagnose('run-as/as-is', { ...ran, by: isFixed ? 'catalog' : 'image', name: user.name }, about);
      case 'other-user':
        return diagnose('run-as/other-user', { ...ran, named, image }, about);
      case 'image-volume':
        return diagnose('run-as/image-volume', { ...ran, named, openings: choice.openings }, about);
      case 'user-namespace':
        return diagnose('run-as/user-namespace', ran, about);
      case 'root':
        return diagnose('run-as/root', ran, about);
    }
  });
}

/** Code below the program's folders that it may stumble over. */
export function reportDoubts({ doubts }: Program, identity: Identity, report: Report): void {
  const closed = doubts.filter((doubt) => !isAllowed(doubt, identity));
  if (closed.length === 0) return;
  const parameters = { identity: formatIdentity(identity), needs: closed.slice(0, 3).map(describeNeed) };
  report((about) => diagnose('unreadable-files', parameters, about));
}

/** Volumes that are not where the catalog has them, and directories that make room for one. */
export function reportLayout(
  { name: server }: CatalogServer,
  { home, moves, opened }: Layout,
  identity: Identity,
  report: Report,
): void {
  for (const { name, from, to } of moves) {
    const parameters = { from, to, home: home.path, server, volume: name };
    report((about) => diagnose('moved-volume', parameters, about), 'volumes');
  }
  for (const { directory, path } of opened) {
    const parameters = { directory, identity: formatIdentity(identity), path };
    report((about) => diagnose('opened-folder', parameters, about), 'volumes');
  }
}

export function formatIdentity({ uid, gid }: Identity): string {
  return `${uid}:${gid}`;
}
