// Rules between values: validate.yaml reports every mistake in one message that names the value and says what to do.

import { describe, expect, test } from 'vitest';
import { oneServer, refusal, render } from './helm.ts';

const remote = (entry: object) => ({ servers: { far: { remote: { url: 'https://mcp.example.com/mcp', ...entry } } } });
const egress = (rules: object) => oneServer({ egress: rules });
const volume = (source: object) => oneServer({ volumes: { data: { mountPath: '/data', ...source } } });
const two = (entry: object) => ({ image: 'a', command: ['a'], ...entry });

const cases: [name: string, values: object | string, ...mistakes: string[]][] = [
  ['no image and no command', { servers: { time: {} } }, 'servers.time.image: is missing;', 'servers.time.command: is'],
  [
    'names that are no DNS labels',
    {
      servers: {
        Time_X: two({ volumes: { 'a b': { mountPath: '/d', emptyDir: {} } } }),
        [`${'a'.repeat(60)}`]: two({}),
      },
    },
    'servers.Time_X: is not a valid server name',
    'servers.Time_X.volumes.a b: is not a valid volume name',
    `servers.${'a'.repeat(60)}: is not a valid server name`,
  ],
  [
    'no command',
    { servers: { time: { image: 'a' } } },
    "servers.time.command: is missing; set it to the image's ENTRYPOINT",
  ],
  [
    'a port of the relay that the gateway has',
    oneServer({}, { relay: { port: 8811 } }),
    'relay.port: 8811 is also the port of the gateway in the same pod;',
  ],
  [
    'a variable twice',
    oneServer({ env: { KEY: 'a' }, secretEnv: { KEY: { name: 's', key: 'k' } } }),
    'servers.time.secretEnv.KEY: is also in env; remove one',
  ],
  [
    'a name that YAML reads as a boolean',
    'servers: {time: {image: a, command: [a], env: {N: 1}}}',
    'servers.time.env.false: is how YAML reads',
  ],
  [
    'a proxy with a password, and two bundles of authorities',
    { proxy: { https: 'http://user:word@proxy:3128' }, caBundle: { configMap: 'a', secret: 'b' } },
    'proxy.https: contains a user or password',
    'caBundle: sets both configMap and secret; keep only one',
  ],
  [
    'a trust store for Java without a bundle',
    { caBundle: { javaKey: 'a' } },
    'caBundle.javaKey: needs a ConfigMap or Secret, and none is set;',
  ],
  [
    'headers that nobody sends, that are secrets, or that have none',
    {
      relay: { enabled: false },
      servers: { web: { image: 'a', http: { port: 80, headers: { 'X-Api-Key': 'abc', Other: '${NO}' } } } },
    },
    'servers.web.http.headers.Other: only the relay sends headers;',
    'servers.web.http.headers.Other: uses ${NO}, but http.secrets has no NO;',
    'servers.web.http.headers.X-Api-Key: only the relay sends headers;',
    'servers.web.http.headers.X-Api-Key: looks like a secret,',
  ],
  [
    "volumes of the gateway with the chart's names and paths, and claims",
    {
      gateway: {
        volumes: {
          home: { mountPath: '/scripts', persistentVolumeClaim: { size: '1Gi' } },
          two: { mountPath: '/two', emptyDir: {}, existingClaim: 'a' },
        },
      },
    },
    'gateway.volumes.home: the chart has a volume of this name',
    'gateway.volumes.home.mountPath: /scripts is already used by the gateway;',
    'gateway.volumes.home.persistentVolumeClaim: the chart creates claims only for servers;',
    'gateway.volumes.two: has emptyDir and existingClaim;',
  ],
  [
    'volumes of `defaults` without a source, and at the path of a server',
    oneServer(
      { volumes: { a: { mountPath: '/a', emptyDir: {} } } },
      { defaults: { volumes: { b: { mountPath: '/a', emptyDir: {} }, c: { mountPath: '/c' } } } },
    ),
    'defaults.volumes.c: has no source;',
    'servers.time.volumes.a.mountPath: /a is already used by defaults.volumes.b;',
  ],
  [
    'a second mount of a volume that is not there, or has no source of its own',
    oneServer({
      volumes: {
        a: { mountPath: '/a', sameAs: 'gone' },
        b: { mountPath: '/b', sameAs: 'a' },
        c: { mountPath: '/c', emptyDir: {}, sameAs: 'd' },
        d: { mountPath: '/d', emptyDir: {} },
      },
    }),
    'servers.time.volumes.a.sameAs: gone does not name a volume with its own source; use one that does',
    'servers.time.volumes.b.sameAs: a does not name a volume with its own source;',
    'servers.time.volumes.c: has emptyDir and sameAs;',
  ],
  ['no volume source', volume({}), 'servers.time.volumes.data: has no source; set exactly one of'],
  [
    'two volume sources',
    volume({ emptyDir: {}, existingClaim: 'a' }),
    'data: has emptyDir and existingClaim; set exactly',
  ],
  [
    'two volumes at one path',
    oneServer({ volumes: { a: { mountPath: '/d', emptyDir: {} }, b: { mountPath: '/d', emptyDir: {} } } }),
    'servers.time.volumes.b.mountPath: /d is already used by volume a;',
  ],
  [
    "the bridge's path",
    volume({ mountPath: '/bridge', emptyDir: {} }),
    'mountPath: /bridge is already used by the bridge',
  ],
  [
    "a volume with one of the chart's names",
    oneServer({ volumes: { 'mcpgen-tmp': { mountPath: '/a', emptyDir: {} } } }),
    'servers.time.volumes.mcpgen-tmp: names that begin with mcpgen- are reserved for the chart',
  ],
  [
    'pods that cannot share a volume',
    oneServer({ replicas: 2, volumes: { data: { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } } }),
    'servers.time.replicas: 2 pods cannot share the volume data, which is ReadWriteOnce;',
  ],
  ['hosts without a host', egress({ mode: 'hosts' }), 'servers.time.egress.hosts: is empty,'],
  ['hosts in another mode', egress({ hosts: ['a:1'] }), 'servers.time.egress.hosts: has no effect in mode internet;'],
  ['peers in mode none', egress({ mode: 'none', to: [{}] }), '`to` and `ports` have no effect in mode none;'],
  ['ports without peers', egress({ ports: [80] }), 'servers.time.egress.ports: applies to `to`, which is empty;'],
  ['custom without anything', egress({ mode: 'custom' }), 'servers.time.egress: mode custom needs `to` or `ports`'],
  ['http', remote({ url: 'http://mcp.example.com' }), 'far.remote.url: http://mcp.example.com is not an https URL'],
  [
    'an unknown name in a header',
    remote({ headers: { Authorization: 'Bearer ${KEY}', X: '$OTHER $' } }),
    'servers.far.remote.headers.Authorization: the gateway replaces ${KEY}, but remote.secrets has no KEY;',
    'servers.far.remote.headers.X: the gateway replaces $OTHER, but remote.secrets has no OTHER;',
    'servers.far.remote.headers.X: the gateway replaces $, but remote.secrets has no such name;',
  ],
  [
    'a secret in a header',
    remote({ headers: { authorization: 'Bearer abc', 'X-Api-Key': 'abc' } }),
    'servers.far.remote.headers.authorization: looks like a secret',
    'servers.far.remote.headers.X-Api-Key: looks like a secret',
  ],
  [
    'a password or a token in a URL, of which nothing is shown',
    {
      servers: {
        one: { remote: { url: 'https://user:hunter2@mcp.example.com/mcp' } },
        two: { remote: { url: 'https://mcp.example.com/mcp?page=1&tavilyApiKey=hunter2' } },
        open: { remote: { url: 'http://user:hunter2@mcp.example.com/mcp?token=hunter2', allowPlainCredentials: true } },
      },
    },
    'servers.one.remote.url: contains a password, which must not be in values; send it in a header',
    'servers.two.remote.url: the query parameter tavilyApiKey looks like a secret, which must not be in values;',
    'servers.open.remote.url: http://mcp.example.com/mcp is not an https URL',
  ],
  [
    'settings of a pod on a remote server',
    oneServer({ remote: { url: 'https://a' }, env: { A: 'b' } }),
    'servers.time.image: has no effect, because a remote server has no pod;',
    'servers.time.env: has no effect',
    'servers.time.command: has no effect',
  ],
  [
    'more gateways without session affinity',
    { gateway: { replicas: 2 } },
    'gateway.replicas: 2 pods, but each session lives in the memory of one pod; set gateway.service.sessionAffinity: ClientIP',
  ],
  [
    "one of the chart's own arguments",
    { gateway: { extraArgs: ['--port=1', '--servers=a'] } },
    'gateway.extraArgs: the chart sets --port itself',
    'gateway.extraArgs: the chart sets --servers itself',
  ],
  [
    "a server with the relay's name",
    { fullnameOverride: 'mcp', servers: { relay: { image: 'a', command: ['a'] } } },
    'servers.relay: the name of its Service, mcp-relay, is taken by the gateway;',
  ],
  [
    "a server with the gateway's name",
    oneServer({}, { fullnameOverride: 'mcp-time' }),
    'servers.time: the name of its Service, mcp-time, is taken by the gateway;',
  ],
  [
    'one service account made twice',
    { defaults: { serviceAccount: { name: 'all' } }, servers: { a: two({}), b: two({}) } },
    'servers.b.serviceAccount: servers.a already creates the ServiceAccount all; set create: false here',
  ],
  [
    'two claims of one name',
    {
      servers: {
        a: two({ volumes: { 'b-c': { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } } }),
        'a-b': two({ volumes: { c: { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } } }),
      },
    },
    'servers.a-b.volumes.c: the name of its claim, mcp-a-b-c, is taken by servers.a.volumes.b-c;',
  ],
];

test.each(cases)('%s', (_, values, ...mistakes) => {
  const message = refusal(values as Record<string, unknown>);
  for (const mistake of mistakes) expect(message).toContain(`- ${mistake}`.replace(/^- (?!servers|gateway)/, ''));
  expect(message.match(/^- /gm), message).toHaveLength(mistakes.length);
  expect(message).not.toContain('hunter2');
});

describe('is silent about', () => {
  test('servers that are taken out', () => {
    const { names } = {
      names: render({ servers: { off: { enabled: false }, far: { enabled: false, remote: { url: 'x' } } } }).names(),
    };
    expect(names.filter((name) => name.includes('off'))).toEqual([]);
  });

  test('headers and URLs that hold no credential', () => {
    const headers = { Authorization: 'Bearer ${KEY}', 'X-Token-Type': 'jwt', 'X-Api-Key': '' };
    render(remote({ headers, secrets: { KEY: { name: 's', key: 'k' } } }));
    render(remote({ url: 'https://user@mcp.example.com/mcp?page=1&token_type=jwt&at=a:b@c' }));
    render(remote({ headers: { Cookie: 'theme=dark' }, allowPlainCredentials: true }));
  });

  test("defaults that a server's mode makes useless", () => {
    const defaults = {
      egress: { mode: 'hosts', hosts: ['a:1'], to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [1] },
    };
    render(oneServer({ egress: { mode: 'none' } }, { defaults }));
    render(oneServer({ egress: { mode: 'internet' } }, { defaults }));
  });
});
