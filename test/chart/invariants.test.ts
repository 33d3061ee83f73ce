// What holds for all manifests, whatever the values: over every example, and over values that set everything.

import { describe, expect, test } from 'vitest';
import { expectValid, kubernetesVersions } from '../kubeconform.ts';
import { exampleValues, fullValues, type Manifest, type Manifests, render } from './helm.ts';

const labelLimit = 63;
const stableLabels = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
  'mcpgen.dev/server',
];
/** What is on in addition: all that needs something of the cluster which the others have not. */
const openshift = ['platform=openshift', 'exposure.route.enabled=true', 'global.imageRegistry=mirror.example.com'];
const cilium = ['networkPolicy.flavor=cilium'];
/** Those whose servers all have pods: the relay alone connects to a server of one's own network. */
const withPodsAlone = exampleValues().filter(([, values]) => !/^ {4}http:\n {6}url:/m.test(values));
const full = ['test/chart/full.values.yaml', fullValues] as const;
const cases: (readonly [name: string, values: string, ...set: string[]])[] = [
  ...exampleValues(),
  ['no values', '{}'],
  full,
  ...[full, ...exampleValues()].flatMap(([name, values]) => [
    [`${name}, OpenShift`, values, ...openshift] as const,
    [`${name}, Cilium`, values, ...cilium] as const,
  ]),
  [`${full[0]}, relay`, full[1], 'relay.enabled=true'],
  [`${full[0]}, door`, full[1], 'door.enabled=true', 'gateway.transport=streaming'],
  ...withPodsAlone.map(([name, values]) => [`${name}, no relay`, values, 'relay.enabled=false'] as const),
  [`${full[0]}, names of the release`, full[1], 'relay.enabled=true', 'relay.releaseNames=true'],
  ...withPodsAlone.map(([name, values]) => [`${name}, sidecars`, values, 'topology=sidecars'] as const),
];

const withoutEmptyLines = (text: string) => text.replace(/\n+/g, '\n');
const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** A user's label and annotation of all objects. */
const marks = ['commonLabels.mark=here', 'commonAnnotations.mark=here'];

/** By the case. */
const renderedTexts = new Map<string, string>();

describe.each(cases)('%s', (name, values, ...set) => {
  const args = [...set, ...marks].flatMap((one) => ['--set', one]);
  const usesTokens = values.includes('automountServiceAccountToken: true');
  const isOpenShift = set.includes('platform=openshift');
  const rendered: Manifests = render(values, { args });
  renderedTexts.set(name, rendered.text);
  const containers = rendered.pods().flatMap((pod) =>
    [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((one: Manifest) => ({
      pod,
      one,
      at: `${pod.name}/${one.name}`,
    })),
  );
  const deployments = rendered.kind('Deployment');

  test('each render gives the same bytes, with Helm 3 and 4', () => {
    // Helm 4 ends each manifest with an empty line.
    expect(withoutEmptyLines(render(values, { args, helm: 'helm4' }).text)).toBe(withoutEmptyLines(rendered.text));
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

  test("a user's labels and annotations reach every object, and the labels every pod", () => {
    for (const { kind, metadata } of rendered.all.filter((one) => !one.metadata.name.includes('extra'))) {
      const at = `${kind}/${metadata.name}`;
      expect([metadata.labels?.mark, metadata.annotations?.mark], at).toEqual(['here', 'here']);
    }
    for (const { name: at, labels } of rendered.pods()) expect(labels['mark'], at).toBe('here');
  });

  test('names and labels are short enough', () => {
    for (const { metadata } of rendered.all) {
      expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(labelLimit);
      for (const value of Object.values(metadata.labels ?? {}) as string[])
        expect(value.length).toBeLessThanOrEqual(labelLimit);
    }
  });

  test('selectors of Deployments hold stable labels only, and select their own pods alone', () => {
    for (const { metadata, spec } of deployments) {
      const selector = spec.selector.matchLabels;
      expect(Object.keys(selector).filter((key) => !stableLabels.includes(key))).toEqual([]);
      const selected = deployments.filter((other) => matches(selector, other.spec.template.metadata.labels));
      expect(selected.map((other) => other.metadata.name)).toEqual([metadata.name]);
    }
  });

  test('each Service leads to the pods of its name, and to ports that they have', () => {
    for (const { metadata, spec } of rendered.kind('Service')) {
      const selected = rendered.pods().filter(({ labels }) => matches(spec.selector, labels));
      // That of all servers names the pods of each.
      if (metadata.name.endsWith('-servers')) continue;
      expect(
        selected.map((pod) => pod.name),
        metadata.name,
      ).toEqual([metadata.name.replace(/(gate|mcpgen)-(relay|inner|doors)$/, '$1')]);
      const { initContainers = [], containers = [] } = selected[0]?.spec ?? {};
      const ports = [...initContainers, ...containers].flatMap((one: Manifest) => one.ports ?? []) as Manifest[];
      for (const port of spec.ports) expect(ports.map(({ name }) => name)).toContain(port.targetPort);
    }
  });

  test('all is denied to each pod in both directions, but for what a policy allows; peers in this release are there', () => {
    const policies = rendered.kind('NetworkPolicy');
    const select = (selector: Manifest) =>
      rendered.pods().filter(({ labels }) => matches(selector.matchLabels, labels));
    for (const { metadata, spec } of deployments) {
      const labels = spec.template.metadata.labels;
      const own = policies.filter((policy) => matches(policy.spec.podSelector.matchLabels, labels));
      const types = own.flatMap((policy) => policy.spec.policyTypes);
      expect([...new Set(types)].toSorted(), metadata.name).toEqual(['Egress', 'Ingress']);
    }
    const hasServers = deployments.length > 1;
    for (const { metadata, spec } of [...policies, ...rendered.kind('CiliumNetworkPolicy')]) {
      const selector = spec.podSelector ?? spec.endpointSelector;
      if (hasServers) expect(select(selector).length, `${metadata.name} selects nothing`).toBeGreaterThan(0);
      const rules = [
        ...(spec.ingress ?? []).flatMap((rule: Manifest) => rule.from ?? []),
        ...(spec.egress ?? []).flatMap((rule: Manifest) => rule.to ?? []),
      ];
      for (const { podSelector, namespaceSelector } of rules) {
        const isOwn = podSelector?.matchLabels?.['app.kubernetes.io/instance'] === 'rel' && !namespaceSelector;
        if (!isOwn || !hasServers) continue;
        expect(select(podSelector).length, `a peer of ${metadata.name}`).toBeGreaterThan(0);
      }
    }
  });

  test('with Cilium, DNS queries of a pod whose hosts are names pass the proxy that learns their addresses', () => {
    for (const { metadata, spec } of rendered.kind('CiliumNetworkPolicy')) {
      const labels = spec.endpointSelector.matchLabels;
      const [pod] = rendered.pods().filter((one) => matches(labels, one.labels));
      expect(spec.egress[0].toPorts[0].rules.dns.length, metadata.name).toBeGreaterThan(0);
      const allowed = rendered
        .kind('NetworkPolicy')
        .filter((policy) => matches(policy.spec.podSelector.matchLabels, pod?.labels ?? {}))
        .flatMap((policy) => policy.spec.egress ?? [])
        .flatMap((rule: Manifest) => rule.ports ?? []);
      expect(
        allowed.map(({ port }: Manifest) => port),
        metadata.name,
      ).not.toContain(53);
    }
  });

  test('every container passes PodSecurity "restricted", has a read-only root, requests and limits', () => {
    for (const { pod, one, at } of containers) {
      const own = one.securityContext;
      expect(own.allowPrivilegeEscalation, at).toBe(false);
      expect(own.capabilities, at).toEqual({ drop: ['ALL'] });
      expect(pod.spec.securityContext.runAsNonRoot, at).toBe(true);
      expect(pod.spec.securityContext.seccompProfile, at).toEqual({ type: 'RuntimeDefault' });
      if (!isOpenShift) expect(pod.spec.securityContext.runAsUser, at).toBeGreaterThan(0);
      // What a ResourceQuota may ask of each container.
      const { requests, limits } = one.resources;
      expect(Object.keys({ ...limits, ...requests }), at).toEqual(
        expect.arrayContaining(['cpu', 'memory', 'ephemeral-storage']),
      );
      expect(Object.keys(limits), at).toEqual(expect.arrayContaining(['cpu', 'memory']));
      if (!at.endsWith('mcp-own/server')) expect(own.readOnlyRootFilesystem, at).toBe(true);
    }
    for (const { name: at, spec } of rendered.pods()) {
      if (!usesTokens) expect(spec.automountServiceAccountToken, at).toBe(false);
      expect(spec.enableServiceLinks, at).toBe(false);
      expect([spec.hostNetwork, spec.hostPID, spec.hostIPC], at).toEqual([undefined, undefined, undefined]);
      expect(spec.volumes.filter((volume: Manifest) => volume.hostPath)).toEqual([]);
    }
  });

  test('OpenShift assigns users and groups, and one registry has all images', () => {
    if (!isOpenShift) return;
    for (const { pod, one, at } of containers) {
      const contexts = { ...pod.spec.securityContext, ...one.securityContext };
      expect([contexts.runAsUser, contexts.runAsGroup, contexts.fsGroup], at).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(one.image, at).toMatch(/^mirror\.example\.com\//);
    }
    expect(rendered.kind('Route')).toHaveLength(1);
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
            valueFrom?.secretKeyRef ? [`Secret/${valueFrom.secretKeyRef.name}`] : [],
          ),
        ),
        ...(spec.serviceAccountName ? [`ServiceAccount/${spec.serviceAccountName}`] : []),
      ];
      for (const reference of references) {
        const inValues = new RegExp(`\\b${reference.replace(/.*\//, '')}\\b`).test(values);
        // The token is made where Helm sees the cluster (test/e2e/locked-down.test.ts).
        if (!inValues && reference !== 'Secret/rel-mcpgen-auth') expect(names, at).toContain(reference);
      }
    }
  });

  test('no secret stands in a ConfigMap or in a pod', () => {
    expect(rendered.kind('Secret')).toEqual([]);
    const catalogs = rendered.kind('ConfigMap').flatMap(({ data }) => data?.['catalog.yaml'] ?? []);
    expect(catalogs).toHaveLength(1);
    for (const catalog of catalogs) expect(catalog).not.toMatch(/Bearer (?!\$\{)/);
  });
});

test.each(kubernetesVersions)('the schemas of Kubernetes %s are met', (version) => expectValid(renderedTexts, version));
