// Looks at a release from outside: restarts, memory, logs, and what the relay says of its servers.
import { setTimeout as pause } from 'node:timers/promises';
import { isReady, type KubernetesObject, list, only } from '../e2e/cluster.ts';
import { kubectl } from './programs.ts';
import { reachPod } from './reach.ts';
import { GATEWAY, type FaultRelease } from './release.ts';

interface ContainerStatus {
  name: string;
  restartCount: number;
  lastState?: { terminated?: { reason: string } };
}
type Pod = KubernetesObject & {
  metadata: { deletionTimestamp?: string };
  status?: { containerStatuses?: ContainerStatus[]; initContainerStatuses?: ContainerStatus[] };
};

export async function pods(release: FaultRelease, selector: string): Promise<Pod[]> {
  return (await list(release.namespace, 'pods', selector)) as Pod[];
}

export const serverPods = (server: string): string => `mcpgen.dev/server=${server}`;
const EVERY = 'app.kubernetes.io/name=mcpgen,app.kubernetes.io/component!=test';

/** Restart counts by pod and container: two of them say what restarted, and which pods are others. */
export async function restarts(release: FaultRelease, selector = EVERY): Promise<Map<string, number>> {
  // A pod that is going is what an earlier change has replaced.
  const staying = (await pods(release, selector)).filter(({ metadata }) => !metadata.deletionTimestamp);
  const statuses = staying.flatMap(({ metadata, status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
      (one) => [`${metadata.name}/${one.name}`, one.restartCount] as const,
    ),
  );
  return new Map(statuses);
}

/** What differs between two of them, with a reason of its own left out: names of containers. */
export function changes(before: Map<string, number>, after: Map<string, number>): string[] {
  const restarted = [...after].filter(([name, count]) => count > (before.get(name) ?? 0));
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [
    ...restarted.map(([name, count]) => `${name} restarted ${count - (before.get(name) ?? 0)} times`),
    ...gone.map((name) => `${name} was replaced`),
  ];
}

export async function gatewayPod(release: FaultRelease): Promise<string> {
  return (await only(release.namespace, 'pods', GATEWAY)).metadata.name;
}

/** Waits until exactly one pod of these is there, and is ready; gives its name. */
export async function onePod(release: FaultRelease, selector: string, seconds: number): Promise<string> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const [pod, ...others] = await pods(release, selector).catch(() => []);
    if (pod && others.length === 0 && !pod.metadata.deletionTimestamp && isReady(pod)) return pod.metadata.name;
    if (performance.now() > end) throw new Error(`no single ready pod of ${selector} within ${seconds} s`);
    await pause(300);
  }
}

/** Megabytes that a container of the gateway's pod took at most since it started. */
export async function peakMegabytes(release: FaultRelease, container: 'gateway' | 'relay'): Promise<number> {
  const script = 'cat /sys/fs/cgroup/memory.peak 2>/dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes';
  const pod = await gatewayPod(release);
  return Number(await kubectl('exec', '-n', release.namespace, pod, '-c', container, '--', 'sh', '-c', script)) / 1e6;
}

/** What the relay answers to probes and Prometheus; undefined where it has no such path. */
export async function askRelay(release: FaultRelease, path: string): Promise<string | undefined> {
  const { url, close } = await reachPod(release.namespace, await gatewayPod(release), 9090);
  try {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.text() : undefined;
  } finally {
    await close();
  }
}

/** The sum of a metric of the relay, over all servers or one. */
export function metric(text: string, name: string, server?: string): number {
  const labelled = server === undefined ? '' : `server="${server}"`;
  return text
    .split('\n')
    .filter((line) => /^\w+/.exec(line)?.[0] === name && line.includes(labelled))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

export function logs(release: FaultRelease, target: string, ...args: string[]): Promise<string> {
  return kubectl('logs', '-n', release.namespace, target, ...args);
}
