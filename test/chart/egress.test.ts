// What each egress mode lets a server reach, with random defaults: computed from the rendered policies, and compared with the README.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Manifest, type Manifests, render, run } from './helm.ts';
import { type Destination, isLike, reaches, ruleAllows } from './reach.ts';

interface Egress {
  readonly mode?: 'none' | 'internet' | 'hosts' | 'all' | 'custom';
  readonly hosts?: readonly string[];
  readonly to?: readonly object[];
  readonly ports?: readonly (number | object)[];
}
type Required = { readonly [Key in keyof Egress]-?: NonNullable<Egress[Key]> };

const pod = (ip: string, namespace: string, labels: Record<string, string>) => ({ ip, pod: { namespace, labels } });
/** One of each kind of place that there is; of the last four, three are public. */
const places = {
  dns: pod('10.244.0.2', 'kube-system', { 'k8s-app': 'kube-dns' }),
  apiServer: { ip: '10.96.0.1' },
  node: { ip: '172.18.0.2' },
  neighbour: pod('10.244.1.5', 'ns', { app: 'db' }),
  database: pod('10.244.1.6', 'data', { app: 'db' }),
  proxy: { ip: '10.9.9.9' },
  metadata: { ip: '169.254.169.254' },
  local6: { ip: 'fd00::5' },
  api: { ip: '93.184.216.34', host: 'api.example.com' },
  other: { ip: '93.184.216.35', host: 'other.example.com' },
  public6: { ip: '2606:4700::1111' },
} as const;
const isPublic = (ip: string) => [places.api.ip, places.other.ip, places.public6.ip].some((one) => one === ip);
const destinations: readonly Destination[] = Object.values(places).flatMap((place) =>
  [53, 80, 443, 3128, 5432, 8500].flatMap((port) =>
    (['TCP', 'UDP'] as const).map((protocol) => ({ ...place, port, protocol })),
  ),
);

/** What is in effect for a server: of `to` and `ports` it has both, or the defaults' both. */
function effective(defaults: Egress, own: Egress): Required {
  const all: Required = { mode: 'internet', hosts: [], to: [], ports: [], ...defaults, ...own };
  const { to = [], ports = [] } = own.to || own.ports ? own : defaults;
  return { ...all, to, ports };
}

/** What the README promises of a mode. */
function promised(flavor: string, { mode, hosts, to, ports }: Required, destination: Destination): boolean {
  const { ip, port, protocol, host } = destination;
  const peers = { to, ports: ports.map((one) => (typeof one === 'number' ? { port: one } : one)) };
  const isDns = ip === places.dns.ip && port === 53;
  const isHost = hosts.some((one) => {
    const [name, number] = one.split(':') as [string, string];
    if (Number(number) !== port || protocol !== 'TCP') return false;
    if (/^[0-9.]+$/.test(name)) return name === ip;
    return flavor === 'cilium' ? host !== undefined && isLike(name, host) : isPublic(ip);
  });
  if (mode === 'none' || mode === 'all') return mode === 'all';
  if (isDns || (mode === 'internet' && isPublic(ip)) || (mode === 'hosts' && isHost)) return true;
  return (to.length > 0 || (mode === 'custom' && ports.length > 0)) && ruleAllows(peers, destination);
}

/** Whether a server's settings say something that has no effect, or nothing where something is needed. */
function isMistake(defaults: Egress, own: Egress): boolean {
  const { mode, hosts, to, ports } = effective(defaults, own);
  if (mode === 'hosts' ? hosts.length === 0 : own.hosts?.length) return true;
  if (mode === 'none' || mode === 'all') return Boolean(own.to?.length || own.ports?.length);
  if (own.ports?.length && !own.to?.length && (mode !== 'custom' || (defaults.to?.length && !own.to))) return true;
  return mode === 'custom' && to.length + ports.length === 0;
}

const peer = fc.constantFrom<object>(
  { ipBlock: { cidr: '10.9.9.9/32' } },
  { ipBlock: { cidr: '10.0.0.0/8', except: ['10.96.0.0/16'] } },
  { ipBlock: { cidr: 'fd00::/8' } },
  { podSelector: { matchLabels: { app: 'db' } } },
  { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } }, podSelector: {} },
  { namespaceSelector: {} },
);
const port = fc.constantFrom<number | object>(
  443,
  3128,
  5432,
  53,
  { port: 8000, endPort: 9000 },
  { protocol: 'UDP' },
  { port: 53, protocol: 'UDP' },
);
const host = fc.constantFrom(
  'api.example.com:443',
  '*.example.com:80',
  'a.*.com:443',
  '10.9.9.9:3128',
  '10.96.0.1:443',
);
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { maxLength: 2 });
const mode = fc.constantFrom('none', 'internet', 'hosts', 'all', 'custom');
const egress = fc.record({ mode, hosts: some(host), to: some(peer), ports: some(port) }, { requiredKeys: [] });
/** Those that are right by themselves: a server's settings are looked at later. */
const defaultEgress = egress.filter(
  ({ mode: its, to, ports }) =>
    !((its === 'none' || its === 'all') && (to?.length || ports?.length)) &&
    !(its !== 'custom' && ports?.length && !to?.length),
);
const cases = fc.record({ defaults: defaultEgress, own: fc.array(egress, { minLength: 30, maxLength: 30 }) });

const valuesOf = (flavor: string, topology: string, defaults: object, servers: Record<string, object>) => ({
  topology,
  networkPolicy: { flavor },
  defaults: { egress: defaults },
  servers: Object.fromEntries(
    Object.entries(servers).map(([name, one]) => [name, { image: 'a', command: ['a'], egress: one }]),
  ),
});

/** Each run renders twice; a smaller example is not looked for, as many servers are tried at once anyway. */
const bounds = { numRuns: 8, endOnFailure: true };

/** The settings without those that are a mistake, after a look at whether the chart says so of each of them, and of no other. */
function withoutMistakes(defaults: Egress, own: readonly Egress[]): Record<string, Egress> {
  const all = Object.fromEntries(own.map((one, index) => [`s${index}`, one]));
  const names = Object.keys(all).filter((name) => isMistake(defaults, all[name] as Egress));
  const { stderr } = run('template', valuesOf('kubernetes', 'pods', defaults, all));
  const refused = [...stderr.matchAll(/^- servers\.(\w+)\.egress/gm)].map(([, name]) => name);
  expect([...new Set(refused)].toSorted()).toEqual(names.toSorted());
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

const labelsOf = (rendered: Manifests, name: string): Record<string, string> =>
  rendered.get('Deployment', name).spec.template.metadata.labels as Manifest;
/** Which destinations, as words that a failed test can show. */
const which = (isOne: (destination: Destination) => boolean) =>
  destinations.filter(isOne).map(({ ip, port: at, protocol }) => `${ip} ${protocol} ${at}`);
const reached = (rendered: Manifests, name: string) => which((one) => reaches(rendered, labelsOf(rendered, name), one));

describe.each(['kubernetes', 'cilium'])('flavor %s', (flavor) => {
  test('a server reaches what its mode promises, whatever the defaults: no more, no less', () => {
    fc.assert(
      fc.property(cases, ({ defaults, own }) => {
        const servers = withoutMistakes(defaults, own);
        const rendered = render(valuesOf(flavor, 'pods', defaults, servers));
        for (const [name, one] of Object.entries(servers)) {
          const allowed = effective(defaults, one);
          const expected = which((destination) => promised(flavor, allowed, destination));
          expect(reached(rendered, `mcp-${name}`), JSON.stringify(allowed)).toEqual(expected);
        }
      }),
      bounds,
    );
  });
});

test('in topology sidecars all servers reach what any of them may', () => {
  fc.assert(
    fc.property(defaultEgress, fc.array(egress, { minLength: 1, maxLength: 4 }), (defaults, own) => {
      const servers = withoutMistakes(defaults, own);
      const rendered = render(valuesOf('kubernetes', 'sidecars', defaults, servers));
      const modes = Object.values(servers).map((one) => effective(defaults, one));
      // DNS is the gateway's own.
      modes.push(effective({}, { mode: 'hosts' }));
      const expected = which((one) => modes.some((allowed) => promised('kubernetes', allowed, one)));
      expect(reached(rendered, 'rel-mcpgen'), JSON.stringify(modes)).toEqual(expected);
    }),
    bounds,
  );
});
