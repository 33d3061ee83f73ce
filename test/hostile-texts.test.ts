// What a catalog, a config or an image says is data: in the values, in the lock, and in what the chart makes of them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../generator/index.ts';
import { formatLock } from '../generator/image/lock.ts';
import { kyvernoPolicy, sigstorePolicy } from '../generator/deployment/policy.ts';
import { readSource } from '../generator/source.ts';
import { writeYaml } from '../generator/yaml/write.ts';
import { run as helm } from './chart/helm.ts';
import { readback } from './readback.ts';

const breaks = ['\u2028', '\u2029', '\u0085', '\n', '\r', '\r\n'];
const pieces = [
  'networkPolicy:|  enabled: false|extraObjects:|- apiVersion: v1|  kind: ClusterRoleBinding|servers: {}'.split('|'),
  `--- ... " ' | & * <<:  {{ }} \` \\ $(A) \${A} yes ~ 010 1e3 2024-01-01 12:30:45 = a`.split(' '),
  ['- ', ': ', ' #', '{{ fail "x" }}', '  ', '\t', '\u0000', '\u001b[2J', '\u007f', '\u009b', '\u00a0', '\u200b'],
  ['\u202e', '\ufeff', '\ufffe', '\uffff', '😀', '\u{e0001}', '\u{10ffff}'],
].flat();
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.array(fc.constantFrom(...pieces, ...breaks), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
    .chain((parts) => fc.constantFrom(...breaks).map((end) => parts.join(end))),
);
const texts = fc.array(hostile, { maxLength: 3 });
const details = {
  title: hostile,
  command: texts,
  env: fc.array(fc.record({ name: fc.constantFrom('A', 'B_C', 'd.e'), value: hostile }), { maxLength: 3 }),
  secrets: fc.array(
    fc.record({ name: fc.oneof(hostile, fc.constant('s.key')), env: fc.constantFrom('KEY', 'OTHER') }),
    { maxLength: 2 },
  ),
  volumes: fc.array(
    fc
      .tuple(fc.oneof(hostile, fc.constant('data')), fc.oneof(hostile, fc.constantFrom('/data', '/x')))
      .map((parts) => parts.join(':')),
    { maxLength: 2 },
  ),
  user: fc.oneof(hostile, fc.constant('1000')),
  allowHosts: texts,
  extraHosts: fc.array(
    hostile.map((host) => `${host}:10.0.0.1`),
    { maxLength: 1 },
  ),
  tools: fc.array(fc.record({ name: hostile }), { maxLength: 2 }),
  prefix: hostile,
  config: fc.array(fc.record({ name: hostile, description: hostile }), { maxLength: 1 }),
};
const server = fc.oneof(
  fc.record({ image: fc.constantFrom('mcp/x', 'mcp/y:1'), ...details }, { requiredKeys: ['image'] }),
  fc.record({ image: fc.oneof(hostile, fc.constant('mcp/x')) }),
  fc.record({
    remote: fc.record({
      url: fc.constant('https://example.com/mcp'),
      transport_type: fc.constant('sse'),
      headers: fc.dictionary(fc.oneof(hostile, fc.constant('X-A')), hostile, { maxKeys: 2 }),
    }),
    prefix: hostile,
  }),
);

const entrypoints = { name: 'entrypoints.yaml', text: 'mcp/x: [serve]\nmcp/y: [serve]\n' };

function compileServers(registry: object) {
  const catalogs = [{ name: 'catalog.yaml', text: writeYaml({ registry }) }];
  return compile({ catalogs, entrypoints: [entrypoints], skipUnsupported: true }).value;
}

/** As JSON has it: without what is undefined, and in the order of the keys. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('values are what was compiled, whatever the catalog says', () => {
  let compiled = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(hostile, fc.constant('s')), server), { minLength: 200, maxLength: 200 }),
      (servers) => {
        const values = servers.flatMap(([name, entry]) => compileServers({ [name]: entry }) ?? []);
        compiled += values.length;
        const read = readback(values.map(({ text }) => text).join('---\n'));
        expect(read).toEqual(values.map(({ values: value }) => ({ value: plain(value) })));
      },
    ),
    { numRuns: 5 },
  );
  expect(compiled).toBeGreaterThan(100);
});

test('a lock is what was found, whatever an image says', () => {
  const facts = fc.record({
    digest: fc.constant(`sha256:${'a'.repeat(64)}`),
    platforms: fc.constant(['linux/amd64']),
    entrypoint: texts,
    cmd: texts,
    user: hostile,
    unknownUsers: texts,
    workingDir: hostile,
    users: fc.array(
      fc.record({ uid: fc.nat(), gid: fc.nat(), name: hostile, home: hostile, groups: fc.constant([1]) }),
    ),
    runsAs: fc.constant(undefined),
    env: fc.dictionary(hostile, hostile),
    volumes: texts,
    ports: texts,
    metadata: hostile,
    programs: fc.array(
      fc.record({
        argv: texts,
        needs: fc.array(
          fc.record({
            verb: fc.constant('run' as const),
            path: hostile,
            via: hostile,
            mode: fc.constant(0o755),
            uid: fc.nat(),
            gid: fc.nat(),
          }),
        ),
        doubts: fc.constant([]),
        missing: hostile,
      }),
    ),
    places: fc.array(
      hostile.map((path) => ({ path, state: 'empty' as const, permissions: { mode: 0o700, uid: 10, gid: 20 } })),
    ),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, facts), { minLength: 50, maxLength: 50 }), (images) => {
      const locks = images.map((image) =>
        formatLock({ platform: 'linux/amd64', gateway: image[0], images: new Map([image]), tools: new Map() }),
      );
      const read = readback(locks.join('---\n')).map((document) => ('value' in document ? document.value : document));
      for (const [index, [name, { entrypoint, env }]] of images.entries()) {
        const source = readSource('mcp.lock.yaml', locks[index] ?? '').value;
        expect(asTexts(read[index])).toEqual(plain(source?.tree));
        const [found = []] = Object.entries((read[index] as { images: object }).images);
        expect(found).toEqual([
          name,
          expect.objectContaining(
            plain({
              ...(entrypoint.length > 0 && { entrypoint }),
              ...(Object.keys(env).length > 0 && { env }),
            }) as object,
          ),
        ]);
      }
    }),
    { numRuns: 5 },
  );
});

/** A tree as our reader has it: scalars are texts. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asTexts(item)]));
}

test('a policy names its images and nothing else, whatever they are called', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (names) => {
      const images = names.map((image) => ({ image, original: image, usedBy: [] }));
      const input = { images, namespace: 'mcp', registryMaps: [] };
      const policies = readback(`${kyvernoPolicy(input)}---\n${sigstorePolicy(input)}`).map(
        (document) => document as { value: Policy },
      );
      expect(policies.map(({ value }) => value.kind)).toEqual(['ClusterPolicy', 'ClusterImagePolicy']);
      const [kyverno, sigstore] = policies.map(({ value }) => value.spec);
      expect(kyverno?.rules?.[0]?.validate.foreach[0]?.deny.conditions.all[0]?.value).toEqual(
        expect.arrayContaining(names),
      );
      const globs = sigstore?.images?.map(({ glob }) => glob.replace(/^index\.docker\.io\/(library\/)?/, ''));
      expect(globs).toEqual(names);
    }),
    { numRuns: 50 },
  );
});

interface Policy {
  readonly kind: string;
  readonly spec: {
    readonly rules?: readonly {
      validate: { foreach: readonly { deny: { conditions: { all: readonly { value: string[] }[] } } }[] };
    }[];
    readonly images?: readonly { glob: string }[];
  };
}

test.each(['helm3', 'helm4'] as const)('%s renders the objects of the chart and no others, or refuses', (program) => {
  let rendered = 0;
  const render = (servers: readonly object[]): void => {
    // Hosts have a form, and the chart refuses others.
    const named = servers.map((entry, index) => [`s${index}`, { ...entry, allowHosts: ['example.com:443'] }] as const);
    const values = compileServers(
      Object.fromEntries(named.filter(([name, entry]) => compileServers({ [name]: entry }))),
    );
    if (!values) return;
    const { status, stdout } = helm('template', values.text, { helm: program });
    if (status !== 0) return;
    rendered++;
    const kinds = readback(stdout)
      .map((document) => ('value' in document ? (document.value as { kind: string } | null)?.kind : document.error))
      .filter((kind) => kind !== undefined);
    expect([...new Set(kinds)].filter((kind) => !chartKinds.includes(kind))).toEqual([]);
    expect(kinds).toContain('NetworkPolicy');
  };
  fc.assert(fc.property(fc.array(server, { minLength: 5, maxLength: 5 }), render), { numRuns: 8, endOnFailure: true });
  render([
    {
      image: 'mcp/x',
      title: injection,
      command: [injection],
      env: [{ name: 'A', value: injection }],
      tools: [{ name: injection }],
    },
  ]);
  expect(rendered).toBeGreaterThan(0);
});

const injection = `p\u2028networkPolicy:\u2028  enabled:\u2028    false\u2028extraObjects:\u2028- kind: ClusterRoleBinding`;

const chartKinds = [
  'ConfigMap',
  'Deployment',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'Pod',
  'Secret',
  'Service',
  'ServiceAccount',
];
