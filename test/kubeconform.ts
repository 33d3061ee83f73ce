// Checks manifests against the schemas of Kubernetes, strictly and offline.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';

const tools = join(import.meta.dirname, '..', '.tools');

/** The chart's minimum, the one in the middle and the newest. */
export const kubernetesVersions = ['1.29.0', '1.34.0', '1.37.0'];

export interface Verdict {
  readonly invalid: number;
  readonly errors: number;
  readonly skipped: number;
  readonly messages: readonly string[];
}

export function kubeconform(manifests: string, version: string): Verdict {
  const location = '{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json';
  const args = [
    '-strict',
    '-summary',
    '-output',
    'json',
    '-schema-location',
    join(tools, 'schemas', location),
    // Kinds that are not Kubernetes' own: the part of each schema that the chart uses.
    '-schema-location',
    join(import.meta.dirname, 'chart/crds/{{.ResourceKind}}.json'),
    '-kubernetes-version',
    version,
    '-',
  ];
  const { stdout, stderr } = spawnSync(join(tools, 'bin/kubeconform'), args, {
    input: manifests,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (stdout === '') throw new Error(`kubeconform said nothing: ${stderr}`);
  const { resources, summary } = JSON.parse(stdout) as {
    resources: { kind: string; name: string; msg: string }[] | null;
    summary: { valid: number; invalid: number; errors: number; skipped: number };
  };
  if (summary.valid === 0) throw new Error('kubeconform found no manifest');
  const messages = (resources ?? []).map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
  return { invalid: summary.invalid, errors: summary.errors, skipped: summary.skipped, messages };
}

/** Fails unless all manifests are valid; those of each case by its name. One run checks all, as reading the schemas takes most of the time. */
export function expectValid(manifests: ReadonlyMap<string, string>, version: string): void {
  const verdict = kubeconform([...manifests.values()].join('\n---\n'), version);
  const wrong =
    verdict.messages.length === 0
      ? []
      : [...manifests].filter(([, text]) => kubeconform(text, version).messages.length > 0);
  expect(wrong.map(([name]) => name)).toEqual([]);
  expect(verdict).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
}
