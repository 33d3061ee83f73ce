// `door.enabled`: what the gateway's pod has with the door, and who can reach what.

import { expect, test } from 'vitest';
import { readConfig } from '../../door/config.ts';
import { type Manifest, oneServer, refusal, render } from './helm.ts';

const door = { enabled: true, keysSecret: 'keys' };
const rendered = render(oneServer({}, { door, exposure: { hosts: ['mcp.example.com'] } }));
const { metadata, spec } = rendered.get('Deployment', 'rel-mcpgen').spec.template;
const container = spec.containers.find(({ name }: Manifest) => name === 'door');
const { data } = rendered.get('ConfigMap', 'rel-mcpgen-door');

test('its configuration is one that the program reads', () => {
  const config = readConfig(data['config.json'], { MCP_GATEWAY_AUTH_TOKEN: 'token', POD_IP: '10.0.0.1' });
  expect(config).toMatchObject({ gateway: new URL('http://127.0.0.1:8811/mcp'), keys: '/door-keys', pod: '10.0.0.1' });
  expect(config.listen).toEqual({ host: '', port: 8812 });
  expect(config.admission.hosts).toContain('rel-mcpgen.ns.svc');
  expect(config.admission.hosts).toContain('mcp.example.com');
  expect(data['door.mjs']).toContain('The door of mcpgen');
});

test('clients reach the door, and only `helm test` the gateway', () => {
  expect(rendered.get('Service', 'rel-mcpgen').spec.ports[0]).toMatchObject({ port: 8811, targetPort: 'door' });
  const { ingress } = rendered.get('NetworkPolicy', 'rel-mcpgen').spec;
  const from = (port: number) =>
    ingress
      .filter(({ ports }: Manifest) => ports.some((one: Manifest) => one.port === port))
      .map((one: Manifest) => one.from);
  const component = 'app.kubernetes.io/component';
  expect(from(8812).map((peers: Manifest) => peers?.[0].podSelector.matchLabels[component])).toEqual([
    'gateway',
    undefined,
  ]);
  expect(from(8811).map(([peer]: Manifest) => peer.podSelector.matchLabels[component])).toEqual(['test']);
  const { args } = rendered.get('Pod', 'rel-mcpgen-test').spec.containers[0];
  expect(args[1]).toBe('rel-mcpgen-inner:8811');
  expect(rendered.get('Service', 'rel-mcpgen-inner').spec.ports[0].targetPort).toBe('http');
});

test('it restarts with its configuration, and not with its keys', () => {
  const checksum = (one: object) =>
    render(oneServer({}, { door: one })).get('Deployment', 'rel-mcpgen').spec.template.metadata.annotations[
      'checksum/door'
    ];
  expect(metadata.annotations['checksum/door']).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum({ ...door, idleSeconds: 61 })).not.toBe(checksum(door));
  expect(spec.volumes).toContainEqual({ name: 'door-keys', secret: { secretName: 'keys', optional: true } });
});

test('it asks the relay whose a tool is, and the values where the relay does not know', () => {
  const remote = { remote: { url: 'https://mcp.example.com/mcp' }, tools: ['a', 'b'], prefix: 'f' };
  const here = { image: 'a', command: ['a'], tools: ['c'] };
  const configOf = (relay: object) =>
    JSON.parse(
      render({ servers: { far: remote, here }, door, relay }).get('ConfigMap', 'rel-mcpgen-door').data['config.json'],
    );
  expect(configOf({})).toMatchObject({ relay: 'http://127.0.0.1:9090/offers', tools: { far: ['f__a', 'f__b'] } });
  const without = configOf({ enabled: false });
  expect(without.tools).toEqual({ far: ['f__a', 'f__b'], here: ['c'] });
  expect(readConfig(JSON.stringify(without), { MCP_GATEWAY_AUTH_TOKEN: 'token' }).relay).toBeUndefined();
});

test('with issuers it is known by a URL, reaches them, and its metadata are exposed', () => {
  const exposure = { hosts: ['mcp.example.com'], ingress: { enabled: true }, tls: { secretName: 'tls' } };
  const issuers = [{ url: 'http://id.example.com', jwksUrl: 'https://keys.example.com:8443/x' }];
  const one = render(oneServer({}, { exposure, door: { enabled: true, issuers } }));
  const file = one.get('ConfigMap', 'rel-mcpgen-door').data['config.json'];
  const config = readConfig(file, { MCP_GATEWAY_AUTH_TOKEN: 'token' });
  expect([config.resource, config.issuers[0]?.url]).toEqual(['https://mcp.example.com/mcp', 'http://id.example.com']);
  expect(one.get('Ingress', 'rel-mcpgen').spec.rules[0].http.paths[0].path).toBe('/');
  expect(render(oneServer({}, { exposure })).get('Ingress', 'rel-mcpgen').spec.rules[0].http.paths[0].path).toBe(
    '/mcp',
  );
  const ports = one.get('NetworkPolicy', 'rel-mcpgen').spec.egress.flatMap(({ ports: all }: Manifest) => all ?? []);
  expect(ports.map(({ port }: Manifest) => port)).toEqual(expect.arrayContaining([80, 8443]));
});

test('it knows which servers keep state', () => {
  const here = { image: 'a', command: ['a'] };
  const one = render({ servers: { here, memory: { ...here, stateful: true } }, door });
  expect(JSON.parse(one.get('ConfigMap', 'rel-mcpgen-door').data['config.json']).stateful).toEqual(['memory']);
});

test('each door finds those of other pods, of which there are some during an update at least, and needs no affinity', () => {
  const many = render(oneServer({}, { door, gateway: { replicas: 2 } }));
  const config = readConfig(many.get('ConfigMap', 'rel-mcpgen-door').data['config.json'], {
    MCP_GATEWAY_AUTH_TOKEN: 'token',
  });
  expect(config.peers).toEqual({ hosts: ['rel-mcpgen-doors.ns.svc'], port: 8812 });
  expect(many.get('Service', 'rel-mcpgen-doors').spec).toMatchObject({
    clusterIP: 'None',
    ports: [{ targetPort: 'door' }],
  });
  const { egress } = many.get('NetworkPolicy', 'rel-mcpgen').spec;
  expect(egress.flatMap(({ ports }: Manifest) => ports).map(({ port }: Manifest) => port)).toContain(8812);
  expect(readConfig(data['config.json'], { MCP_GATEWAY_AUTH_TOKEN: 'token' }).peers).toEqual(config.peers);
  expect(refusal(oneServer({}, { gateway: { replicas: 2 } }))).toContain('sessionAffinity');
});

test('the gateway waits for the calls of the door, and for nothing when it ends alone', () => {
  const [gateway] = spec.containers;
  const [, , command] = gateway.lifecycle.preStop.exec.command;
  const [, seconds] =
    /^sleep 2; printf 'GET \/drained .* \| socat -t (\d+) .* TCP:127\.0\.0\.1:9091,/.exec(command) ?? [];
  expect(Number(seconds)).toBeGreaterThan(JSON.parse(data['config.json']).drainSeconds);
  expect(Number(seconds) + 2).toBeLessThanOrEqual(spec.terminationGracePeriodSeconds);
  expect(container.lifecycle).toBeUndefined();
  expect(container.readinessProbe.httpGet.path).toBe('/readyz');
});

test.each([
  [
    'SSE',
    { gateway: { transport: 'sse' } },
    '- door.enabled: the door supports only streamable HTTP; set gateway.transport',
  ],
  ['one port for two', { door: { ...door, port: 8811 } }, '- door.port: 8811 is also gateway.port'],
  [
    'nobody who could come in',
    { door: { enabled: true } },
    '- door.enabled: no client could connect; set door.keysSecret or',
  ],
  [
    'issuers without a URL',
    { door: { ...door, issuers: [{ url: 'https://a' }] } },
    '- door.issuers: tokens are issued for a URL',
  ],
  [
    'issuers that cannot be distinguished',
    { door: { ...door, url: 'https://m/mcp', issuers: [{ url: 'https://a' }, { url: 'https://b' }] } },
    '- door.issuers: users of two issuers could share a name; give each issuer its own prefix',
  ],
  [
    'a long drain',
    { door: { ...door, drainSeconds: 30 } },
    '- door.drainSeconds: 30 must be at least 5 less than gateway.terminationGracePeriodSeconds, 30;',
  ],
])('refused: %s', (_, values, message) => {
  expect(refusal(oneServer({}, { door, ...values }))).toContain(message);
});
