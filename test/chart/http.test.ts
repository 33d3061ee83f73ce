// Servers of one's own network, `http.url`: no pod, the relay that speaks to them, and the gateway's way to exactly them.

import { describe, expect, test } from 'vitest';
import { readConfig } from '../../relay/config.ts';
import { type Manifest, type Manifests, refusal, render } from './helm.ts';
import { reaches } from './reach.ts';

const docs = {
  http: {
    url: 'http://docs.tools.svc:8080/mcp',
    headers: { Authorization: 'Bearer ${TOKEN}', 'X-Team': 'red' },
    secrets: { TOKEN: { name: 'docs', key: 'docs.token' } },
  },
  tools: ['search'],
};
const servers = {
  docs,
  near: { http: { url: 'http://near:99/' } },
  old: { http: { url: 'http://10.1.2.3/sse', transport: 'sse' }, required: false },
  own: { http: { url: 'http://mcp-docs:81/x' } },
  six: { http: { url: 'https://[fd00::5]/mcp', egress: { ports: [8443] } } },
  corp: { http: { url: 'https://mcp.corp.example/mcp', egress: { to: [{ ipBlock: { cidr: '10.9.0.0/16' } }] } } },
};
const rendered = render({ servers });
const pod = rendered.get('Deployment', 'rel-mcpgen').spec.template;
const configOf = (manifests: Manifests): Manifest =>
  JSON.parse(manifests.get('ConfigMap', 'rel-mcpgen-relay').data['config.json']);

test('they have no objects of their own, and the gateway starts with them', () => {
  expect(rendered.names().filter((name) => /docs|near|old|six/.test(name))).toEqual([]);
  expect(pod.spec.containers[0].args).toContain('--servers=corp,docs,near,old,own,six');
  expect(pod.spec.hostAliases.map(({ hostnames }: Manifest) => hostnames[0])).toContain('mcp-docs');
  expect(rendered.text).not.toContain('DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS');
});

test('the relay calls them; a Service whose name leads to the relay itself by its longer name', () => {
  const all = configOf(rendered).servers;
  expect(all.docs.url).toBe('http://docs.tools.svc:8080/mcp');
  expect(all.old).toMatchObject({ url: 'http://10.1.2.3/sse', transport: 'sse', required: false });
  expect(all.own.url).toBe('http://mcp-docs.ns.svc:81/x');
  expect(readConfig(JSON.stringify(configOf(rendered)), { MCP_GATEWAY_AUTH_TOKEN: 't' }).servers).toHaveLength(6);
});

test('a secret goes to one server only, and a missing one affects no other server', () => {
  const other = { http: { ...docs.http, secrets: { TOKEN: { name: 'other', key: 'token' } } } };
  const both = render({ servers: { docs, other } });
  const { env } = both.get('Deployment', 'rel-mcpgen').spec.template.spec.initContainers[0];
  const secrets = env.filter(({ name }: Manifest) => name.startsWith('HTTP_'));
  expect(secrets.map(({ valueFrom }: Manifest) => valueFrom.secretKeyRef)).toEqual([
    { name: 'docs', key: 'docs.token', optional: true },
    { name: 'other', key: 'token', optional: true },
  ]);
  const environment = { MCP_GATEWAY_AUTH_TOKEN: 't', [secrets[1].name]: 'x' };
  const [first, second] = readConfig(JSON.stringify(configOf(both)), environment).servers;
  expect(first?.problem).toBe(
    'the Secret docs has no value for the key docs.token; create it, then run kubectl rollout restart deployment/rel-mcpgen',
  );
  expect(second).toMatchObject({ headers: { Authorization: 'Bearer x', 'X-Team': 'red' } });
  expect(second?.problem).toBeUndefined();
});

test("the gateway's pod reaches their addresses and ports, and nothing beside them", () => {
  const labels = pod.metadata.labels;
  const to = (ip: string, port: number, namespace?: string) =>
    reaches(rendered, labels, {
      ip,
      port,
      protocol: 'TCP',
      ...(namespace !== undefined && { pod: { namespace, labels: { app: 'docs' } } }),
    });
  const open = [
    to('10.244.0.9', 8080, 'tools'),
    to('10.244.0.8', 99, 'ns'),
    to('10.1.2.3', 80),
    to('fd00::5', 8443),
    to('10.9.8.7', 443),
  ];
  expect(open).toEqual(open.map(() => true));
  const closed = [
    to('10.244.0.9', 8081, 'tools'),
    to('10.244.0.9', 8080, 'other'),
    to('10.244.0.8', 8080, 'ns'),
    to('10.1.2.3', 443),
    to('10.1.2.4', 80),
    to('fd00::5', 443),
    to('10.10.0.1', 443),
    to('93.184.216.34', 443),
  ];
  expect(closed).toEqual(closed.map(() => false));
});

test('Cilium holds a name outside of the cluster', () => {
  const url = 'https://mcp.corp.example:8443/mcp';
  const cilium = render({ servers: { a: { http: { url } }, docs }, networkPolicy: { flavor: 'cilium' } });
  const { egress } = cilium.get('CiliumNetworkPolicy', 'rel-mcpgen').spec;
  expect(egress.at(-1)).toEqual({
    toFQDNs: [{ matchName: 'mcp.corp.example' }],
    toPorts: [{ ports: [{ port: '8443', protocol: 'TCP' }] }],
  });
});

describe('an image that speaks SSE', () => {
  const image = { image: 'a', http: { port: 80, path: '/sse', transport: 'sse' } };
  test('with the relay, and without it', () => {
    expect(configOf(render({ servers: { image } })).servers.image).toMatchObject({
      url: 'http://mcp-image.ns.svc:80/sse',
      transport: 'sse',
    });
    const plain = render({ servers: { image }, relay: { enabled: false } });
    expect(plain.get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml']).toContain('transport_type: sse');
  });
});

test.each([
  [
    { url: 'http://docs.corp.example/mcp' },
    'http.egress.to: is missing; docs.corp.example is not the name of a Service',
  ],
  [{ url: 'http://127.0.0.1/mcp' }, "http.url: 127.0.0.1 is the gateway's own pod or node"],
  [{ url: 'http://LOCALHOST./mcp' }, "http.url: localhost is the gateway's own pod or node"],
  [{ url: 'http://169.254.169.254/' }, "http.url: 169.254.169.254 is the gateway's own pod or node"],
  [{ url: 'http://[::ffff:7f00:1]/' }, "http.url: ::ffff:7f00:1 is the gateway's own pod or node"],
  [
    { url: 'http://2130706433/' },
    'http.url: 2130706433 is not a valid host name or IP address; write an IPv4 address as four decimal numbers',
  ],
  [{ url: 'http://0x7f.1/' }, 'http.url: 0x7f.1 is not a valid host name or IP address'],
  [{ url: 'http://10.0.0.01/' }, 'http.url: 10.0.0.01 is not a valid host name or IP address'],
  [{ url: 'ftp://docs/' }, 'http.url: is not a valid URL; write http://HOST:PORT/PATH, or https'],
  [{ url: 'http://docs:0/' }, 'http.url: is not a valid URL'],
  [{ url: 'http://docs/?${MCP_GATEWAY_AUTH_TOKEN}' }, 'http.url: is not a valid URL'],
  [{ url: 'http://me@docs/' }, 'http.url: contains a user or password; send it in a header'],
  [{ url: 'http://docs/?api_key=abc' }, 'http.url: the query parameter api_key looks like a secret'],
  [{ url: 'http://docs/', headers: { Authorization: 'abc' } }, 'http.headers.Authorization: looks like a secret'],
  [{ url: 'http://docs/', headers: { A: '${NO}' } }, 'http.headers.A: uses ${NO}, but http.secrets has no NO'],
  [{ url: 'http://docs/', port: 80 }, 'http.port: has no effect with http.url, which includes it; remove one of them'],
  [
    { url: 'http://docs/', egress: { to: [{ ipBlock: { cidr: '10.0.0.1' } }] } },
    'http.egress.to[0].ipBlock: "10.0.0.1"',
  ],
  [{}, 'http: needs `port` (for an image that listens on it) or `url` (for a server that runs elsewhere)'],
  [
    { port: 80, egress: { ports: [1] } },
    "http.egress: applies only to http.url; remove it, or set the server's own egress",
  ],
])('refused: %j', (http, message) => {
  expect(refusal({ servers: { s: { http } } })).toContain(`\n- servers.s.${message}`);
});

test('what needs a pod has no effect, and without the relay nobody calls them', () => {
  const message = refusal({
    servers: { s: { ...docs, image: 'a', egress: { mode: 'none' } } },
    relay: { enabled: false },
  });
  expect(message).toContain('- servers.s.image: has no effect, because a server with http.url has no pod;');
  expect(message).toContain('- servers.s.egress: has no effect');
  expect(message).toContain(
    '- servers.s.http.url: only the relay connects to servers in your own network; set relay.enabled',
  );
  expect(message).not.toContain('mcpgen.away');
  expect(refusal({ servers: { docs }, topology: 'sidecars' })).toContain('set relay.enabled: true and topology: pods');
});

test('what looks like a credential may be accepted', () => {
  const http = { url: 'http://docs/?api_key=abc', headers: { Authorization: 'none' }, allowPlainCredentials: true };
  expect(configOf(render({ servers: { s: { http } } })).servers.s.headers).toEqual({ Authorization: 'none' });
});
