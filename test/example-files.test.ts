// What examples have beside a catalog: manifests are valid, scripts run, and files name each other.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Manifest, render } from './chart/helm.ts';
import { kubeconform, kubernetesVersions } from './kubeconform.ts';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');
const read = (path: string): string => readFileSync(join(examples, path), 'utf8');
const documents = (path: string): Manifest[] => parseAllDocuments(read(path)).map((one) => one.toJS() as Manifest);

test('examples/README.md lists each folder', () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((one) => one.isDirectory());
  const listed = [...read('README.md').matchAll(/^\| \[([\w-]+)\]\(\1\) \|/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test.each(kubernetesVersions)("postgres: the database's manifests are valid for Kubernetes %s", (version) => {
  expect(kubeconform(read('postgres/database.yaml'), version)).toMatchObject({ invalid: 0, skipped: 0, messages: [] });
});

test('postgres: the server reaches the pods of its database only, and they let it in', () => {
  const manifests = render({}, { args: ['-f', join(examples, 'postgres/values.yaml')] });
  const [service, policy, database] = documents('postgres/database.yaml') as [Manifest, Manifest, Manifest];
  const { labels } = database.spec.template.metadata;
  const server = manifests.pods().find(({ labels: own }) => own['mcpgen.dev/server'] === 'postgres');
  const egress = manifests
    .kind('NetworkPolicy')
    .find(({ spec }) => spec.podSelector.matchLabels['mcpgen.dev/server'] === 'postgres')?.spec.egress;
  const peers = (rules: Manifest[], way: string) =>
    rules.filter(({ ports }) => ports.some(({ port }: Manifest) => port === 5432)).flatMap((rule) => rule[way]);
  expect(peers(egress, 'to')).toEqual([{ podSelector: { matchLabels: labels } }]);
  expect(egress.flatMap(({ to }: Manifest) => to).filter(({ ipBlock }: Manifest) => ipBlock)).toEqual([]);
  const [from] = peers(policy.spec.ingress, 'from');
  expect(server?.labels).toMatchObject(from.podSelector.matchLabels);
  expect(policy.spec.podSelector.matchLabels).toEqual(labels);
  expect(service.spec.selector).toEqual(labels);
});

const hasJq = spawnSync('jq', ['--version']).status === 0;
if (!hasJq) console.warn('skipped: no jq here, which the script of examples/air-gapped needs');

test.skipIf(!hasJq)('air-gapped: the script copies each image that the manifests name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-mirror-'));
  const programs = { mcpgen: `exec '${process.execPath}' '${root}/dist/bin.js' "$@"`, skopeo: 'echo "$@"' };
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const [script, values] = ['mirror.sh', 'values.yaml'].map((name) => join(examples, 'air-gapped', name));
  const { stdout, stderr } = spawnSync('sh', [script ?? '', values ?? '', 'mirror.example.com/hub'], {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(stderr).toBe('');
  const copied = [...stdout.matchAll(/^copy --all docker:\/\/\S+ docker:\/\/(\S+)$/gm)].map(([, to]) => to);
  const pods = render({}, { args: ['-f', values ?? ''] }).pods();
  const named = pods
    .flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers])
    .map(({ image }: Manifest) => image as string);
  expect(copied.toSorted()).toEqual([...new Set(named)].toSorted());
});

test('gitops: Argo CD and Flux install this chart, with values that are there', () => {
  const chart = parse(readFileSync(join(root, 'chart/Chart.yaml'), 'utf8')) as Manifest;
  const [application] = documents('gitops/argocd.yaml') as [Manifest];
  const [source, config] = application.spec.sources;
  expect(source).toMatchObject({ chart: chart.name, targetRevision: chart.version });
  for (const file of source.helm.valueFiles)
    expect(existsSync(join(root, file.replace(`$${config.ref}/`, '')))).toBe(true);
  const [repository, release] = documents('gitops/flux.yaml') as [Manifest, Manifest];
  expect(repository.spec.url).toMatch(new RegExp(`/${chart.name}$`));
  expect(repository.spec.ref.tag).toBe(chart.version);
  expect(release.spec.chartRef).toEqual({ kind: repository.kind, name: repository.metadata.name });
  const [kustomization] = documents('gitops/kustomization.yaml') as [Manifest];
  const [generated] = kustomization['configMapGenerator'];
  expect(release.spec.valuesFrom).toEqual([{ kind: 'ConfigMap', name: generated.name }]);
  for (const file of [...generated.files, ...kustomization['resources']])
    expect(existsSync(join(examples, 'gitops', file))).toBe(true);
  const { gateway } = parse(read('gitops/values.yaml')) as Manifest;
  expect(gateway.auth.existingSecret).toBe('mcp-token');
});
