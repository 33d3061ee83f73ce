// What holds for all manifests, whatever the values: over every example, and over values that set everything.

import { describe, expect, test } from 'vitest';
import { kubeconform, kubernetesVersions } from '../kubeconform.ts';
import { exampleValues, fullValues, type Manifest, type Manifests, render, run } from './helm.ts';

const labelLimit = 63;
const stableLabels = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
  'mcpgen.dev/server',
];
const cases = [...exampleValues(), ['no values', '{}'], ['test/chart/full.values.yaml', fullValues]] as const;

const withoutEmptyLines = (text: string) => text.replace(/\n+/g, '\n');
const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

describe.each(cases)('%s', (_, values) => {
  const rendered: Manifests = render(values);
  const containers = rendered.pods().flatMap((pod) =>
    [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((one: Manifest) => ({
      pod,
      one,
      at: `${pod.name}/${one.name}`,
    })),
  );
  const deployments = rendered.kind('Deployment');

  test('two renders, and Helm 3 and 4, give the same bytes', () => {
    expect(render(values).text).toBe(rendered.text);
    // Helm 4 ends each manifest with an empty line.
    expect(withoutEmptyLines(render(values, { helm: 'helm4' }).text)).toBe(withoutEmptyLines(rendered.text));
  });

  test.each(kubernetesVersions)('the schemas of Kubernetes %s are met', (version) => {
    const verdict = kubeconform(rendered.text, version);
    expect(verdict).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
  });

  test('each object has a name of its own, a namespace and the labels', () => {
    const names = rendered.names();
    expect(names.filter((one, index) => names.indexOf(one) !== index)).toEqual([]);
    const own = rendered.all.filter(({ metadata }) => !metadata.name.includes('extra'));
    for (const { kind, metadata } of own) {
      expect(metadata.namespace, metadata.name).toBe('ns');
      expect(Object.keys(metadata.labels), `${kind}/${metadata.name}`).toEqual(
        expect.arrayContaining([...stableLabels.slice(0, 3), 'app.kubernetes.io/managed-by', 'helm.sh/chart']),
      );
    }
  });

  test('names and labels are short enough', () => {
    for (const { metadata } of rendered.all) {
      expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(labelLimit);
      for (const value of Object.values(metadata.labels ?? {}) as string[])
        expect(value.length).toBeLessThanOrEqual(labelLimit);
    }
  });

  test('selectors hold stable labels only, and each Service and policy selects exactly one Deployment', () => {
    for (const { metadata, spec } of deployments) {
      const selector = spec.selector.matchLabels;
      expect(Object.keys(selector).filter((key) => !stableLabels.includes(key))).toEqual([]);
      expect(matches(selector, spec.template.metadata.labels), metadata.name).toBe(true);
      expect(deployments.filter((other) => matches(selector, other.spec.template.metadata.labels))).toHaveLength(1);
    }
    for (const { kind, metadata, spec } of [...rendered.kind('Service'), ...rendered.kind('NetworkPolicy')]) {
      const selector = kind === 'Service' ? spec.selector : spec.podSelector.matchLabels;
      expect(Object.keys(selector).filter((key) => !stableLabels.includes(key))).toEqual([]);
      const selected = rendered.pods().filter(({ labels }) => matches(selector, labels));
      expect(
        selected.map((pod) => pod.name),
        metadata.name,
      ).toEqual([metadata.name]);
      if (kind !== 'Service') continue;
      const ports = selected[0]?.spec.containers[0].ports.map((port: Manifest) => port.name);
      for (const port of spec.ports) expect(ports).toContain(port.targetPort);
    }
  });

  test("each pod has a policy, and the policies' peers in this release are there", () => {
    const policies = rendered.kind('NetworkPolicy');
    for (const { metadata, spec } of deployments) {
      const labels = spec.template.metadata.labels;
      expect(
        policies.filter((policy) => matches(policy.spec.podSelector.matchLabels, labels)),
        metadata.name,
      ).toHaveLength(1);
    }
    const servers = rendered.kind('Service').length - 1;
    for (const { metadata, spec } of policies) {
      expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
      const rules = [
        ...spec.ingress.flatMap((rule: Manifest) => rule.from ?? []),
        ...spec.egress.flatMap((rule: Manifest) => rule.to ?? []),
      ];
      for (const { podSelector, namespaceSelector } of rules) {
        if (!podSelector || namespaceSelector) continue;
        const found = rendered.pods().filter(({ labels }) => matches(podSelector.matchLabels, labels));
        const isServers = podSelector.matchLabels['app.kubernetes.io/component'] === 'server';
        expect(found, metadata.name).toHaveLength(isServers ? servers : 1);
      }
    }
  });

  test('every container passes PodSecurity "restricted", has a read-only root and limits', () => {
    for (const { pod, one, at } of containers) {
      const own = one.securityContext;
      expect(own.allowPrivilegeEscalation, at).toBe(false);
      expect(own.capabilities, at).toEqual({ drop: ['ALL'] });
      expect(pod.spec.securityContext.runAsNonRoot, at).toBe(true);
      expect(pod.spec.securityContext.seccompProfile, at).toEqual({ type: 'RuntimeDefault' });
      expect(pod.spec.securityContext.runAsUser, at).toBeGreaterThan(0);
      expect(one.resources.limits.memory, at).toBeDefined();
      if (at !== 'mcp-own/server') expect(own.readOnlyRootFilesystem, at).toBe(true);
    }
    for (const { name: at, spec } of rendered.pods()) {
      expect(spec.automountServiceAccountToken, at).toBe(false);
      expect(spec.enableServiceLinks, at).toBe(false);
      expect([spec.hostNetwork, spec.hostPID, spec.hostIPC], at).toEqual([undefined, undefined, undefined]);
      expect(spec.volumes.filter((volume: Manifest) => volume.hostPath)).toEqual([]);
    }
  });

  test('each mount has its volume, and no path is mounted twice', () => {
    for (const { pod, one, at } of containers) {
      const volumes = pod.spec.volumes.map((volume: Manifest) => volume.name);
      const paths = one.volumeMounts.map((mount: Manifest) => mount.mountPath);
      for (const mount of one.volumeMounts) expect(volumes, at).toContain(mount.name);
      expect(new Set(paths).size, at).toBe(paths.length);
    }
    for (const { spec, name: at } of rendered.pods()) {
      for (const { emptyDir } of spec.volumes) if (emptyDir) expect(emptyDir.sizeLimit, at).toBeDefined();
    }
  });

  test('what pods refer to is made by the chart, or named in values', () => {
    const names = rendered.names();
    for (const { spec, name: at } of rendered.pods()) {
      const references = [
        ...spec.volumes.flatMap(({ configMap, persistentVolumeClaim: claim, secret }: Manifest) => [
          ...(configMap ? [`ConfigMap/${configMap.name}`] : []),
          ...(claim ? [`PersistentVolumeClaim/${claim.claimName}`] : []),
          ...(secret ? [`Secret/${secret.secretName}`] : []),
        ]),
        ...[...(spec.initContainers ?? []), ...spec.containers].flatMap((one: Manifest) =>
          (one.env ?? []).flatMap(({ valueFrom }: Manifest) =>
            valueFrom ? [`Secret/${valueFrom.secretKeyRef.name}`] : [],
          ),
        ),
        ...(spec.serviceAccountName ? [`ServiceAccount/${spec.serviceAccountName}`] : []),
      ];
      for (const reference of references) {
        const inValues = new RegExp(`\\b${reference.replace(/.*\//, '')}\\b`).test(values);
        if (!inValues) expect(names, at).toContain(reference);
      }
    }
  });

  test('no secret stands in a ConfigMap or in a pod', () => {
    const text = run('template', values, { args: ['--set', 'gateway.auth.existingSecret='] }).stdout;
    const token = /^ {2}(?:token|bearer): "(.+)"$/m.exec(text)?.[1] ?? '';
    expect(Buffer.from(token, 'base64').toString()).toMatch(/^\w{40}$/);
    expect(text.split(token)).toHaveLength(2);
    expect(text).not.toContain(Buffer.from(token, 'base64').toString());
    expect(rendered.kind('Secret').filter(({ metadata }) => !metadata.name.endsWith('-auth'))).toEqual([]);
    const catalogs = rendered.kind('ConfigMap').flatMap(({ data }) => data?.['catalog.yaml'] ?? []);
    expect(catalogs).toHaveLength(1);
    for (const catalog of catalogs) expect(catalog).not.toMatch(/Bearer (?!\$\{)/);
  });
});
