// What a service may do and use: the security settings and limits of a pod, in Compose's words.

import { bytesOf } from '../kubernetes/quantity.ts';
import type { ContainerSecurity, PodSecurity, ResourceValues } from '../values/in-effect.ts';
import type { Service } from './model.ts';
import { cpusText, memoryText } from './text.ts';

/** User, groups, capabilities and the root file system. Docker's own seccomp profile is what RuntimeDefault stands for. */
export function security(pod: PodSecurity, container: ContainerSecurity): Partial<Service> {
  const { runAsUser, runAsGroup = runAsUser, fsGroup, supplementalGroups = [] } = pod;
  const groups = [...(fsGroup === undefined || fsGroup === runAsGroup ? [] : [fsGroup]), ...supplementalGroups];
  const { add = [], drop = [] } = container.capabilities ?? {};
  return {
    ...(runAsUser !== undefined && { user: `${runAsUser}:${runAsGroup}` }),
    ...(groups.length > 0 && { group_add: groups.map(String) }),
    ...(container.readOnlyRootFilesystem && { read_only: true }),
    ...(drop.length > 0 && { cap_drop: drop }),
    ...(add.length > 0 && { cap_add: add }),
    ...(container.allowPrivilegeEscalation === false && { security_opt: ['no-new-privileges:true'] }),
  };
}

/** Limits; Docker has nothing like requests. */
export function limits({ limits: { cpu, memory } = {} }: ResourceValues): Partial<Service> {
  const cpus = cpu === undefined ? undefined : cpusText(cpu);
  const bytes = memory === undefined ? undefined : memoryText(memory);
  if (cpus === undefined && bytes === undefined) return {};
  return {
    deploy: {
      resources: { limits: { ...(cpus !== undefined && { cpus }), ...(bytes !== undefined && { memory: bytes }) } },
    },
  };
}

/** A writable, empty folder that every user may use, as an emptyDir. It is in memory, and counts for its limit. */
export function scratch(path: string, size: string | number): string {
  const bytes = bytesOf(size);
  return `${path}:exec,mode=1777${bytes === undefined ? '' : `,size=${bytes}`}`;
}
