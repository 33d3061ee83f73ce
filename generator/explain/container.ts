// A server in a pod: its program, user, file system, limits and lifetime.

import type { EvaluatedServer } from '../evaluate.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { User } from '../image/facts.ts';
import type { ValuesServer } from '../values/model.ts';
import type { ContainerWorkload } from '../workload/model.ts';
import { type Aspect, overlayKey } from './model.ts';

/** All that is known of one server in a pod. */
export interface Explained {
  readonly workload: ContainerWorkload;
  /** What the gateway gives to `docker run`. */
  readonly docker: EvaluatedServer;
  /** What the chart is given, overlay included. */
  readonly values: ValuesServer;
  /** What was reported of the server. */
  readonly diagnostics: readonly Diagnostic[];
  /** The image's own user, where a lock says it. */
  readonly imageUser?: User | undefined;
}

/** The same for every container. */
export const always: readonly Aspect[] = [
  {
    aspect: 'init',
    status: 'kept',
    docker: '--init, which reaps orphans',
    here: "the bridge's init.sh reaps them",
  },
  {
    aspect: 'privileges',
    status: 'kept',
    docker: '--security-opt no-new-privileges',
    here: 'allowPrivilegeEscalation: false, no capabilities',
  },
  {
    aspect: 'files',
    status: 'changed',
    docker: 'the root file system is writable',
    here: 'readOnlyRootFilesystem: true',
    why: 'only /tmp, the home directory and volumes can be written, as PodSecurity best practice wants',
    change: 'an emptyDir below volumes, or securityContext, of the server in an overlay',
  },
  {
    aspect: 'signature',
    status: 'lost',
    docker: 'signatures of mcp/ images are checked',
    here: '',
    why: 'the kubelet pulls images, not the gateway',
    change: 'mcpgen images mcp.lock.yaml --format sigstore prints a policy that checks them',
  },
];

/** What the pod starts. Without a lock it is not known what the image does. */
export function explainStart({ workload: { server, command }, values }: Explained): Aspect {
  const docker = "the image's ENTRYPOINT, with the catalog's command";
  const shown = values.command ?? command;
  if (shown !== undefined) return { aspect: 'start', status: 'kept', docker, here: `command: ${shown[0] ?? ''}` };
  return {
    aspect: 'start',
    status: 'open',
    docker,
    here: '',
    why: 'the catalog does not say the entrypoint of the image, and no lock does',
    change: `mcpgen lock reads it; or ${JSON.stringify(server.name)}: [PROGRAM] in a file given with --entrypoints`,
  };
}

export function explainUser({ workload, docker, values, diagnostics, imageUser }: Explained): Aspect {
  const { runAsUser = workload.runAs?.user, runAsGroup = workload.runAs?.group } = values.podSecurityContext ?? {};
  const ofImage = imageUser
    ? `the image's own user, ${imageUser.uid}:${imageUser.gid}`
    : "the image's own user, often root";
  const asked = docker.user === null ? ofImage : `-u ${docker.user}`;
  const change = overlayKey(workload.server.name, 'podSecurityContext');
  if (runAsUser === undefined) {
    const why = 'PodSecurity "restricted" wants a user that is not root; mcpgen lock finds out who can run the image';
    return { aspect: 'user', status: 'changed', docker: asked, here: 'runAsUser: 1000', why, change };
  }
  const here = `runAsUser: ${runAsUser}, runAsGroup: ${runAsGroup ?? runAsUser}`;
  const wanted = docker.user ?? `${imageUser?.uid}:${imageUser?.gid}`;
  if ([`${runAsUser}`, `${runAsUser}:${runAsGroup}`].includes(wanted)) {
    return { aspect: 'user', status: 'kept', docker: asked, here };
  }
  const decided = diagnostics.find(({ code }) => code === 'run-as')?.message;
  const why = decided ?? 'PodSecurity "restricted" wants a user that is not root, or the overlay names this one';
  return { aspect: 'user', status: 'changed', docker: asked, here, why, change };
}

export function explainLimits({ workload: { server }, values }: Explained): Aspect {
  const { cpu, memory } = values.resources?.limits ?? {};
  const isOwn = cpu !== undefined || memory !== undefined;
  return {
    aspect: 'limits',
    status: isOwn ? 'changed' : 'kept',
    docker: '--cpus 1 --memory 2Gb',
    here: `limits: cpu ${cpu ?? '1'}, memory ${memory ?? '2Gi'}`,
    ...(isOwn && {
      why: "the catalog's own resources, which the gateway ignores, or the overlay's",
      change: overlayKey(server.name, 'resources'),
    }),
  };
}

export function explainLifetime({ workload: { longLived } }: Explained): Aspect {
  return {
    aspect: 'lifetime',
    status: longLived ? 'kept' : 'changed',
    docker: longLived ? 'a container for each client session' : 'a container for each call',
    here: 'a process for each session, in one pod',
    ...(!longLived && {
      why: 'to start a process for each call takes a second',
      change: 'gateway.longLived: false in a file given with --overlay',
    }),
  };
}
