// A rendered pod as its program would find it: `$(NAME)` expanded as Kubernetes does, and each Secret holding a text of its own.

import type { Manifests } from '../chart/helm.ts';

export interface Started {
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** `secretOf`: the value of the secret with this key. The home that the chart gives is left out, and so is the program. */
export function startOf(manifests: Manifests, server: string, secretOf: (key: string) => string): Started {
  const [container] = manifests.get('Deployment', `mcp-${server}`).spec.template.spec.containers;
  const env = new Map<string, string>();
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    if (valueFrom) env.set(name, secretOf(valueFrom.secretKeyRef.key));
    else env.set(name, expand(value, env));
  }
  const args = (container.args as string[]).map((text) => expand(text, env));
  if (env.get('HOME') === '/home/mcp') env.delete('HOME');
  return { env: Object.fromEntries(env), args: args.slice(1) };
}

/** k8s.io/kubernetes third_party/forked/golang/expansion: `$$` is a dollar, and what is not known stays as it is written. */
function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string) =>
    after === '$' ? '$' : (env.get(name) ?? whole),
  );
}
