// What an organisation says once for all pods: proxy, authorities, environment, volumes, address families; and what a server overrides.

import { describe, expect, test } from 'vitest';
import { type Manifest, oneServer, render } from './helm.ts';

const specOf = (manifests: ReturnType<typeof render>, name: string): Manifest =>
  manifests.get('Deployment', name).spec.template.spec;
const envOf = ({ env }: Manifest): Record<string, unknown> =>
  Object.fromEntries(env.map(({ name, value, valueFrom }: Manifest) => [name, value ?? valueFrom]));
const time = (own: Record<string, unknown>, defaults: object = {}): Manifest =>
  specOf(render(oneServer(own, { defaults })), 'mcp-time');

describe('a setting of `defaults`', () => {
  test('is replaced as a whole where keys exclude each other', () => {
    const { volumes, containers } = time(
      {
        env: { A: { fieldRef: { fieldPath: 'metadata.name' } }, S: 'own' },
        secretEnv: { B: { name: 'own', key: 'k' } },
        volumes: { files: { mountPath: '/own', emptyDir: {} } },
        lifecycle: { preStop: { httpGet: { port: 1 } } },
      },
      {
        env: { A: { configMapKeyRef: { name: 'c', key: 'k' } }, B: 'default', C: 'default' },
        secretEnv: { S: { name: 'default', key: 'k' } },
        volumes: { files: { mountPath: '/default', secret: { name: 'default' } } },
        lifecycle: { preStop: { exec: { command: ['a'] } } },
      },
    );
    expect(envOf(containers[0])).toEqual({
      HOME: '/home/mcp',
      A: { fieldRef: { fieldPath: 'metadata.name' } },
      B: { secretKeyRef: { name: 'own', key: 'k' } },
      C: 'default',
      S: 'own',
    });
    expect(volumes.find(({ name }: Manifest) => name === 'files')).toEqual({
      name: 'files',
      emptyDir: { sizeLimit: '256Mi' },
    });
    expect(containers[0].lifecycle.preStop).toEqual({ httpGet: { port: 1 } });
  });

  test('makes a claim for each server, and has its pods replaced one after the other', () => {
    const manifests = render(
      oneServer(
        {},
        { defaults: { volumes: { data: { mountPath: '/data', persistentVolumeClaim: { size: '1Gi' } } } } },
      ),
    );
    expect(manifests.get('PersistentVolumeClaim', 'mcp-time-data').spec.resources.requests.storage).toBe('1Gi');
    expect(manifests.get('Deployment', 'mcp-time').spec.strategy).toEqual({ type: 'Recreate' });
  });

  test('that changes what servers are has the gateway list them again, without the relay', () => {
    const sum = (defaults: object) =>
      render(oneServer({}, { defaults, relay: { enabled: false } })).get('Deployment', 'rel-mcpgen').spec.template
        .metadata.annotations['checksum/servers'];
    expect(sum({ env: { A: '1' } })).not.toBe(sum({ env: { A: '2' } }));
  });
});

describe('caBundle and proxy', () => {
  const values = {
    caBundle: { configMap: 'ca' },
    proxy: { https: 'http://proxy.example.com:3128' },
    servers: {
      time: { image: 'a', command: ['a'], env: { https_proxy: 'http://own.example.com:1' } },
      web: { image: 'b', http: { port: 80 } },
    },
  };
  const readers = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'];

  test.each(['pods', 'sidecars'])('reach all containers in topology %s', (topology) => {
    const manifests = render({ ...values, topology });
    const pods = manifests.kind('Deployment').map(({ spec }) => spec.template.spec);
    const containers = pods.flatMap(({ initContainers = [], containers }) => [...initContainers, ...containers]);
    const wanted = containers.filter(({ name }) => /^(gateway|relay|server.*)$/.test(name));
    expect(wanted.length).toBe(topology === 'pods' ? 4 : 3);
    for (const one of wanted) {
      expect(envOf(one)).toMatchObject(Object.fromEntries(readers.map((name) => [name, '/mcpgen-ca/ca.crt'])));
      expect(one.volumeMounts).toContainEqual({ name: 'mcpgen-ca', mountPath: '/mcpgen-ca', readOnly: true });
    }
    for (const { volumes } of pods)
      expect(volumes.filter(({ name }: Manifest) => name === 'mcpgen-ca')).toEqual([
        { name: 'mcpgen-ca', configMap: { name: 'ca', items: [{ key: 'ca-bundle.crt', path: 'ca.crt' }] } },
      ]);
  });

  test("a server's own variable counts in both cases of letters; what is in the cluster is reached directly", () => {
    const manifests = render(values);
    const own = envOf(specOf(manifests, 'mcp-time').containers[0]);
    expect([own['https_proxy'], own['HTTPS_PROXY']]).toEqual(['http://own.example.com:1', undefined]);
    const gateway = envOf(specOf(manifests, 'rel-mcpgen').containers[0]);
    expect(String(gateway['no_proxy']).split(',')).toEqual(
      expect.arrayContaining(['localhost', '.svc', '$(KUBERNETES_SERVICE_HOST)', 'mcp-web']),
    );
  });
});

test('pods are spread by their own labels, unless a selector is given', () => {
  const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' };
  const own = { matchLabels: { a: 'b' } };
  const manifests = render(
    oneServer(
      { topologySpreadConstraints: [spread, { ...spread, labelSelector: own }] },
      { gateway: { topologySpreadConstraints: [spread] } },
    ),
  );
  for (const name of ['mcp-time', 'rel-mcpgen']) {
    const { selector, template } = manifests.get('Deployment', name).spec;
    expect(template.spec.topologySpreadConstraints[0]).toEqual({ ...spread, labelSelector: selector });
  }
  expect(specOf(manifests, 'mcp-time').topologySpreadConstraints[1].labelSelector).toEqual(own);
});

test.each([
  ['128Mi', '--max-old-space-size=64'],
  ['1Gi', '--max-old-space-size=512'],
  ['2000000000', '--max-old-space-size=953'],
  ['500M', '--max-old-space-size=238'],
])('the heap of the relay is half of its memory: %s', (memory, option) => {
  const spec = specOf(render(oneServer({}, { relay: { resources: { limits: { memory } } } })), 'rel-mcpgen');
  expect(spec.initContainers[0].command[1]).toBe(option);
});

test('hosts are names, and addresses of both families', () => {
  const { egress } = render(
    oneServer({
      egress: { mode: 'hosts', hosts: ['[2001:db8::1]:8443', '10.0.0.5:5432', 'api.example.com:443'] },
      hostAliases: [{ ip: '2001:db8::1', hostnames: ['six'] }],
    }),
  ).get('NetworkPolicy', 'mcp-time').spec;
  expect(egress.slice(1, 3)).toEqual([
    { to: [{ ipBlock: { cidr: '2001:db8::1/128' } }], ports: [{ port: 8443, protocol: 'TCP' }] },
    { to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 5432, protocol: 'TCP' }] },
  ]);
  expect(egress[3].ports).toEqual([{ port: 443, protocol: 'TCP' }]);
  const remote = { servers: { far: { remote: { url: 'https://[2001:db8::2]/mcp' } } } };
  expect(render(remote).get('NetworkPolicy', 'rel-mcpgen').spec.egress).toContainEqual({
    to: [{ ipBlock: { cidr: '2001:db8::2/128' } }],
    ports: [{ port: 443, protocol: 'TCP' }],
  });
});

test('headers of a server that speaks HTTP are sent by the relay, from its own Secrets', () => {
  const manifests = render(
    oneServer(
      { http: { port: 80, headers: { Authorization: 'Bearer ${TOKEN}' } } },
      { relay: { secretEnv: { TOKEN: { name: 'upstream', key: 'token' } } } },
    ),
  );
  const { servers } = JSON.parse(manifests.get('ConfigMap', 'rel-mcpgen-relay').data['config.json']) as Manifest;
  expect(servers.time.headers).toEqual({ Authorization: 'Bearer ${TOKEN}' });
  const [relay] = specOf(manifests, 'rel-mcpgen').initContainers;
  expect(envOf(relay)['TOKEN']).toEqual({ secretKeyRef: { name: 'upstream', key: 'token' } });
});
