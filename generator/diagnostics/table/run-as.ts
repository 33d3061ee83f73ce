// Diagnostics of users: who a server runs as, and why nobody can run it.

import { error, type Entry, note, quote, warning } from '../types.ts';
import { shellWord } from '../../shell.ts';

export interface Ran {
  readonly server: string;
  readonly identity: string;
}

/** A way to let an image run after all; which of them there are, its files decide. */
export type Remedy = 'image-volume' | 'user-namespaces' | 'allow-root';

export interface CannotRun extends Ran {
  readonly image: string;
  /** What the user may not do, and to what. */
  readonly need: string;
  readonly blocked: string;
  /** What lies behind a directory that is closed. */
  readonly behind?: string | undefined;
  readonly remedies: readonly Remedy[];
  /** Another user who could. */
  readonly other?: string | undefined;
}

const another = ({ server }: Ran): string =>
  `to choose another user: podSecurityContext of servers.${server} in a file given with --overlay`;
const overlayUser = (server: string): string =>
  `set podSecurityContext.runAsUser of servers.${server} in a file given with --overlay`;

function remedyText(remedy: Remedy, { server, blocked }: CannotRun): string {
  switch (remedy) {
    case 'image-volume':
      return `--features image-volume (an emptyDir opens ${blocked}, and an image volume restores its content; Kubernetes 1.33 with the feature gate, from 1.35 without)`;
    case 'user-namespaces':
      return '--features user-namespaces (root in the pod, an unprivileged user outside; from Kubernetes 1.33, where the namespace must allow root, as PodSecurity "baseline" does; from 1.35 "restricted" allows it too)';
    case 'allow-root':
      return `--allow-root ${shellWord(server)} (root without capabilities: the namespace must allow it, as PodSecurity "baseline" does)`;
  }
}

export const runAsDiagnostics = {
  'cannot-run': {
    meaning: "No permitted user can start the image's program.",
    example: 'the image has its interpreter below `/root`, which only root may enter',
    fix: 'Use one of the remedies in the hint.',
    more: 'run-as.md',
    variants: {
      default: error<CannotRun>(
        ({ image, remedies, identity, need, behind }) =>
          `the image ${image} ${remedies.includes('allow-root') ? 'can run only as root' : 'cannot run'}: the user ${identity} may not ${need}${behind === undefined ? '' : `, on the way to ${behind}`}`,
        (found) => {
          const ways = [
            ...(found.other === undefined ? [] : [`user: '${found.other}' in the catalog`]),
            ...found.remedies.map((remedy) => remedyText(remedy, found)),
            `an image whose files ${found.identity} may use, which mcpgen mend writes`,
          ];
          return `one of: ${ways.join('; ')}`;
        },
      ),
    },
  },
  'run-as': {
    meaning: 'The user that the server runs as, and why.',
    example: 'the server runs as 1000:1000, as the image specifies',
    fix: 'Set `podSecurityContext` in an overlay to choose another user.',
    more: 'run-as.md',
    variants: {
      'as-is': note<Ran & { by: 'catalog' | 'image'; name: string }>(
        ({ identity, by, name }) => `runs as ${identity}, as the ${by} says${name === '' ? '' : ` (${name})`}`,
        another,
        { summary: 'servers run as the user of the catalog or image' },
      ),
      'other-user': note<Ran & { named: string; image: string }>(
        ({ identity, named, image }) =>
          `runs as ${identity} instead of ${named}: it can start the program of ${image} and read what that needs`,
        another,
        { summary: 'servers run as another user than under Docker' },
      ),
      'image-volume': note<
        Ran & { named: string; openings: readonly { directory: string; parts: readonly string[] }[] }
      >(
        ({ identity, named, openings }) => {
          const folders = openings.map(
            ({ directory, parts }) => `${directory} (with ${parts.join(', ')} of the image)`,
          );
          return `runs as ${identity}: an emptyDir opens ${folders.join(' and ')}, which only ${named} may enter`;
        },
        another,
        { summary: 'servers run as another user, with a directory opened by an emptyDir' },
      ),
      'user-namespace': note<Ran>(
        () =>
          'runs as root in a user namespace of its own, because no other user can start it; PodSecurity "restricted" allows that from Kubernetes 1.35',
        another,
        { summary: 'servers run as root in a user namespace' },
      ),
      root: note<Ran>(
        () => 'runs as root without capabilities, because --allow-root allows it and no other user can start it',
        another,
        { summary: 'servers run as root without capabilities' },
      ),
    },
  },
  'root-user': {
    meaning: 'The catalog makes the server run as root, and there is no lock file with a better user.',
    example: '`user: root`',
    fix: 'Run `mcpgen lock`, or set `podSecurityContext.runAsUser` in an overlay.',
    variants: {
      default: error<{ user: string; server: string }>(
        ({ user }) => `the user ${quote(user)} is root, which PodSecurity "restricted" forbids`,
        ({ server }) => `run mcpgen lock, which finds another user that can run the image, or ${overlayUser(server)}`,
      ),
    },
  },
  'user-name': {
    meaning: 'The catalog has a user by name, and without a lock its number is unknown; or the number is too large.',
    example: '`user: app`',
    fix: 'Run `mcpgen lock`, or write numbers: `1000:1000`.',
    variants: {
      default: error<{ user: string; server: string }>(
        ({ user }) => `the user ${quote(user)} is a name, and only the image knows its number`,
        ({ server }) =>
          `run mcpgen lock, which looks it up, write numbers such as 1000:1000, or ${overlayUser(server)}`,
      ),
      number: error<{ user: string; most: number }>(
        ({ user, most }) => `the user ${quote(user)} has a number above ${most}, which is the largest`,
        () => 'write a smaller number, such as 1000:1000',
      ),
    },
  },
  'unknown-user': {
    meaning: 'The image does not have the user that it, or the catalog, names.',
    example: '`user: app`, which the image does not have',
    fix: 'Write numbers, or one of the users in the hint.',
    variants: {
      image: error<{ user: string; image: string }>(
        ({ user, image }) => `the user ${user} of the image ${image} is not in its /etc/passwd`,
        () => "set user: in the catalog to numbers, e.g. '1000:1000'",
      ),
      catalog: error<{ user: string; image: string; known: readonly string[] }>(
        ({ user, image }) => `the user ${quote(user)} is not in the /etc/passwd of the image ${image}`,
        ({ known }) => `write numbers, e.g. '1000:1000'${known.length > 0 ? `, or one of ${known.join(', ')}` : ''}`,
      ),
    },
  },
  'unreadable-files': {
    meaning: 'The user may not read some files next to the program. The program may not need them.',
    example: 'a module beside the program is readable for root only',
    fix: 'Try the server: call its tools once, and read its log.',
    variants: {
      default: warning<{ identity: string; needs: readonly string[] }>(
        ({ identity, needs }) => `the user ${identity} may not ${needs.join(', nor ')}`,
        () => 'if the program needs them, it fails when it reads them: call its tools once, and read its log',
      ),
    },
  },
} satisfies Record<string, Entry>;
