// What a user is told of who a server runs as: each choice with its reason, each refusal with all remedies.

import type { CatalogServer } from '../../catalog/model.ts';
import type { Diagnostic, DiagnosticCode } from '../../diagnostics.ts';
import type { Choice, NoChoice } from './choose-user.ts';
import { describeNeed, type Identity, isAllowed, type Program, type User } from '../../image/facts.ts';

/** Notes a diagnostic of one server; `field` is the part of its entry that it is about. */
export type Report = (
  severity: Diagnostic['severity'],
  code: DiagnosticCode,
  message: string,
  hint: string,
  field?: string,
) => void;

/** Nobody can start the program who may. */
export function reportNoChoice({ name, image }: CatalogServer, choice: NoChoice, report: Report): void {
  const { identity, blocked, behind, remedies, other } = choice;
  const who = remedies.includes('allow-root') ? 'can run only as root' : 'cannot run';
  const alias = behind?.via === undefined ? '' : ` (${behind.via})`;
  const way = behind ? `, on the way to ${behind.path}${alias}` : '';
  const words: Record<string, string> = {
    'image-volume': `--features image-volume (an emptyDir opens ${blocked.path}, and an image volume brings its content back; Kubernetes 1.33 with the gate, from 1.35 without)`,
    'user-namespaces':
      '--features user-namespaces (root in the pod, nobody outside; from Kubernetes 1.33, where the namespace must allow root, as PodSecurity "baseline" does; from 1.35 "restricted" takes it too)',
    'allow-root': `--allow-root ${name} (root without capabilities: the namespace must allow it, as PodSecurity "baseline" does)`,
  };
  const ways = [
    ...(other ? [`user: '${formatIdentity(other)}' in the catalog`] : []),
    ...remedies.map((remedy) => words[remedy] ?? remedy),
    `an image whose files ${formatIdentity(identity)} may use`,
  ];
  report(
    'error',
    'cannot-run',
    `the image ${image} ${who}: the user ${formatIdentity(identity)} may not ${describeNeed(blocked)}${way}`,
    `one of: ${ways.join('; ')}`,
  );
}

/** Who it is, and why not somebody else. */
export function explainChoice(
  { name, image }: CatalogServer,
  user: User,
  isFixed: boolean,
  choice: Choice,
  report: Report,
): void {
  const who = formatIdentity(choice.identity);
  const named = user.name === '' ? formatIdentity(user) : user.name;
  const alias = user.name === '' ? '' : ` (${user.name})`;
  const another = `another choice: podSecurityContext of servers.${name} in a file given with --overlay`;
  switch (choice.way) {
    case 'as-is':
      return report(
        'note',
        'run-as',
        `runs as ${who}, as ${isFixed ? 'the catalog' : 'the image'} says${alias}`,
        another,
      );
    case 'other-user':
      return report(
        'note',
        'run-as',
        `runs as ${who} instead of ${named}, as the files of ${image} allow: it may start the program and read what that needs`,
        another,
      );
    case 'image-volume': {
      const folders = choice.openings.map(
        ({ directory, parts }) => `${directory} (with ${parts.join(', ')} of the image)`,
      );
      return report(
        'note',
        'run-as',
        `runs as ${who}: an emptyDir opens ${folders.join(' and ')}, which only ${named} may enter`,
        another,
      );
    }
    case 'user-namespace':
      return report(
        'note',
        'run-as',
        `runs as root in a user namespace of its own, as no other user can start it; PodSecurity "restricted" takes that from Kubernetes 1.35`,
        another,
      );
    case 'root':
      return report(
        'note',
        'run-as',
        `runs as root without capabilities, as you allow it, and no other user can start it`,
        another,
      );
  }
}

/** Code below the program's folders that it may stumble over. */
export function reportDoubts({ doubts }: Program, identity: Identity, report: Report): void {
  const closed = doubts.filter((doubt) => !isAllowed(doubt, identity));
  if (closed.length === 0) return;
  report(
    'warning',
    'unreadable-files',
    `the user ${formatIdentity(identity)} may not ${closed.slice(0, 3).map(describeNeed).join(', nor ')}`,
    'if the program needs them, it fails once it gets there: call its tools once, and read its log',
  );
}

export function formatIdentity({ uid, gid }: Identity): string {
  return `${uid}:${gid}`;
}
