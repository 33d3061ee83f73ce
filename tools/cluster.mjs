// What the scripts that use a cluster have in common.
import { UserError, run } from './common.mjs';

/** Ends the script, with what to do, when no cluster answers. */
export function requireCluster() {
  const { status, stderr } = run('kubectl', ['get', '--raw', '/readyz', '--request-timeout', '10s'], {
    timeout: 30_000,
  });
  if (status === 0) return;
  throw new UserError(
    status === 127
      ? 'kubectl was not found; this looks at the cluster with it: install it from https://kubernetes.io/docs/tasks/tools and try again.'
      : `no Kubernetes cluster answers, and this needs one: set KUBECONFIG to that of a running cluster, or start one (kind create cluster).\n  ${stderr.trim().split('\n').at(-1)}`,
  );
}
