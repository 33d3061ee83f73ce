// What Chart.yaml tells of the chart agrees with the rest.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { chart, render, root } from './helm.ts';

interface Chart {
  readonly version: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const about = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as Chart;
const { version, annotations } = about;
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');

test('chart and compiler have one version, and the changelog has it', () => {
  expect((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Chart).version).toBe(version);
  expect(changelog).toContain(`## [${version}]`);
});

test('the package has the license, an icon and a maintainer', () => {
  expect(readFileSync(join(chart, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  expect(about).toMatchObject({
    home: expect.stringMatching(/^https:/),
    icon: expect.stringMatching(/^data:image\/svg/),
    maintainers: [{ name: expect.any(String) }],
  });
});

test('the changelog has the form of Keep a Changelog', () => {
  const kinds = [...changelog.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind);
  expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toEqual(expect.arrayContaining(kinds));
});

test('Artifact Hub can read the annotations', () => {
  expect(annotations['artifacthub.io/category']).toBe('ai-machine-learning');
  const images = parse(annotations['artifacthub.io/images'] ?? '') as { image: string }[];
  const used = render({})
    .pods()
    .flatMap(({ spec }) => spec.containers.map(({ image }: { image: string }) => image));
  expect(images.map(({ image }) => image)).toEqual([...new Set(used)]);
  for (const { name, url } of parse(annotations['artifacthub.io/links'] ?? '') as { name: string; url: string }[]) {
    expect([name, new URL(url).protocol]).toEqual([name, 'https:']);
  }
});
