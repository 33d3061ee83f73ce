// Places where little is allowed: a namespace with PodSecurity, quota, limits and a policy that denies everything, used by an installer
// without rights elsewhere; manifests that are rendered without the cluster; kustomize; an umbrella chart.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { call } from './client.ts';
import { createNamespace, deleteNamespace, dump } from './cluster.ts';
import { helm, kubectl, kubectlJson, ROOT } from './programs.ts';
import { looksAfter, Release } from './release.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-locked-down-'));
const file = (...path: string[]): string => join(folder, ...path);
afterAll(() => rmSync(folder, { recursive: true }));

async function apply(namespace: string, ...objects: object[]): Promise<string> {
  writeFileSync(file('objects.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  return kubectl('apply', '-n', namespace, '-f', file('objects.json'));
}

async function answers(release: Release): Promise<void> {
  const answer = call(await release.session(), 'get_current_time', { timezone: 'Asia/Tokyo' }, 60);
  expect(await answer).toContain('+09:00');
}

const denyAll = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny-all' },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
};
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota' },
  spec: {
    hard: {
      pods: '8',
      'requests.cpu': '1',
      'requests.memory': '2Gi',
      'requests.ephemeral-storage': '2Gi',
      'limits.cpu': '16',
      'limits.memory': '16Gi',
    },
  },
};
const limits = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits' },
  spec: { limits: [{ type: 'Container', max: { cpu: '2', memory: '4Gi' }, min: { cpu: '5m', memory: '8Mi' } }] },
};
const subject = { kind: 'ServiceAccount', name: 'installer' };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' };

describe('PodSecurity, quota, limits, a policy that denies everything, and an installer with the role admin there', () => {
  const release = new Release(3);
  const asInstaller = (...args: string[]): Promise<string> =>
    release.helm(...args, '--kube-as-user', `system:serviceaccount:${release.namespace}:installer`);
  const upgrade = (...args: string[]): Promise<string> =>
    asInstaller('upgrade', release.name, 'chart', '-f', release.valuesFile, '--wait', '--timeout', '3m', ...args);
  looksAfter(release);

  beforeAll(async () => {
    await release.prepare('by-hand');
    release.namespace = await createNamespace('mcpgen-e2e-locked-down');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'installer' } };
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'installer' },
      subjects: [subject],
      roleRef,
    };
    await apply(release.namespace, denyAll, quota, limits, account, binding);
    await upgrade('--install').catch(async (error: unknown) => {
      await dump(release.namespace);
      throw error;
    });
    release.token = await release.readToken();
  });

  test('a tool answers', () => answers(release));

  test('`helm test` passes, by its own policy', async () => {
    expect(await asInstaller('test', release.name, '--logs', '--timeout', '2m')).toContain('Phase:          Succeeded');
  }, 150_000);

  test('the token is in its Secret only', async () => {
    expect(release.token).toMatch(/^\w{40}$/);
    const kinds = 'configmaps,deployments,pods,services,networkpolicies';
    expect(await kubectl('get', kinds, '-n', release.namespace, '-o', 'yaml')).not.toContain(release.token);
  });

  test('an upgrade through kustomize keeps the token, and gives each object a label', async () => {
    mkdirSync(file('kustomize'));
    writeFileSync(
      file('kustomize/kustomization.yaml'),
      JSON.stringify({
        resources: ['all.yaml'],
        labels: [{ pairs: { team: 'platform' }, includeTemplates: true }],
        patches: [
          {
            target: { kind: 'Deployment', name: 'mcp-time' },
            patch: '[{"op": "add", "path": "/spec/template/metadata/annotations/patched", "value": "yes"}]',
          },
        ],
      }),
    );
    const script = file('kustomize/run.sh');
    writeFileSync(
      script,
      `#!/bin/sh\ncat >'${file('kustomize/all.yaml')}' && exec kubectl kustomize '${file('kustomize')}'\n`,
    );
    chmodSync(script, 0o755);
    await upgrade('--post-renderer', script);
    expect(await release.readToken()).toBe(release.token);
    const labelled = await kubectl(
      'get',
      'pods,configmaps,secrets',
      '-n',
      release.namespace,
      '-l',
      'team=platform',
      '-o',
      'name',
    );
    expect(labelled.split('\n')).toEqual(
      expect.arrayContaining([
        'configmap/mcp-mcpgen-config',
        'secret/mcp-mcpgen-auth',
        expect.stringMatching(/^pod\/mcp-time-/),
      ]),
    );
    await release.disconnect();
    await answers(release);
  }, 240_000);
});

describe('rendered without the cluster, as Argo CD does it', () => {
  const release = new Release(4);
  looksAfter(release);
  const render = (): Promise<string> =>
    release.helm('template', release.name, 'chart', '-f', release.valuesFile, '--skip-tests');
  const applyRendered = async (): Promise<string[]> => {
    writeFileSync(file('rendered.yaml'), await render());
    return (await kubectl('apply', '-f', file('rendered.yaml'))).trim().split('\n');
  };

  test('the pods wait for the Secret, and say its name; with it, a tool answers', async () => {
    await release.prepare('by-hand');
    release.namespace = await createNamespace('mcpgen-e2e-rendered');
    await apply(release.namespace, denyAll);
    await applyRendered();
    const reasons = async (): Promise<string> =>
      kubectl('get', 'events', '-n', release.namespace, '-o', 'jsonpath={range .items[*]}{.message}{"\\n"}{end}');
    await expect.poll(reasons, { timeout: 120_000, interval: 2000 }).toContain('secret "mcp-mcpgen-auth" not found');
    release.token = 'by-hand-0123456789';
    const create = ['create', 'secret', 'generic', 'mcp-mcpgen-auth', '-n', release.namespace];
    await kubectl(...create, `--from-literal=token=${release.token}`);
    await kubectl('rollout', 'status', '-n', release.namespace, 'deployment/mcp-mcpgen', '--timeout=140s');
    await answers(release);
  }, 330_000);

  test('the next synchronization finds nothing to change', async () => {
    const lines = await applyRendered();
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
  }, 150_000);
});

test('an umbrella chart shares its pull secrets, and its token is made as in a chart of its own', async () => {
  const namespace = await createNamespace('mcpgen-e2e-umbrella');
  try {
    mkdirSync(file('umbrella/charts'), { recursive: true });
    cpSync(join(ROOT, 'chart'), file('umbrella/charts/mcpgen'), { recursive: true });
    writeFileSync(
      file('umbrella/Chart.yaml'),
      JSON.stringify({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0' }),
    );
    const mcpgen = { servers: { time: { image: 'mcp/time', command: ['mcp-server-time'] } } };
    writeFileSync(file('umbrella/values.yaml'), JSON.stringify({ global: { imagePullSecrets: ['registry'] }, mcpgen }));
    await helm(4, 'install', 'all', file('umbrella'), '-n', namespace, '--wait', '--timeout', '4m');
    const { items } = await kubectlJson<{ items: { spec: { imagePullSecrets: object[] } }[] }>(
      'get',
      'pods',
      '-n',
      namespace,
    );
    expect(items.map(({ spec }) => spec.imagePullSecrets)).toEqual(items.map(() => [{ name: 'registry' }]));
    const manifest = await helm(4, 'get', 'manifest', 'all', '-n', namespace);
    const secret = manifest.split('\n---\n').find((one) => /^kind: Secret$/m.test(one)) ?? '';
    expect(parse(secret)).toMatchObject({ metadata: { name: 'all-mcpgen-auth' }, data: { token: expect.any(String) } });
    expect(await helm(4, 'test', 'all', '-n', namespace, '--timeout', '2m')).toContain('Succeeded');
  } catch (error) {
    await dump(namespace);
    throw error;
  } finally {
    await deleteNamespace(namespace);
  }
}, 480_000);
