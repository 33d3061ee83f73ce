// An upgrade can neither change a selector nor the other fields that Kubernetes holds immutable, nor give a claim or a Service another
// name. released/ has, for each version, values and what must stay of the objects that they gave.
// A new version gets its folder by `RECORD_RELEASE=1 npx vitest run test/chart/upgrade.test.ts`, after its values were put there.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chart, type Manifest, type Manifests, render } from './helm.ts';

const released = join(import.meta.dirname, 'released');
const versions = readdirSync(released);

/** By kind: what an upgrade must leave as it is. Objects of other kinds may come and go. */
const lasting: Readonly<Record<string, (object: Manifest) => unknown>> = {
  Deployment: ({ spec }) => spec.selector.matchLabels,
  StatefulSet: ({ spec }) => ({ selector: spec.selector.matchLabels, claims: spec.volumeClaimTemplates }),
  // Before 0.2.0 it had the revision as well.
  Service: ({ spec: { selector, ...spec } }) => ({
    selector: { ...selector, 'mcpgen.dev/revision': undefined },
    clusterIP: spec.clusterIP,
    ports: spec.ports.map(({ name, port }: Manifest) => `${name}:${port}`),
  }),
  // The size may grow; whether the data outlives the release may not change by itself.
  PersistentVolumeClaim: ({ spec, metadata }) => ({
    accessModes: spec.accessModes,
    storageClassName: spec.storageClassName,
    policy: metadata.annotations?.['helm.sh/resource-policy'],
  }),
  ServiceAccount: () => ({}),
};

function record(rendered: Manifests): Record<string, unknown> {
  const objects = rendered.all.filter(({ kind }) => kind in lasting);
  const entries = objects.map((one) => [`${one.kind}/${one.metadata.name}`, lasting[one.kind]?.(one)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries.toSorted()))) as Record<string, unknown>;
}

describe.each(versions)('from %s', (version) => {
  const file = join(released, version, 'objects.json');
  const now = record(render(readFileSync(join(released, version, 'values.yaml'), 'utf8')));
  if (process.env['RECORD_RELEASE'] && !existsSync(file)) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
  const then = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

  test.each(Object.keys(then))('%s', (name) => {
    expect(now[name], 'an upgrade would fail, or lose what this object holds').toEqual(then[name]);
  });
});

test("the chart's version has a record", () => {
  const { version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { version: string };
  expect(versions).toContain(version);
});
