// A real catalog of 65 servers against what the real gateway made of each (test/data/README.md).

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseSecrets } from '../generator/catalog/config.ts';
import { serverKind } from '../generator/catalog/model.ts';
import { evaluateServers } from '../generator/evaluate.ts';
import { compile, load, type TextFile } from '../generator/index.ts';
import { kubeconform, kubernetesVersions } from './kubeconform.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string): TextFile => ({
  name,
  text: readFileSync(join(import.meta.dirname, 'data', name), 'utf8'),
});
const catalogs = [read('catalog-sample.yaml')];
const configs = [read('config-sample.yaml')];

interface Record {
  readonly server: string;
  readonly variant: 'full' | 'empty';
  readonly [field: string]: unknown;
}

const records = JSON.parse(read('eval-sample.json').text) as Record[];

describe('evaluate agrees with the gateway', () => {
  const secrets = parseSecrets('secrets', read('secrets-sample.env').text).value;
  const loaded = { full: load({ catalogs, configs }).value, empty: load({ catalogs }).value };
  const ours = {
    full: evaluateServers(loaded.full, secrets).value,
    empty: evaluateServers(loaded.empty, secrets).value,
  };

  test.each(['full', 'empty'] as const)(`in all records of the variant %s (of ${records.length} in all)`, (variant) => {
    const expected = records.filter((record) => record.variant === variant).map(withoutDocker);
    const names = new Set(expected.map(({ server }) => server));
    const actual = ours[variant].filter(({ server }) => names.has(server));
    expect(JSON.parse(JSON.stringify(actual))).toEqual(expected);
    expect(expected.length).toBeGreaterThan(25);
  });
});

/** What concerns `docker run` alone is not evaluated here: host paths are no paths of a pod. */
function withoutDocker(record: Record): { server: string } {
  const fields = Object.entries(record).filter(([field]) => !/^(variant|docker.*|addHosts)$/.test(field));
  return Object.fromEntries(fields) as { server: string };
}

describe('with a config for every server', () => {
  const servers = [...load({ catalogs }).value.servers];
  const entrypoints = servers
    .filter((server) => serverKind(server) === 'container')
    .map(({ name }) => `${JSON.stringify(name)}: [serve]\n`);
  const input = {
    catalogs,
    configs,
    entrypoints: [{ name: 'entrypoints.yaml', text: entrypoints.join('') }],
    skipUnsupported: true,
  };
  const { value, diagnostics } = compile(input);

  test('it compiles', () => {
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(value?.skipped.map(({ name }) => name)).toEqual([
      'asana',
      'atlassian-remote',
      'cloudflare-digital-experience-monitoring',
      'curl',
      'ffmpeg',
    ]);
    expect(Object.keys(value?.values.servers ?? {})).toHaveLength(60);
  });

  test('no value of a secret could be in it', () => {
    expect(value?.text).not.toContain('SECRET(');
  });

  describe.each(['helm3', 'helm4'])('rendered by %s', (helm) => {
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-sample-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'values.yaml');
    writeFileSync(file, value?.text ?? '');
    test.each(kubernetesVersions)('it passes kubeconform for Kubernetes %s', (version) => {
      const args = ['template', 'mcp', join(root, 'chart'), '--kube-version', version, '-f', file];
      const manifests = execFileSync(join(root, '.tools/bin', helm), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
      expect(kubeconform(manifests, version)).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
    });
  });
});

test('without a config, every property that is needed is named', () => {
  const { diagnostics } = compile({ catalogs, skipUnsupported: true });
  const missing = diagnostics
    .filter(({ code }) => code === 'missing-config')
    .map(({ message }) => message.split(' ')[0]);
  expect(missing).toContain('aks.kubeconfig');
  expect(missing).toContain('filesystem.paths');
  expect(missing).toContain('slack.team_id');
  expect(new Set(missing).size).toBe(missing.length);
});
