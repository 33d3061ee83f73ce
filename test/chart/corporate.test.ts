// examples/corporate: the values of a platform team and 60 servers are valid, fit into the quota, and reach nothing but the proxy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubeconform, kubernetesVersions } from '../kubeconform.ts';
import { type Manifest, render, root } from './helm.ts';

const file = (name: string) => join(root, 'examples/corporate', name);
const manifests = render({}, { args: ['-f', file('values.yaml'), '-f', file('servers.yaml')] });
const namespace = readFileSync(file('namespace.yaml'), 'utf8');
const servers = manifests.kind('Deployment').filter(({ metadata }) => metadata.labels['mcpgen.dev/server']);

test.each(kubernetesVersions)('is valid for Kubernetes %s', (version) => {
  for (const text of [manifests.text, namespace])
    expect(kubeconform(text, version)).toMatchObject({ invalid: 0, errors: 0, skipped: 0, messages: [] });
});

test("has 60 servers, in the node pool, with the company's images and login", () => {
  expect(servers).toHaveLength(60);
  for (const { spec } of manifests.pods()) {
    expect(spec).toMatchObject({ nodeSelector: { pool: 'mcp' }, imagePullSecrets: [{ name: 'registry-login' }] });
    for (const { image } of [...(spec.initContainers ?? []), ...spec.containers])
      expect(image).toMatch(/^registry\.example\.com\/dockerhub\//);
  }
});

test('lets servers reach the proxy and name servers only', () => {
  for (const { spec } of manifests.kind('NetworkPolicy').filter(({ metadata }) => metadata.name.startsWith('mcp-'))) {
    expect(spec.egress).toHaveLength(2);
    expect(spec.egress[1].ports).toEqual([{ port: 3128, protocol: 'TCP' }]);
  }
});

test('fits into the quota, also while each server is updated', () => {
  const quota = parseAllDocuments(namespace).map((one) => one.toJS() as Manifest)[1].spec.hard;
  const units: Record<string, number> = { m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30 };
  const amount = (quantity: string | undefined): number => {
    const [, number, unit = ''] = /^([\d.]+)(\D*)$/.exec(quantity ?? '') ?? [];
    if (number === undefined) throw new Error('a container without a request or limit');
    return Number(number) * (units[unit] ?? 1);
  };
  // Sidecars count, and of init containers the largest.
  const podSum = (pod: Manifest, kind: string, resource: string): number => {
    const of = (one: Manifest) => amount(one.resources[kind]?.[resource]);
    const init: Manifest[] = pod.initContainers ?? [];
    const running = [...pod.containers, ...init.filter((one) => one.restartPolicy === 'Always')];
    const sum = running.reduce((total, one) => total + of(one), 0);
    return Math.max(sum, ...init.filter((one) => one.restartPolicy !== 'Always').map(of));
  };
  const all: Manifest[] = manifests.kind('Deployment').map(({ spec }) => spec.template.spec);
  const total = (kind: string, resource: string) => 2 * all.reduce((sum, pod) => sum + podSum(pod, kind, resource), 0);
  expect(2 * all.length).toBeLessThanOrEqual(Number(quota.pods));
  expect(total('requests', 'cpu')).toBeLessThanOrEqual(amount(quota['requests.cpu']));
  expect(total('requests', 'memory')).toBeLessThanOrEqual(amount(quota['requests.memory']));
  expect(total('requests', 'ephemeral-storage')).toBeLessThanOrEqual(amount(quota['requests.ephemeral-storage']));
  expect(total('limits', 'memory')).toBeLessThanOrEqual(amount(quota['limits.memory']));
});

test('examples/kubernetes-api: one server has a token, rights, and the way to the API server; nobody else has', () => {
  const api = render({}, { args: ['-f', join(root, 'examples/kubernetes-api/server.yaml')] });
  expect(kubeconform(api.text, '1.34.0')).toMatchObject({ invalid: 0, errors: 0, messages: [] });
  const tokens = api.pods().map(({ name, spec }) => [name, spec.automountServiceAccountToken]);
  expect(Object.fromEntries(tokens)).toEqual({ 'mcp-kubernetes': true, 'rel-mcpgen': false, 'rel-mcpgen-test': false });
  expect(api.get('Deployment', 'mcp-kubernetes').spec.template.spec.serviceAccountName).toBe(
    api.get('RoleBinding', 'mcp-kubernetes').subjects[0].name,
  );
  expect(api.get('NetworkPolicy', 'mcp-kubernetes').spec.egress[1].ports).toEqual([{ port: 6443, protocol: 'TCP' }]);
});
