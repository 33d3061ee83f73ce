// What platforms and network plugins change: OpenShift, Cilium, one registry for all, cloud identities.

import { describe, expect, test } from 'vitest';
import { type Manifest, oneServer, refusal, render } from './helm.ts';

describe('one registry for all images', () => {
  const imageOf = (image: string, imageRegistry = 'mirror.example.com') =>
    render(oneServer({ image }, { global: { imageRegistry } })).get('Deployment', 'mcp-time').spec.template.spec
      .containers[0].image;
  const digest = `sha256:${'0'.repeat(64)}`;

  test.each([
    ['mcp/time', 'mirror.example.com/mcp/time'],
    ['mcp/time:1', 'mirror.example.com/mcp/time:1'],
    [`mcp/time:1@${digest}`, `mirror.example.com/mcp/time:1@${digest}`],
    ['postgres:17', 'mirror.example.com/library/postgres:17'],
    ['docker.io/postgres', 'mirror.example.com/library/postgres'],
    ['docker.io/mcp/time', 'mirror.example.com/mcp/time'],
    ['ghcr.io/github/server:v1', 'mirror.example.com/github/server:v1'],
    ['ghcr.io/server', 'mirror.example.com/server'],
    ['localhost:5000/a/b/c', 'mirror.example.com/a/b/c'],
    ['localhost/a', 'mirror.example.com/a'],
  ])('%s is %s', (image, mirrored) => expect(imageOf(image)).toBe(mirrored));

  test('may have a path, and a slash at its end', () => {
    expect(imageOf('mcp/time', 'mirror.example.com/docker/')).toBe('mirror.example.com/docker/mcp/time');
  });

  test('is not needed', () => expect(imageOf('localhost:5000/a', '')).toBe('localhost:5000/a'));
});

describe('OpenShift', () => {
  const values = (exposure: object, rest: object = {}) => ({
    platform: 'openshift',
    exposure: { route: { enabled: true }, ...exposure },
    ...rest,
  });

  test("leaves users to the SCC, also those of a server's own entry", () => {
    const entry = { podSecurityContext: { runAsUser: 7, supplementalGroups: [8] }, securityContext: { runAsUser: 9 } };
    const { spec } = render(oneServer(entry, { platform: 'openshift' })).get('Deployment', 'mcp-time').spec.template;
    expect(Object.keys(spec.securityContext).toSorted()).toEqual([
      'fsGroupChangePolicy',
      'runAsNonRoot',
      'seccompProfile',
    ]);
    expect(spec.containers[0].securityContext.runAsUser).toBeUndefined();
  });

  test('asks DNS where it is there', () => {
    const { egress } = render(values({})).get('NetworkPolicy', 'rel-mcpgen').spec;
    expect(egress[0].to[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'openshift-dns' });
    expect(egress[0].ports[0]).toEqual({ port: 5353, protocol: 'UDP' });
  });

  test('has a Route for each host, over https only, that is patient', () => {
    const [first, second] = render(values({ hosts: ['a.example.com', 'b.example.com'], timeoutSeconds: 60 })).kind(
      'Route',
    );
    expect([first.metadata.name, second.metadata.name]).toEqual(['rel-mcpgen', 'rel-mcpgen-1']);
    expect(second.spec).toEqual({
      host: 'b.example.com',
      path: '/mcp',
      to: { kind: 'Service', name: 'rel-mcpgen' },
      port: { targetPort: 'http' },
      tls: { termination: 'edge', insecureEdgeTerminationPolicy: 'None' },
    });
    expect(first.metadata.annotations).toEqual({ 'haproxy.router.openshift.io/timeout': '60s' });
  });

  test('chooses the host of a Route that has none', () => {
    expect(render(values({})).get('Route', 'rel-mcpgen').spec.host).toBeUndefined();
  });

  test('keeps a client at its gateway', () => {
    const gateway = { replicas: 2, service: { sessionAffinity: 'ClientIP' } };
    expect(render(values({}, { gateway })).get('Route', 'rel-mcpgen').metadata.annotations).toMatchObject({
      'haproxy.router.openshift.io/balance': 'source',
    });
  });

  test('is where Routes are', () => {
    expect(refusal({ exposure: { route: { enabled: true } } })).toContain(
      '- exposure.route.enabled: only OpenShift has Routes; set platform: openshift, or use exposure.ingress',
    );
  });
});

describe('Cilium', () => {
  const cilium = (servers: object, rest: object = {}) =>
    render({ networkPolicy: { flavor: 'cilium', ...rest }, servers });
  const server = (egress: object) => ({ time: { image: 'a', command: ['a'], egress } });
  const hosts = ['api.example.com:443', '*.example.org:443', 'b.example.com.:8443'];

  test('holds hosts by name, wildcards too, by port', () => {
    const { spec } = cilium(server({ mode: 'hosts', hosts })).get('CiliumNetworkPolicy', 'mcp-time');
    const [dns, web, other] = spec.egress;
    expect(dns.toPorts[0].rules.dns).toEqual([
      { matchName: 'api.example.com' },
      { matchPattern: '*.example.org' },
      { matchName: 'b.example.com.' },
    ]);
    expect(dns.toEndpoints[0].matchLabels).toEqual({
      'k8s-app': 'kube-dns',
      'k8s:io.kubernetes.pod.namespace': 'kube-system',
    });
    expect(web).toEqual({
      toFQDNs: [{ matchName: 'api.example.com' }, { matchPattern: '*.example.org' }],
      toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }],
    });
    expect(other.toPorts[0].ports).toEqual([{ port: '8443', protocol: 'TCP' }]);
  });

  test('then the internet is closed, and names are asked for as they are, without search domains', () => {
    const rendered = cilium(server({ mode: 'hosts', hosts }));
    expect(rendered.names()).not.toContain('NetworkPolicy/mcp-time');
    expect(rendered.get('Deployment', 'mcp-time').spec.template.spec.dnsConfig).toEqual({
      options: [{ name: 'ndots', value: '1' }],
    });
  });

  test('leaves addresses and peers to NetworkPolicy, and lets peers be asked for by any name', () => {
    const to = [{ podSelector: { matchLabels: { app: 'db' } } }];
    const rendered = cilium(server({ mode: 'hosts', hosts: [...hosts, '10.0.0.5:5432'], to }));
    expect(rendered.get('NetworkPolicy', 'mcp-time').spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 5432, protocol: 'TCP' }] },
      { to },
    ]);
    const { egress } = rendered.get('CiliumNetworkPolicy', 'mcp-time').spec;
    expect(egress[0].toPorts[0].rules.dns).toEqual([{ matchPattern: '*' }]);
  });

  test('has nothing to add to the other modes', () => {
    for (const mode of ['none', 'internet', 'all'])
      expect(cilium(server({ mode })).kind('CiliumNetworkPolicy')).toEqual([]);
    const addresses = cilium(server({ mode: 'hosts', hosts: ['10.0.0.5:5432'] }));
    expect(addresses.kind('CiliumNetworkPolicy')).toEqual([]);
    expect(addresses.get('NetworkPolicy', 'mcp-time').spec.egress).toHaveLength(2);
  });

  test('opens the gateway to its remote servers by name', () => {
    const far = (url: string) => ({ remote: { url } });
    const rendered = cilium({
      a: far('https://a.example.com/mcp'),
      b: far('https://b.example.com:8443'),
      c: far('https://1.2.3.4'),
    });
    const [dns, ...names] = rendered.get('CiliumNetworkPolicy', 'rel-mcpgen').spec.egress;
    expect(dns.toPorts[0].rules.dns).toEqual([{ matchPattern: '*' }]);
    expect(names.map((rule: Manifest) => [rule.toFQDNs[0].matchName, rule.toPorts[0].ports[0].port])).toEqual([
      ['a.example.com', '443'],
      ['b.example.com', '8443'],
    ]);
    const blocks = rendered.get('NetworkPolicy', 'rel-mcpgen').spec.egress.flatMap(({ to }: Manifest) => to);
    expect(blocks.filter((peer: Manifest) => peer.ipBlock)).toEqual([{ ipBlock: { cidr: '1.2.3.4/32' } }]);
  });

  test('holds the hosts of pods, which sidecars have not', () => {
    expect(refusal({ topology: 'sidecars', networkPolicy: { flavor: 'cilium' } })).toContain(
      '- networkPolicy.flavor: cilium enforces host names per pod,',
    );
  });

  test('takes the DNS peers of a NetworkPolicy', () => {
    const to = [
      { namespaceSelector: { matchLabels: { team: 'net' }, matchExpressions: [{ key: 'env', operator: 'Exists' }] } },
      { namespaceSelector: {}, podSelector: { matchLabels: { app: 'dns' } } },
      { ipBlock: { cidr: '169.254.20.10/32' } },
    ];
    const { egress } = cilium(server({ mode: 'hosts', hosts }), { dns: { to } }).get(
      'CiliumNetworkPolicy',
      'mcp-time',
    ).spec;
    const namespace = 'k8s:io.cilium.k8s.namespace.labels.';
    expect(egress.find((rule: Manifest) => rule.toEndpoints).toEndpoints).toEqual([
      {
        matchLabels: { [`${namespace}team`]: 'net' },
        matchExpressions: [{ key: `${namespace}env`, operator: 'Exists' }],
      },
      {
        matchLabels: { app: 'dns' },
        matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }],
      },
    ]);
    expect(egress.find((rule: Manifest) => rule.toCIDRSet).toCIDRSet).toEqual([{ cidr: '169.254.20.10/32' }]);
  });
});

describe('what does not count as internet', () => {
  const { spec } = render(oneServer()).all.find(({ metadata }) => metadata.name.endsWith('-egress-internet'));
  const [four, six] = spec.egress.flatMap(({ to }: Manifest) => to).flatMap(({ ipBlock }: Manifest) => ipBlock ?? []);
  const within = (address: string, range: string) => {
    const [network = '', bits = '0'] = range.split('/');
    const drop = BigInt((range.includes(':') ? 128 : 32) - Number(bits));
    return toNumber(address) >> drop === toNumber(network) >> drop;
  };

  test.each([
    ['the API server of this cluster', '10.96.0.1'],
    ["AWS, Google Cloud and Azure's metadata", '169.254.169.254'],
    ['EKS Pod Identity', '169.254.170.23'],
    ["Alibaba Cloud's metadata", '100.100.100.200'],
    ["Oracle Cloud's metadata", '192.0.0.192'],
    ["Azure's host", '168.63.129.16'],
    ['carrier networks', '100.64.0.1'],
    ["AWS' metadata by IPv6", 'fd00:ec2::254'],
    ['EKS Pod Identity by IPv6', 'fd00:ec2::23'],
    ['link-local IPv6', 'fe80::1'],
    ['private IPv4 by NAT64', '64:ff9b::a00:1'],
  ])('%s: %s', (_, address) => {
    const { except } = address.includes(':') ? six : four;
    expect(except.filter((range: string) => within(address, range))).toHaveLength(1);
  });

  test.each(['1.1.1.1', '172.32.0.1', '168.63.129.17', '2606:4700::1111'])('but %s does', (address) => {
    const { except } = address.includes(':') ? six : four;
    expect(except.filter((range: string) => within(address, range))).toEqual([]);
  });
});

test('a cloud identity is an annotation of the service account', () => {
  const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/mcp' };
  const rendered = render(
    oneServer({ serviceAccount: { annotations } }, { gateway: { serviceAccount: { annotations } } }),
  );
  for (const { metadata, automountServiceAccountToken } of rendered.kind('ServiceAccount')) {
    expect(metadata.annotations).toEqual(annotations);
    expect(automountServiceAccountToken).toBe(false);
  }
});

test('a pod has a user namespace of its own where that is asked for', () => {
  const spec = (entry: object) =>
    render(oneServer({ ...entry })).get('Deployment', 'mcp-time').spec.template.spec as Manifest;
  expect(spec({}).hostUsers).toBeUndefined();
  expect(spec({ hostUsers: false }).hostUsers).toBe(false);
});

function toNumber(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = address.split('::').map((half) => half.split(':').filter(Boolean)) as [string[], string[]?];
  const filled = [...head, ...Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0'), ...(tail ?? [])];
  return (filled as string[]).reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}
