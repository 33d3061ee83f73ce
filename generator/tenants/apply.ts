// Files that apply all tenants: for Helmfile, Argo CD, Flux, or a shell.

import { shellWord } from '../shell.ts';
import { writeYaml } from '../yaml/write.ts';
import type { ChartSource, GitSource } from './model.ts';
import { header } from './namespace.ts';

export const applyWays = ['helmfile', 'argocd', 'flux', 'script'] as const;
export type ApplyWay = (typeof applyWays)[number];

const chartName = 'mcpgen';
const release = 'mcp';

export interface AppliedTenant {
  readonly name: string;
  readonly namespace: string;
  readonly values: object;
}

export interface Sources {
  readonly chart: ChartSource;
  /** Only Argo CD reads the files from Git. */
  readonly git?: GitSource;
  readonly namespacePrefix: string;
}

type Files = [path: string, text: string][];

/** One file for all tenants, where the way has one, and one for each, where that needs one. */
export function applyFiles(way: ApplyWay, tenants: readonly AppliedTenant[], sources: Sources): Files {
  switch (way) {
    case 'helmfile':
      return helmfile(tenants, sources);
    case 'argocd':
      return argocd(sources);
    case 'flux':
      return flux(tenants, sources);
    case 'script':
      return [['apply.sh', script(sources)]];
  }
}

function yaml(...documents: readonly object[]): string {
  return header + documents.map((document) => writeYaml(document)).join('---\n');
}

function chartReference({ chart }: Sources): string {
  return `${chart.repository}/${chartName}`;
}

function helmfile(tenants: readonly AppliedTenant[], sources: Sources): Files {
  const own = tenants.map(({ name, namespace }): [string, string] => [
    `${name}/helmfile.yaml`,
    yaml({
      releases: [
        {
          name: release,
          namespace,
          createNamespace: false,
          chart: chartReference(sources),
          version: sources.chart.version,
          values: ['values.yaml'],
          hooks: [{ events: ['presync'], command: 'kubectl', args: ['apply', '--filename', 'namespace.yaml'] }],
        },
      ],
    }),
  ]);
  return [['helmfile.yaml', yaml({ helmfiles: [{ path: '*/helmfile.yaml' }] })], ...own];
}

/** A folder that disappears takes its Application with it, but nothing that runs. */
function argocd({ chart, git, namespacePrefix }: Sources): Files {
  const { url: repoURL = '', revision = '', path = '' } = git ?? {};
  return [
    [
      'applicationset.yaml',
      yaml({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        metadata: { name: 'mcp-tenants', namespace: 'argocd' },
        spec: {
          goTemplate: true,
          goTemplateOptions: ['missingkey=error'],
          syncPolicy: { preserveResourcesOnDeletion: true },
          generators: [{ git: { repoURL, revision, directories: [{ path: `${path}/*` }] } }],
          template: {
            metadata: { name: 'mcp-{{ .path.basename }}' },
            spec: {
              project: 'default',
              destination: {
                server: 'https://kubernetes.default.svc',
                namespace: `${namespacePrefix}{{ .path.basename }}`,
              },
              sources: [
                {
                  repoURL: chart.repository.replace('oci://', ''),
                  chart: chartName,
                  targetRevision: chart.version,
                  helm: { releaseName: release, valueFiles: ['$tenants/{{ .path.path }}/values.yaml'] },
                },
                { repoURL, targetRevision: revision, ref: 'tenants' },
                {
                  repoURL,
                  targetRevision: revision,
                  path: '{{ .path.path }}',
                  directory: { include: 'namespace.yaml' },
                },
              ],
              syncPolicy: { automated: { selfHeal: true } },
            },
          },
        },
      }),
    ],
  ];
}

/** Values are in the release itself, so that a change of one tenant is a change of its file only. */
function flux(tenants: readonly AppliedTenant[], { chart }: Sources): Files {
  const keep = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
  const source = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: chartName, namespace: 'flux-system' },
    spec: {
      interval: '10m',
      url: `${chart.repository}/${chartName}`,
      ref: { tag: chart.version },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  };
  const own = tenants.flatMap(({ name, namespace, values }): Files => [
    [
      `${name}/release.yaml`,
      yaml({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: release, namespace, annotations: keep },
        spec: {
          interval: '10m',
          releaseName: release,
          chartRef: { kind: 'OCIRepository', name: chartName, namespace: 'flux-system' },
          values,
        },
      }),
    ],
  ]);
  const resources = [
    'source.yaml',
    ...tenants.flatMap(({ name }) => [`${name}/namespace.yaml`, `${name}/release.yaml`]),
  ];
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
  return [['source.yaml', yaml(source)], ['kustomization.yaml', yaml(kustomization)], ...own];
}

function script(sources: Sources): string {
  const chart = `\${CHART:-${chartReference(sources)}} --version ${shellWord(sources.chart.version)}`;
  return `#!/bin/sh
${header}# Installs or updates every tenant, or those named: apply.sh [TENANT...]
# CHART: another chart than that of the tenants file, for example a folder.
set -eu
cd "$(dirname "$0")"
if [ $# -eq 0 ]; then set -- */; fi
for tenant; do
  tenant=\${tenant%/}
  kubectl apply --filename "$tenant/namespace.yaml"
  helm upgrade --install ${release} ${chart} --namespace "${sources.namespacePrefix}$tenant" --values "$tenant/values.yaml"
done
`;
}
