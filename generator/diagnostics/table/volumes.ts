// Diagnostics of volumes: what becomes of each, and what cannot be mounted.

import { createSecret, error, type Entry, note, quote, warning } from '../types.ts';
import { shellWord } from '../../shell.ts';

export interface Mounted {
  readonly server: string;
  readonly path: string;
}

export interface Decided {
  readonly text: string;
  readonly server: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Why a text is not a volume that can be mounted. */
export type VolumeFlaw =
  | { readonly kind: 'parts' | 'empty' | 'source' | 'target' | 'root' | 'proc' | 'bridge' }
  | { readonly kind: 'relative'; readonly target: string };

/** What of its machine a pod must not have. */
export type PartOfHost =
  | { readonly kind: 'docker-socket' | 'socket' }
  | { readonly kind: 'folder'; readonly path: string };

const access = ({ readOnly }: Decided): string => (readOnly ? 'read-only' : 'writable');
const otherKind = ({ server, target }: Decided): string =>
  `to choose something else: --volume ${shellWord(`${server}:${target}=KIND`)} (see --help)`;
const elsewhere = ({ server, path }: Mounted): string =>
  `mount it elsewhere, or replace it: --volume ${shellWord(`${server}:${path}=KIND`)}`;

const openApiServer = ({ server }: { readonly server: string }): string =>
  `servers: {${quote(server)}: {egress: {to: [{ipBlock: {cidr: ADDRESS/32}}], ports: [6443]}}} in a file given with --overlay`;

const flaws = {
  parts: 'it has more than source, target and mode',
  empty: 'it is empty',
  source: 'its source is empty',
  target: 'its target is empty',
  root: 'its target is the root of the file system',
  proc: 'its target is below /proc, which no container can mount over',
  bridge: 'its target /bridge is taken by the bridge that starts the server',
};

const partsOfHost = { 'docker-socket': "the host's Docker socket", socket: 'a socket of the host' };

export const volumeDiagnostics = {
  'bad-volume': {
    meaning: 'A volume does not have the form `source:target[:mode]`.',
    example: '`volumes: [":/target"]`',
    fix: 'Set the config property that the source uses, or correct the catalog.',
    variants: {
      default: error<{ text: string; flaw: VolumeFlaw }>(
        ({ text, flaw }) =>
          `the volume ${quote(text)} cannot be mounted: ${flaw.kind === 'relative' ? `its target ${quote(flaw.target)} is not an absolute path` : flaws[flaw.kind]}`,
        () => 'set the config properties that it uses, or correct it in the catalog',
      ),
    },
  },
  'duplicate-volume': {
    meaning: 'Two volumes have the same target.',
    example: 'two volumes are mounted at `/data`',
    fix: 'Change one of the targets.',
    variants: {
      default: error<{ target: string }>(
        ({ target }) => `two volumes are mounted at ${target}`,
        () => 'change one of them in the config or the catalog',
      ),
    },
  },
  'host-volume': {
    meaning: 'A volume would give the server control of the machine that it runs on.',
    example: '`/var/run/docker.sock:/var/run/docker.sock`',
    fix: 'Use `--skip-unsupported`, or `--volume SERVER:TARGET=emptyDir`.',
    variants: {
      default: error<{ text: string; part: PartOfHost; server: string; target: string }>(
        ({ text, part }) =>
          `the volume ${quote(text)} needs ${part.kind === 'folder' ? `the host's ${part.path}` : partsOfHost[part.kind]}, which a pod must not have`,
        ({ server, target }) =>
          `leave the server out with --skip-unsupported, or replace it with --volume ${shellWord(`${server}:${target}=emptyDir`)}`,
      ),
    },
  },
  volume: {
    meaning: 'How a volume of the catalog is mounted in the cluster.',
    example: 'a named volume becomes a claim',
    fix: 'Use `--volume SERVER:TARGET=KIND` to choose something else.',
    variants: {
      named: note<Decided & { size: string }>(
        (volume) =>
          `${volume.text}: the named volume becomes a PersistentVolumeClaim of ${volume.size}, ${access(volume)}`,
        otherKind,
        { summary: 'named volumes become PersistentVolumeClaims' },
      ),
      host: note<Decided & { size: string }>(
        (volume) =>
          `${volume.text}: a path of the host cannot be mounted; it becomes an empty PersistentVolumeClaim of ${volume.size}, ${access(volume)}`,
        otherKind,
        { summary: 'paths of the host become PersistentVolumeClaims' },
      ),
      empty: warning<Decided & { size: string }>(
        ({ text, size }) =>
          `${text}: a folder of the host cannot be mounted; the PersistentVolumeClaim of ${size} that replaces it is empty and read-only, so nothing can fill it`,
        ({ server, target }) => {
          const rule = (kind: string): string => `--volume ${shellWord(`${server}:${target}=${kind}`)}`;
          return `one of: ${rule('pvc,rw')} makes it writable, so you can copy the data in with kubectl cp; ${rule('existingClaim:NAME')} takes a claim that has the data; ${rule('configMap:NAME')} takes small files; ${rule('emptyDir')} if it needs no data`;
        },
        { task: ({ text, server }) => ({ text: `copy the data of ${text} to the server ${server}` }) },
      ),
      same: note<Decided & { first: string }>(
        (volume) => `${volume.text}: the same PersistentVolumeClaim as at ${volume.first}, ${access(volume)}`,
        otherKind,
        { summary: 'named volumes become PersistentVolumeClaims' },
      ),
      secret: note<Decided & { secret: string; key: string }>(
        ({ text, secret, key }) =>
          `${text}: a file of the host becomes the key ${quote(key)} of the Secret ${quote(secret)}, which you create`,
        (volume) => `${createSecret(volume.secret, [`--from-file=${volume.key}=FILE`])}; ${otherKind(volume)}`,
        {
          task: ({ secret, key }) => ({ secret, from: [`--from-file=${key}=FILE`], isOptional: false }),
          summary: 'files of the host become keys of Secrets',
        },
      ),
      anonymous: note<Decided>(({ text }) => `${text}: an anonymous volume becomes an emptyDir`, otherKind, {
        summary: 'anonymous volumes become emptyDirs',
      }),
    },
  },
  'kubeconfig-egress': {
    meaning:
      'A server has a kubeconfig, so it must reach the API server. The default egress includes public addresses only.',
    example: "`volumes: ['/home/me/.kube/config:/root/.kube/config']`",
    fix: 'Open its address, if it is private: `egress: {to: [{ipBlock: {cidr: ADDRESS/32}}], ports: [6443]}` in an overlay.',
    variants: {
      default: note<{ server: string; target: string }>(
        ({ server, target }) =>
          `${quote(server)} has a kubeconfig at ${target}, and may not reach an API server with a private address`,
        (about) =>
          `${openApiServer(about)}; kubectl get endpoints kubernetes shows address and port of this cluster's own`,
        {
          task: (about) => ({
            text: `if the API server of ${about.server} has a private address: ${openApiServer(about)}`,
          }),
        },
      ),
    },
  },
  'hidden-files': {
    meaning:
      'The image has files where a volume is mounted. A claim for a named volume is filled with them; other volumes hide them.',
    example: 'a volume at `/app/dist`, where the image has its program',
    fix: 'Mount it elsewhere.',
    variants: {
      filled: note<Mounted>(
        ({ path }) =>
          `the claim at ${path} is filled with the files that the image has there, as Docker does with a named volume`,
        elsewhere,
        { summary: 'claims are filled with the files of the image, as Docker does' },
      ),
      hidden: warning<Mounted>(({ path }) => `the volume at ${path} hides files that the image has there`, elsewhere),
    },
  },
  'moved-volume': {
    meaning: 'A volume in the home of another user is mounted in the home of the user that the server runs as.',
    example: 'the volume at `/root/.kube/config` is mounted in the home of the user',
    fix: 'Set `mountPath` in an overlay to put it elsewhere.',
    more: 'run-as.md',
    variants: {
      default: note<{ from: string; to: string; home: string; server: string; volume: string }>(
        ({ from, to, home }) =>
          `the volume at ${from} is mounted at ${to}: the program looks in its home, which is ${home}`,
        ({ server, volume }) =>
          `to keep it where it was: servers.${server}.volumes.${volume}.mountPath in a file given with --overlay`,
        { summary: "volumes are mounted in another user's home" },
      ),
    },
  },
  'opened-folder': {
    meaning: 'The user may not enter a directory on the way to a volume, so an emptyDir covers it.',
    example: 'a volume at `/root/data`, where only root may enter `/root`',
    fix: 'Mount the volume elsewhere to keep the directory as it is in the image.',
    more: 'run-as.md',
    variants: {
      default: note<{ directory: string; identity: string; path: string }>(
        ({ directory, identity, path }) =>
          `an emptyDir covers ${directory}, which ${identity} may not enter, to make the volume at ${path} reachable`,
        () => 'mount the volume elsewhere to keep the directory as it is in the image',
        { summary: 'directories that only root may enter are covered by an emptyDir' },
      ),
    },
  },
  'shared-volume': {
    meaning: 'Two servers mount the same named volume. In the cluster, each gets its own claim.',
    example: 'two servers mount the named volume `cache`',
    fix: 'Share one with `--volume SERVER:TARGET=existingClaim:NAME`.',
    variants: {
      default: warning<{ volume: string; owner: string; server: string; path: string }>(
        ({ volume, owner }) =>
          `the named volume ${quote(volume)} is not shared with ${quote(owner)}: here each server has its own volume`,
        ({ server, path }) =>
          `to share one, create a claim and give it to both: --volume ${shellWord(`${server}:${path}=existingClaim:NAME`)}`,
      ),
    },
  },
  'unused-volume-rule': {
    meaning: '`--volume` names a volume that the server does not have.',
    example: '`--volume time:/nowhere=pvc`',
    fix: 'Name a volume that the server has.',
    variants: {
      default: warning<{ rule: string; server: string; target: string }>(
        ({ rule, server, target }) =>
          `--volume ${rule} has no effect: the server ${quote(server)} has no volume at ${target}`,
        () => 'name the server as in the catalog, and the target as mcpgen evaluate prints it',
      ),
    },
  },
} satisfies Record<string, Entry>;
