// Looks at the cluster: pods, what a namespace holds, and all that helps when a test has failed.
import { kubectl, kubectlJson } from './programs.ts';

export interface KubernetesObject {
  kind: string;
  metadata: { name: string; uid: string; annotations?: Record<string, string>; labels?: Record<string, string> };
  data?: Record<string, string>;
  spec?: { ports?: { port: number }[] };
  status?: { conditions?: { type: string; status: string }[]; containerStatuses?: { restartCount: number }[] };
}

let namespaces = 0;

/** Makes a namespace that admits only pods that pass a PodSecurity level. */
export async function createNamespace(prefix: string, level = 'restricted'): Promise<string> {
  const name = `${prefix}-${process.pid}-${Date.now().toString(36)}-${++namespaces}`;
  await kubectl('create', 'namespace', name);
  await kubectl('label', 'namespace', name, `pod-security.kubernetes.io/enforce=${level}`);
  return name;
}

export async function deleteNamespace(name: string): Promise<void> {
  await kubectl('delete', 'namespace', name, '--wait', '--timeout=120s');
}

export async function list(namespace: string, kinds: string, selector = ''): Promise<KubernetesObject[]> {
  const { items } = await kubectlJson<{ items: KubernetesObject[] }>('get', kinds, '-n', namespace, '-l', selector);
  return items;
}

/** The only object of a kind with these labels. */
export async function only(namespace: string, kind: string, selector: string): Promise<KubernetesObject> {
  const [found, ...others] = await list(namespace, kind, selector);
  if (!found || others.length > 0)
    throw new Error(`expected one ${kind} with ${selector}, found ${found ? 1 + others.length : 0}`);
  return found;
}

export function isReady(pod: KubernetesObject): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Whether `helm uninstall` leaves the object. */
export function isKept(object: KubernetesObject): boolean {
  return object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep';
}

/** Everything in a namespace but events and what Kubernetes itself puts there, as `kind/name`. */
export async function contents(namespace: string): Promise<Map<string, KubernetesObject>> {
  const kinds = await kubectl('api-resources', '--verbs=list', '--namespaced', '-o', 'name');
  const listed = kinds.split('\n').filter((kind) => kind && !/^(events|pods\.metrics)\b/.test(kind));
  const objects = await list(namespace, listed.join(','));
  const own = objects.filter(
    ({ kind, metadata: { name } }) =>
      !['ServiceAccount/default', 'ConfigMap/kube-root-ca.crt'].includes(`${kind}/${name}`),
  );
  return new Map(own.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}

/** Prints what one looks at when something does not work. */
export async function dump(namespace: string): Promise<void> {
  const pods = await list(namespace, 'pods').catch(() => []);
  const commands = [
    ['get', 'all,pvc,networkpolicy', '-n', namespace, '-o', 'wide'],
    ['get', 'events', '-n', namespace, '--sort-by=.lastTimestamp'],
    ...pods.filter((pod) => !isReady(pod)).map((pod) => ['describe', 'pod', '-n', namespace, pod.metadata.name]),
    ...pods.map((pod) => ['logs', '-n', namespace, pod.metadata.name, '--all-containers', '--prefix', '--tail=50']),
  ];
  const outputs: string[] = [];
  for (const args of commands) outputs.push(`--- kubectl ${args.join(' ')}`, await kubectl(...args).catch(String));
  console.log(outputs.join('\n'));
}
