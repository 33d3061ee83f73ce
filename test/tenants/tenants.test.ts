// `mcpgen tenants`: what it writes for each tenant, what a change changes, and that costs are those of the rendered chart.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { bytesOf, milliCpuOf } from '../../generator/kubernetes/quantity.ts';
import { type Manifest, render } from '../chart/helm.ts';
import { kubeconform, kubernetesVersions } from '../kubeconform.ts';
import { mcpgenWith, type Outcome } from '../mcpgen.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-tenants-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (...path: string[]): string => join(folder, ...path);
const text = (...path: string[]): string => readFileSync(file(...path), 'utf8');

const catalog = {
  registry: {
    time: {
      image: 'mcp/time',
      command: ['--local-timezone={{time.timezone}}'],
      tools: [{ name: 'get_current_time' }, { name: 'convert_time' }],
      config: [{ name: 'time', type: 'object', properties: { timezone: { type: 'string' } } }],
    },
    brave: { image: 'mcp/brave-search', secrets: [{ name: 'brave.api_key', env: 'KEY' }] },
    memory: { image: 'mcp/memory', volumes: ['memory:/data'], disableNetwork: true },
  },
};
const base = {
  catalogs: ['catalog.yaml'],
  chart: { repository: 'oci://registry.example/charts', version: '0.1.0' },
  git: { url: 'https://git.example/tenants.git', revision: 'main', path: 'clusters/one' },
};
const tenants = {
  alice: {
    servers: ['time', 'brave'],
    tools: { time: ['convert_time'] },
    config: { time: { timezone: 'Asia/Tokyo' } },
    secrets: { 'brave.api_key': { name: 'keys', key: 'search' } },
  },
  bob: { servers: ['memory'], quota: { pods: 40 } },
};

async function mcpgen(of: object, args: readonly string[], settings: object = {}): Promise<Outcome> {
  writeFileSync(file('tenants.yaml'), JSON.stringify({ ...base, ...settings, tenants: of }));
  return tenantsOf(file('tenants.yaml'), '', args);
}

const tenantsOf = (name: string, stdin: string, args: readonly string[]): Promise<Outcome> =>
  mcpgenWith({ stdin }, 'tenants', name, '--entrypoints', file('entrypoints.yaml'), ...args);

/** Every file below a folder with its text and when it was written. */
function snapshot(name: string): Map<string, string> {
  const paths = readdirSync(file(name), { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(file(name, path)).isFile());
  return new Map(files.map((path) => [path, `${statSync(file(name, path)).mtimeMs} ${text(name, path)}`]));
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return all.filter((path) => before.get(path) !== after.get(path)).sort();
}

const documents = (...path: string[]): Manifest[] =>
  parseAllDocuments(text(...path)).map((document) => document.toJS());

beforeAll(async () => {
  writeFileSync(file('catalog.yaml'), JSON.stringify(catalog));
  writeFileSync(file('entrypoints.yaml'), 'time: [serve]\nbrave: [serve]\nmemory: [serve]\n');
  const { status, stderr } = await mcpgen(tenants, ['-o', file('out'), '--apply', 'helmfile,argocd,flux,script']);
  expect(status, stderr).toBe(0);
});

describe('a tenant', () => {
  test('has its own servers, tools, settings and places of secrets', () => {
    const alice = parse(text('out/alice/values.yaml'));
    expect(Object.keys(alice.servers)).toEqual(['brave', 'time']);
    expect(alice.servers.time).toMatchObject({ args: ['--local-timezone=Asia/Tokyo'], allowTools: ['convert_time'] });
    expect(alice.servers.brave.secretEnv).toEqual({ KEY: { name: 'keys', key: 'search' } });
    expect(alice.networkPolicy).toEqual({ gatewayFrom: [{ podSelector: {} }] });
    expect(Object.keys(parse(text('out/bob/values.yaml')).servers)).toEqual(['memory']);
  });

  test('has a namespace that admits what is restricted, limits it, and denies the rest', () => {
    const [namespace, quota, limits, policy] = documents('out/bob/namespace.yaml');
    expect(namespace.metadata).toMatchObject({
      name: 'mcp-bob',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'mcpgen.dev/tenant': 'bob' },
    });
    expect(quota.spec.hard).toMatchObject({ pods: '40', persistentvolumeclaims: '1', 'requests.storage': '1Gi' });
    expect(limits.spec.limits[0].type).toBe('Container');
    expect(policy.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test.each(kubernetesVersions)('Kubernetes %s takes its namespace', (version) => {
    const manifests = `${text('out/alice/namespace.yaml')}---\n${text('out/bob/namespace.yaml')}`;
    expect(kubeconform(manifests, version)).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
  });

  test('costs what its pods ask for in the rendered chart', async () => {
    const { stdout } = await mcpgen(tenants, ['--json']);
    for (const [name, costs] of Object.entries<Manifest>(JSON.parse(stdout))) {
      const { all } = render(text('out', name, 'values.yaml'));
      const deployments = all.filter(({ kind }: Manifest) => kind === 'Deployment');
      const containers = deployments.flatMap(({ spec }: Manifest) => [
        ...spec.template.spec.containers,
        ...(spec.template.spec.initContainers ?? []).filter((one: Manifest) => one.restartPolicy === 'Always'),
      ]);
      const sum = (of: (resources: Manifest) => number | undefined): number =>
        containers.reduce((total: number, { resources }: Manifest) => total + (of(resources) ?? 0), 0);
      const claims = all.filter(({ kind }: Manifest) => kind === 'PersistentVolumeClaim');
      expect(costs).toEqual({
        servers: deployments.length - 1,
        pods: deployments.length,
        cpuRequests: sum(({ requests }) => milliCpuOf(requests.cpu)),
        cpuLimits: sum(({ limits }) => milliCpuOf(limits.cpu)),
        memoryRequests: sum(({ requests }) => bytesOf(requests.memory)),
        memoryLimits: sum(({ limits }) => bytesOf(limits.memory)),
        claims: claims.length,
        storage: claims.reduce(
          (total: number, { spec }: Manifest) => total + (bytesOf(spec.resources.requests.storage) ?? 0),
          0,
        ),
      });
    }
  });
});

describe('a later run', () => {
  test('writes nothing that is the same, and what changed of one tenant only', async () => {
    const before = snapshot('out');
    await mcpgen(tenants, ['-o', file('out'), '--apply', 'helmfile,argocd,flux,script']);
    expect(changes(before, snapshot('out'))).toEqual([]);
    const changed = {
      ...tenants,
      bob: { ...tenants.bob, servers: ['memory', 'time'], config: { time: { timezone: 'UTC' } } },
    };
    await mcpgen(changed, ['-o', file('out'), '--apply', 'helmfile,argocd,flux,script']);
    expect(changes(before, snapshot('out'))).toEqual(['bob/namespace.yaml', 'bob/release.yaml', 'bob/values.yaml']);
  });

  test('names a tenant that is gone as a stale-tenant, and deletes nothing', async () => {
    mkdirSync(file('out/notes'));
    const before = snapshot('out');
    const { stderr, status } = await mcpgen({ alice: tenants.alice }, ['-o', file('out')]);
    expect(status).toBe(0);
    expect(stderr.match(/^warning stale-tenant: .*$/gm)).toEqual([
      `warning stale-tenant: ${file('out/bob')} belongs to the tenant "bob", which is not in the tenants file`,
    ]);
    expect(changes(before, snapshot('out'))).toEqual([]);
    rmSync(file('out/notes'), { recursive: true });
  });
});

describe('what applies all tenants', () => {
  test('helmfile has a release for each, and one file that finds them', () => {
    expect(parse(text('out/helmfile.yaml'))).toEqual({ helmfiles: [{ path: '*/helmfile.yaml' }] });
    expect(parse(text('out/alice/helmfile.yaml')).releases).toMatchObject([
      {
        namespace: 'mcp-alice',
        chart: 'oci://registry.example/charts/mcpgen',
        version: '0.1.0',
        values: ['values.yaml'],
      },
    ]);
  });

  test('Argo CD finds the folders, and keeps what runs when one is gone', () => {
    const { spec } = parse(text('out/applicationset.yaml'));
    expect(spec.generators[0].git.directories).toEqual([{ path: 'clusters/one/*' }]);
    expect(spec.syncPolicy.preserveResourcesOnDeletion).toBe(true);
    expect(spec.template.spec.destination.namespace).toBe('mcp-{{ .path.basename }}');
    expect(spec.template.spec.syncPolicy.automated.prune).toBeUndefined();
  });

  test('Flux has a release for each with its values, and prunes none', () => {
    const release = parse(text('out/alice/release.yaml'));
    expect(release.spec.values).toEqual(parse(text('out/alice/values.yaml')));
    expect(release.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
    expect(parse(text('out/kustomization.yaml')).resources).toEqual([
      'source.yaml',
      ...['alice', 'bob'].flatMap((name) => [`${name}/namespace.yaml`, `${name}/release.yaml`]),
    ]);
  });

  test('the script is one that a shell can read', () => {
    expect(spawnSync('sh', ['-n', file('out/apply.sh')]).status).toBe(0);
  });
});

test('JSON on standard input is as good', async () => {
  const json = JSON.stringify({
    ...base,
    catalogs: [file('catalog.yaml')],
    tenants: { carol: { servers: ['memory'] } },
  });
  const { status, stdout } = await tenantsOf('-', json, []);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^carol +1 +2 /m);
});

test('what is said of many tenants is said once', async () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`t${index}`, { servers: ['brave'] }]));
  const { stderr } = await mcpgen(many, []);
  expect(stderr.match(/note secret:.*$/gm)).toEqual([
    'note secret: create the Secret "brave" with the key brave.api_key (tenants t0, t1, t2 and 6 more)',
  ]);
});

test('an absolute path of a catalog is one', async () => {
  const { status } = await mcpgen({ alice: { servers: ['memory'] } }, [], { catalogs: [file('catalog.yaml')] });
  expect(status).toBe(0);
});
