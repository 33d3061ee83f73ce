// Sends signals to containers of other pods, as a node's kernel does: a container cannot kill or stop its own first process.
import { createNamespace, deleteNamespace, type KubernetesObject } from '../e2e/cluster.ts';
import { apply, kubectl, kubectlJson } from './programs.ts';

const IMAGE = 'docker/mcp-gateway:v2'; // it has a shell, and is there

interface PodObject extends KubernetesObject {
  spec: KubernetesObject['spec'] & { nodeName: string };
  status: {
    containerStatuses?: { name: string; containerID: string; restartCount: number }[];
    initContainerStatuses?: { name: string; containerID: string; restartCount: number }[];
  };
}

let namespace: Promise<string> | undefined;
const agents = new Map<string, Promise<string>>();

/** Sends a signal to the processes of a container, or to those whose program's name starts with `program`. */
export async function signal(
  podNamespace: string,
  pod: string,
  container: string,
  name: 'KILL' | 'STOP' | 'CONT',
  program = '',
): Promise<void> {
  const { spec, status } = await kubectlJson<PodObject>('get', 'pod', pod, '-n', podNamespace);
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const id = all.find((one) => one.name === container)?.containerID.split('//')[1];
  if (!id) throw new Error(`pod ${pod} has no container ${container} that runs`);
  const found = await onNode(
    spec.nodeName,
    `for file in $(grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null); do
      folder=\${file%/cgroup}
      read -r program <"$folder/comm" || continue
      case $program in '${program}'*) kill -${name} "\${folder##*/}" && echo "$program" ;; esac
    done`,
  );
  if (!found.trim()) throw new Error(`container ${container} of pod ${pod} has no process ${program}`);
}

/** Stops a program of the node for some seconds; it goes on by itself, even when the API server is what was stopped. */
export async function freeze(node: string, program: string, seconds: number): Promise<void> {
  const script = `pids=$(for folder in /proc/[0-9]*; do
      read -r name <"$folder/comm" && [ "$name" = "${program}" ] && echo "\${folder##*/}"
    done 2>/dev/null)
    [ -n "$pids" ] || { echo "no process ${program}"; exit 1; }
    (sleep 1; kill -STOP $pids; sleep ${seconds}; kill -CONT $pids) >/dev/null 2>&1 &`;
  await onNode(node, script);
}

/** Runs a script on a node, in its process namespace. */
async function onNode(node: string, script: string): Promise<string> {
  let agent = agents.get(node);
  if (!agent) agents.set(node, (agent = start(node)));
  return kubectl('exec', '-n', (await namespace) ?? '', await agent, '--', 'sh', '-c', script);
}

async function start(node: string): Promise<string> {
  namespace ??= createNamespace('mcpgen-faults-agent', 'privileged');
  const name = `agent-${agents.size}`;
  const container = {
    name: 'agent',
    image: IMAGE,
    command: ['sh', '-c', 'trap exit TERM; while :; do sleep 1000 & wait; done'],
    securityContext: { runAsUser: 0 },
  };
  const spec = { nodeName: node, hostPID: true, terminationGracePeriodSeconds: 1, containers: [container] };
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: await namespace }, spec });
  await kubectl('wait', '-n', await namespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  return name;
}

export async function removeAgents(): Promise<void> {
  if (namespace) await deleteNamespace(await namespace);
  namespace = undefined;
  agents.clear();
}
