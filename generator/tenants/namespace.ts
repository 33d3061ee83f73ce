// The namespace of a tenant: what it admits, how much it may use, and that nothing in it is reached unless a policy says so.

import { writeYaml } from '../yaml/write.ts';
import type { Quota } from './model.ts';

/** The first line of each file; the command takes a folder whose namespace.yaml has it for one of its own. */
export const header = '# Written by mcpgen tenants; the next run replaces it.\n';

/** The label of everything that belongs to a tenant. */
const tenantLabel = 'mcpgen.dev/tenant';

/** The chart sets requests and limits for all of its containers; these are for others, such as a debug container. */
const limits = { default: { cpu: '500m', memory: '256Mi' }, defaultRequest: { cpu: '10m', memory: '64Mi' } };

export function namespaceFile(tenant: string, namespace: string, quota: Quota): string {
  const labels = { 'app.kubernetes.io/managed-by': 'mcpgen', [tenantLabel]: tenant };
  const metadata = (name: string): object => ({ name, namespace, labels });
  const podSecurity = Object.fromEntries(
    ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  const hard = Object.fromEntries(Object.entries(quota).map(([key, value]) => [key, String(value)]));
  const documents = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels, ...podSecurity } } },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: metadata('tenant'),
      spec: { hard: { ...hard, 'services.loadbalancers': '0', 'services.nodeports': '0' } },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: metadata('tenant'),
      spec: { limits: [{ type: 'Container', ...limits }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata('default-deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  ];
  return header + documents.map((document) => writeYaml(document)).join('---\n');
}
