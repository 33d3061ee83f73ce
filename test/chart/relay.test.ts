// `relay.enabled`: what the gateway's pod has with the relay, and what it has no more.

import { expect, test } from 'vitest';
import { readConfig } from '../../relay/config.ts';
import { type Manifest, render } from './helm.ts';

const servers = {
  a: { image: 'a', command: ['a'], stateful: true },
  far: {
    remote: { url: 'https://mcp.example.com/mcp', headers: { A: '${K}' }, secrets: { K: { name: 's', key: 'k' } } },
  },
  late: { image: 'a', command: ['a'], required: false },
  off: { enabled: false, image: 'a', command: ['a'] },
  web: { image: 'a', http: { port: 8080, path: '/' } },
};
const rendered = render({ servers });
const { spec } = rendered.get('Deployment', 'rel-mcpgen').spec.template;
const gateway = spec.containers[0];
const configOf = (one: typeof rendered): Manifest =>
  JSON.parse(one.get('ConfigMap', 'rel-mcpgen-relay').data['config.json']);
const config = configOf(rendered);

test('it starts first, and waits for the servers instead of a step of its own', () => {
  expect(spec.initContainers.map(({ name }: Manifest) => name)).toEqual(['relay', 'write-secrets']);
  expect(spec.initContainers[0].restartPolicy).toBe('Always');
  expect(gateway.args).toContain('--registry=/run/mcpgen/registry.yaml');
  expect(spec.initContainers[0].startupProbe.failureThreshold).toBeGreaterThan(config.startSeconds.required);
});

test('one that hangs is found within 7 s and killed at once, and a busy node may hold it up for 4 s', () => {
  const { periodSeconds, timeoutSeconds, failureThreshold, terminationGracePeriodSeconds } =
    spec.initContainers[0].livenessProbe;
  const failure = Math.max(periodSeconds, timeoutSeconds);
  expect(periodSeconds + failure * failureThreshold).toBeLessThanOrEqual(7);
  expect(failure * (failureThreshold - 1)).toBeGreaterThanOrEqual(4);
  expect(terminationGracePeriodSeconds).toBe(1);
});

test('no server is a reason to restart the gateway', () => {
  expect(gateway.livenessProbe).toEqual({
    httpGet: { path: '/health', port: 'http' },
    timeoutSeconds: 5,
    periodSeconds: 20,
  });
});

test.each([
  ['streaming', '/mcp'],
  ['sse', '/sse'],
])('it finds the gateway, and has its token: %s', (transport, path) => {
  const one = render({ servers, gateway: { transport, port: 9000 } });
  expect(configOf(one).gateway).toEqual({
    health: 'http://127.0.0.1:9000/health',
    url: `http://127.0.0.1:9000${path}`,
    transport,
    headers: { Authorization: 'Bearer ${MCP_GATEWAY_AUTH_TOKEN}' },
  });
  const { initContainers, containers } = one.get('Deployment', 'rel-mcpgen').spec.template.spec;
  expect(containers[0].env).toContainEqual(initContainers[0].env[0]);
});

test('it knows what tells names of servers apart', () => {
  const { a } = servers;
  const { servers: all } = configOf(render({ servers: { a, b: { ...a, prefix: 'b', allowTools: ['x'] } } }));
  expect([all.a.prefix, all.b.prefix, all.a.allowTools, all.b.allowTools]).toEqual([undefined, 'b', undefined, ['x']]);
});

test('each server but the remote ones has an address of its own, also those that speak HTTP', () => {
  const unready = (name: string) => `mcp-${name}.rel-mcpgen-servers.ns.svc:4444`;
  const target = (name: string) => `mcp-${name}.ns.svc`;
  expect(config.servers).toEqual({
    a: {
      listen: '127.0.1.1:4444',
      target: `${target('a')}:4444`,
      unready: unready('a'),
      required: true,
      stateful: true,
    },
    late: { listen: '127.0.1.2:4444', target: `${target('late')}:4444`, unready: unready('late'), required: false },
    web: { listen: '127.0.1.3:4444', url: `http://${target('web')}:8080/`, required: true },
  });
  expect(spec.hostAliases.map(({ ip, hostnames }: Manifest) => [ip, ...hostnames])).toEqual([
    ['127.0.1.1', 'mcp-a'],
    ['127.0.1.2', 'mcp-late'],
    ['127.0.1.3', 'mcp-web'],
  ]);
  expect(rendered.text).not.toContain('DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS');
  expect(rendered.get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml']).not.toContain('http://');
});

test('a server that is long-lived by itself is never idle', () => {
  const { a } = servers;
  const { servers: all } = configOf(
    render({ servers: { a, b: { ...a, longLived: true }, c: { ...a, longLived: false } } }),
  );
  expect([all.a.idleSeconds, all.b.idleSeconds, all.c.idleSeconds]).toEqual([undefined, 0, undefined]);
});

test('no two of many servers have one address', () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`s${i}`, { image: 'a', command: ['a'] }]));
  const { servers: all } = configOf(render({ servers: many }));
  const addresses = Object.values(all as Record<string, { listen: string }>).map(({ listen }) => listen);
  expect(new Set(addresses).size).toBe(600);
  expect(addresses.filter((one) => !/^127\.0\.[123]\.([1-9]\d?|1\d\d|2[0-4]\d|250):4444$/.test(one))).toEqual([]);
});

test('without waitForServers the gateway waits for none', () => {
  const eager = render({ servers, gateway: { waitForServers: { enabled: false } } });
  expect(configOf(eager).startSeconds).toEqual({ required: 0, optional: 0 });
});

test('it restarts with its configuration', () => {
  const annotationsOf = (one: typeof rendered) =>
    one.get('Deployment', 'rel-mcpgen').spec.template.metadata.annotations;
  const other = render({ servers, relay: { idleSeconds: 1 } });
  expect(annotationsOf(other)['checksum/relay']).not.toBe(annotationsOf(rendered)['checksum/relay']);
  expect(annotationsOf(render({ servers, relay: { enabled: false } }))['checksum/relay']).toBeUndefined();
});

test('its port is open to `helm test` and to whom metricsFrom names', () => {
  const from = (values: object) =>
    render({ servers, ...values }).get('NetworkPolicy', 'rel-mcpgen').spec.ingress[1].from;
  const test = { podSelector: { matchLabels: rendered.get('Pod', 'rel-mcpgen-test').metadata.labels } };
  expect(test).toMatchObject(from({})[0]);
  expect(from({})).toHaveLength(1);
  const peer = { namespaceSelector: { matchLabels: { name: 'monitoring' } } };
  expect(from({ relay: { metricsFrom: [peer] } })[0]).toEqual(peer);
});

test('it reaches pods that are not ready by a name of their own, which nobody does without it', () => {
  const published = (values: object, name: string) =>
    render({ servers, ...values }).get('Service', name).spec.publishNotReadyAddresses;
  const own = ['rel-mcpgen-servers', 'rel-mcpgen-relay', 'mcp-a', 'mcp-web'].map((name) => published({}, name));
  expect(own).toEqual([true, true, undefined, undefined]);
  expect(published({ relay: { enabled: false } }, 'rel-mcpgen-servers')).toBeUndefined();
  const { hostname, subdomain } = rendered.get('Deployment', 'mcp-a').spec.template.spec;
  expect(config.servers.a.unready).toBe(`${hostname}.${subdomain}.ns.svc:4444`);
  expect(rendered.get('Service', subdomain).spec.clusterIP).toBe('None');
  expect(config.servers.web.unready).toBeUndefined();
});

test('without it, the start of the gateway waits for pods of the newest settings', () => {
  const of = (server: object) => {
    const all = render({ servers: { a: { ...servers.a, ...server } }, relay: { enabled: false } });
    const { hostname, subdomain } = all.get('Deployment', 'mcp-a').spec.template.spec;
    const [wait] = all.get('Deployment', 'rel-mcpgen').spec.template.spec.initContainers;
    expect(wait.args).toContain(`required=a@${hostname}.${subdomain}.ns.svc`);
    return hostname;
  };
  expect(of({ image: 'a:2' })).not.toBe(of({}));
  expect(of({ resources: { limits: { cpu: '2' } } })).toBe(of({}));
  expect(of({})).toMatch(/^mcp-a-[0-9a-f]{10}$/);
});

test('is on by default, where it has servers and a place', () => {
  const hasRelay = (values: object) =>
    render({ ...values })
      .names()
      .includes('ConfigMap/rel-mcpgen-relay');
  const { a, far, off } = servers;
  expect(hasRelay({ servers: { a, far, off } })).toBe(true);
  expect(hasRelay({ servers: { far, off } })).toBe(false);
  expect(hasRelay({ servers: { a }, topology: 'sidecars' })).toBe(false);
  expect(hasRelay({ servers: { a }, relay: { enabled: false } })).toBe(false);
});

test("a Service's name is completed with the cluster's domain, whatever the cluster's default is", () => {
  expect(spec.dnsConfig.options).toEqual([{ name: 'ndots', value: '5' }]);
});

test("the chart's defaults are those that the relay has by itself", () => {
  const plain = configOf(render({ servers: { a: servers.a } }));
  const environment = { MCP_GATEWAY_AUTH_TOKEN: 't' };
  const { defaults: _, startSeconds: __, ...bare } = plain;
  expect(Object.keys(plain.defaults).length).toBeGreaterThan(3);
  expect(readConfig(JSON.stringify(bare), environment)).toEqual(readConfig(JSON.stringify(plain), environment));
});
