// `relay.releaseNames`: releases with the same servers in one namespace, which have nothing in common.

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../../generator/index.ts';
import { fullValues, type Manifest, oneServer, refusal, render, run } from './helm.ts';

const relay = { releaseNames: true };
const server = (entry: object = {}) => ({ image: 'a', command: ['a'], ...entry });
const claim = (settings: object = {}) => ({ mountPath: '/d', persistentVolumeClaim: { size: '1Gi', ...settings } });
const scaled = (kind: string) => ({ kind, minReplicas: 2, maxReplicas: 3, cpu: 80 });
const resources = { requests: { cpu: '1' } };
const values = {
  relay,
  networkPolicy: { flavor: 'cilium' },
  servers: {
    plain: server({ serviceAccount: { create: true } }),
    web: server({ http: { port: 8080 } }),
    kept: server({ volumes: { data: claim() } }),
    named: server({ egress: { mode: 'hosts', hosts: ['a.example.com:443'] } }),
    held: server({ egress: { mode: 'hosts', hosts: ['10.0.0.5:5432'] } }),
    many: server({ autoscaling: scaled('hpa'), resources, podDisruptionBudget: { maxUnavailable: 1 } }),
    keda: server({ autoscaling: scaled('keda'), resources }),
    vpa: server({ autoscaling: { kind: 'vpa' } }),
  },
};
const names = Object.keys(values.servers);
const one = render(values, { release: 'one' });
const two = render(values, { release: 'two' });

test('a named volume that a catalog mounts twice is one claim, whatever its name', () => {
  const server = { image: 'a', volumes: ['kept:/data', 'kept:/again:ro'] };
  const { value } = compile({
    catalogs: [{ name: 'catalog.yaml', text: JSON.stringify({ registry: { twice: server } }) }],
    entrypoints: [{ name: 'entrypoints.yaml', text: 'twice: [serve]' }],
    overlay: { name: 'overlay.yaml', text: JSON.stringify({ relay }) },
  });
  const { spec } = render(parse(value?.text ?? ''), { release: 'one' }).get('Deployment', 'one-mcp-twice').spec
    .template;
  const mounts = spec.containers[0].volumeMounts.filter(({ name }: Manifest) => name === 'kept');
  expect(mounts).toEqual([
    { name: 'kept', mountPath: '/data' },
    { name: 'kept', mountPath: '/again', readOnly: true },
  ]);
  expect(spec.volumes.filter(({ name }: Manifest) => name.startsWith('kept'))).toEqual([
    { name: 'kept', persistentVolumeClaim: { claimName: 'one-mcp-twice-kept' } },
  ]);
});

test('an object of a server has the name of the release before its own', () => {
  for (const kind of ['Deployment', 'Service']) {
    const found = one.kind(kind).map(({ metadata }) => metadata.name);
    const relay = kind === 'Service' ? ['one-mcpgen-relay', 'one-mcpgen-servers'] : [];
    expect(found.toSorted()).toEqual(['one-mcpgen', ...relay, ...names.map((name) => `one-mcp-${name}`)].toSorted());
  }
  expect(one.names()).toEqual(
    expect.arrayContaining([
      'ServiceAccount/one-mcp-plain',
      'PersistentVolumeClaim/one-mcp-kept-data',
      'CiliumNetworkPolicy/one-mcp-named',
      'NetworkPolicy/one-mcp-held',
      'PodDisruptionBudget/one-mcp-many',
      'HorizontalPodAutoscaler/one-mcp-many',
      'ScaledObject/one-mcp-keda',
      'VerticalPodAutoscaler/one-mcp-vpa',
    ]),
  );
});

test('what refers to one of them has its new name', () => {
  const podOf = (name: string) => one.get('Deployment', `one-mcp-${name}`).spec.template.spec;
  expect(podOf('plain').serviceAccountName).toBe('one-mcp-plain');
  expect(podOf('kept').volumes).toContainEqual({
    name: 'data',
    persistentVolumeClaim: { claimName: 'one-mcp-kept-data' },
  });
  for (const { metadata, spec } of one.all)
    for (const target of [spec?.scaleTargetRef, spec?.targetRef]) if (target) expect(target.name).toBe(metadata.name);
});

test('the gateway dials the names that it knows, and the relay the new ones', () => {
  const { hostAliases } = one.get('Deployment', 'one-mcpgen').spec.template.spec;
  const known = hostAliases.flatMap(({ hostnames }: Manifest) => hostnames);
  expect(known.toSorted()).toEqual(names.map((name) => `mcp-${name}`).toSorted());
  const config = JSON.parse(one.get('ConfigMap', 'one-mcpgen-relay').data['config.json']) as Manifest;
  expect(config.servers.plain.target).toBe('one-mcp-plain.ns.svc:4444');
  expect(config.servers.web.url).toBe('http://one-mcp-web.ns.svc:8080/mcp');
});

describe('two releases', () => {
  test('make no object twice, except those whose names are in the values', () => {
    const common = (values: Parameters<typeof render>[0], args: string[] = []) => {
      const [first, second] = ['one', 'two'].map((release) => render(values, { release, args }).names());
      return first?.filter((name) => second?.includes(name));
    };
    expect(common(values)).toEqual([]);
    const args = ['--set', 'relay.enabled=true,relay.releaseNames=true,fullnameOverride='];
    expect(common(fullValues, args)?.toSorted()).toEqual([
      'ConfigMap/extra-text',
      'ExternalSecret/far-secrets',
      'ExternalSecret/files',
      'ExternalSecret/own-secrets',
      'ExternalSecret/shared-env',
      'ExternalSecret/shared-secret',
      'ExternalSecret/trace',
      'ExternalSecret/upstream',
      'ServiceAccount/gate-account',
      'ServiceAccount/own-account',
    ]);
    expect(common({ ...values, relay: {} })).toContain('Service/mcp-plain');
  });

  test('select pods of their own alone', () => {
    for (const [own, other] of [
      [one, two],
      [two, one],
    ] as const) {
      const selectors = own.all.flatMap((manifest) => selectorsOf(manifest.spec));
      expect(selectors.length).toBeGreaterThan(2 * names.length);
      for (const selector of selectors) {
        const select = ({ labels }: { labels: Record<string, string> }) =>
          Object.entries(selector).every(([key, value]) => labels[key] === value);
        expect(own.pods().filter(select).length, JSON.stringify(selector)).toBeGreaterThan(0);
        expect(other.pods().filter(select), JSON.stringify(selector)).toEqual([]);
      }
    }
  });

  /** Labels of the selectors in an object, of pods in the object's own namespace. */
  function selectorsOf(object: Manifest): Record<string, string>[] {
    if (typeof object !== 'object' || object === null) return [];
    const isElsewhere = 'namespaceSelector' in object;
    return Object.entries(object as Record<string, Manifest>).flatMap(([key, value]) => {
      if (!/^(s|podS|endpointS)elector$/.test(key)) return selectorsOf(value);
      return isElsewhere ? [] : [value.matchLabels ?? value];
    });
  }
});

test('the notes say the names', () => {
  const notes = run('install', { ...values, networkPolicy: {} }, { helm: 'helm4', release: 'one' }).stdout;
  expect(notes).toContain('logs deployment/one-mcp-<server>');
  expect(notes).toContain('delete pvc one-mcp-kept-data');
  expect(notes).not.toContain('One release per namespace');
});

describe('is refused', () => {
  test.each([
    [
      'without the relay',
      { relay: { ...relay, enabled: false } },
      'needs the relay, because the gateway itself connects only to mcp-<server>; set relay.enabled',
    ],
    [
      'where servers are sidecars',
      { topology: 'sidecars' },
      'needs the relay, which topology sidecars does not use; set topology: pods',
    ],
  ])('%s', (_, rest, words) => {
    expect(refusal(oneServer({}, { relay, ...rest }))).toContain(`- relay.releaseNames: ${words}`);
  });

  test('where a name gets too long', () => {
    const release = 'r'.repeat(40);
    const fits = 's'.repeat(63 - `${release}-mcp-`.length);
    render({ relay, servers: { [fits]: server() } }, { release });
    expect(refusal({ relay, servers: { [`${fits}s`]: server() } }, { release })).toContain(
      `- servers.${fits}s: is not a valid server name, because its Service is named ${release}-mcp-<name>; use at most 18 lower-case letters, digits and hyphens, or a shorter release name`,
    );
  });

  test("where a server has the gateway's name, or two claims have one", () => {
    expect(refusal(oneServer({}, { relay, fullnameOverride: 'rel-mcp-time' }))).toContain(
      '- servers.time: the name of its Service, rel-mcp-time, is taken by the gateway;',
    );
    render(oneServer({}, { relay, fullnameOverride: 'mcp-time' }));
    const a = server({ volumes: { 'b-c': claim() } });
    expect(refusal({ relay, servers: { a, 'a-b': server({ volumes: { c: claim() } }) } })).toContain(
      '- servers.a-b.volumes.c: the name of its claim, rel-mcp-a-b-c, is taken by servers.a.volumes.b-c;',
    );
  });

  test('where a claim of the chart is named as it would be without', () => {
    const volumes = { data: claim(), again: { mountPath: '/again', existingClaim: 'mcp-time-data' } };
    expect(refusal(oneServer({ volumes }, { relay }))).toContain(
      '- servers.time.volumes.again.existingClaim: with relay.releaseNames the claim mcp-time-data is named rel-mcp-time-data; use that name',
    );
    render(oneServer({ volumes }));
    render(oneServer({ volumes: { old: { mountPath: '/d', existingClaim: 'mcp-time-old' } } }, { relay }));
  });
});
