// Images that fail in Kubernetes as their catalogs have them: here they start by their facts, read from the registry on the way.
// MCPGEN_E2E_REGISTRY_MAP is what --registry-map takes, where Docker Hub is unreachable.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { call } from './client.ts';
import { createNamespace, deleteNamespace } from './cluster.ts';
import { kubectl, ROOT, run } from './programs.ts';
import { Release } from './release.ts';

const facts = join(import.meta.dirname, 'facts');
const map = process.env['MCPGEN_E2E_REGISTRY_MAP'];

const access = map === undefined ? [] : ['--registry-map', map];
const mcpgen = (...args: string[]): Promise<string> => run(process.execPath, [join(ROOT, 'dist/bin.js'), ...args], 120);

/** Compiles one of the catalogs with what mcpgen finds in its image, which may be another than Docker's. */
function compile(
  release: Release,
  name: string,
  options: readonly string[] = [],
  image = `mcp/${name}`,
): Promise<string> {
  const catalog = join(release.folder, 'catalog.yaml');
  writeFileSync(catalog, readFileSync(join(facts, `${name}.yaml`), 'utf8').replace(`mcp/${name}`, image));
  const overlay = join(release.folder, 'overlay.yaml');
  writeFileSync(overlay, readFileSync(join(facts, 'overlay.yaml'), 'utf8').replace('SERVER', name));
  const files = [catalog, '--config', join(facts, 'config.yaml'), '--overlay', overlay];
  return mcpgen(...files, '--resolve', ...access, ...options, '-o', release.valuesFile);
}

async function install(release: Release, level: string, prepare: (namespace: string) => Promise<void>): Promise<void> {
  release.values = parse(readFileSync(release.valuesFile, 'utf8')) as Release['values'];
  release.namespace = await createNamespace('mcpgen-e2e-facts', level);
  await prepare(release.namespace);
  await release.install();
}

async function remove(release: Release): Promise<void> {
  await release.disconnect();
  if (release.namespace) await deleteNamespace(release.namespace);
}

describe('mcp/kubernetes, whose config the catalog mounts in the home of another user', () => {
  const release = new Release(3);
  beforeAll(async () => {
    await compile(release, 'kubernetes');
    await install(release, 'restricted', createKubeconfig);
  });
  afterAll(() => remove(release));

  test("lists the cluster's pods, under PodSecurity restricted", async () => {
    const pods = await call(await release.session(), 'kubectl_get', {
      resourceType: 'pods',
      namespace: release.namespace,
    });
    expect(pods).toContain('mcp-kubernetes-');
  });
});

/** A Secret with a kubeconfig that may look at this namespace. */
async function createKubeconfig(namespace: string): Promise<void> {
  const inNamespace = ['-n', namespace];
  await kubectl('create', 'serviceaccount', 'viewer', ...inNamespace);
  await kubectl(
    'create',
    'rolebinding',
    'viewer',
    '--clusterrole=view',
    `--serviceaccount=${namespace}:viewer`,
    ...inNamespace,
  );
  const token = (await kubectl('create', 'token', 'viewer', ...inNamespace)).trim();
  const authority = await kubectl(
    'get',
    'configmap',
    'kube-root-ca.crt',
    ...inNamespace,
    '-o',
    "jsonpath={.data['ca\\.crt']}",
  );
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'viewer', namespace } }],
    clusters: [
      {
        name: 'here',
        cluster: {
          server: 'https://kubernetes.default.svc',
          'certificate-authority-data': Buffer.from(authority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'viewer', user: { token } }],
  };
  await kubectl(
    'create',
    'secret',
    'generic',
    'kubernetes',
    `--from-literal=config=${JSON.stringify(kubeconfig)}`,
    ...inNamespace,
  );
}

describe('mcp/memory, whose named volume hides its program', () => {
  const release = new Release(3);
  beforeAll(async () => {
    await compile(release, 'memory');
    await install(release, 'restricted', async () => undefined);
  });
  afterAll(() => remove(release));

  test('starts, as the empty claim is filled from the image', async () => {
    expect(await call(await release.session(), 'read_graph')).toContain('entities');
  });
});

describe('mcp/fetch, whose interpreter only root may reach', () => {
  const release = new Release(3);
  afterAll(() => remove(release));

  test('is refused without a remedy, with the path and its mode', async () => {
    await expect(compile(release, 'fetch')).rejects.toThrow(
      /cannot-run: .*may not enter \/root, which has the mode 0700/,
    );
  });

  test('answers with --allow-root, under PodSecurity baseline', async () => {
    await compile(release, 'fetch', ['--allow-root', 'fetch']);
    await install(release, 'baseline', async () => undefined);
    await expectAnswer(release);
  });
});

/** It may refuse addresses of the cluster; its refusal is an answer of the server as well. */
async function expectAnswer(release: Release): Promise<void> {
  const host = `mcp-mcpgen.${release.namespace}.svc`;
  const answer = await call(await release.session(), 'fetch', { url: `http://${host}:8811/health` }).catch(String);
  expect(answer).toContain(host);
}

describe.skipIf(map === undefined)('mcp/fetch, as mcpgen mend writes it to a registry of our own', () => {
  const release = new Release(4);
  const image = `${map?.split('=')[1]}/mcpgen-e2e/fetch:open`;
  let pinned = '';
  beforeAll(async () => {
    pinned = (await mcpgen('mend', 'mcp/fetch', '--to', image, ...access, '--push')).trim();
    await compile(release, 'fetch', [], image);
    await install(release, 'restricted', async () => undefined);
  });
  afterAll(() => remove(release));

  test('is pulled by its digest, and answers under PodSecurity restricted', async () => {
    const path = 'jsonpath={.spec.template.spec.containers[*].image}';
    expect(await kubectl('get', 'deployment', 'mcp-fetch', '-n', release.namespace, '-o', path)).toContain(pinned);
    await expectAnswer(release);
  });
});
