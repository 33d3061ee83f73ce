// Values that are null, empty or missing: the chart renders, or names the key. Many cases share a run of Helm: each group of them is
// an alias of the chart in a parent chart.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chart, helms, Manifests, type Helm, oneServer, refusal, render, runOn } from './helm.ts';

type Tree = { [key: string]: unknown };

/** Values with which the chart is rendered, of one key. */
interface Case {
  readonly path: readonly string[];
  readonly values: Tree;
}

const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Tree;
const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Tree & {
  definitions: Record<string, { properties: Tree }>;
};
const paths = pathsOf(defaults).filter((path) => path.join('.') !== 'servers');
const servers = (oneServer() as Tree)['servers'];
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-nulls-'));
afterAll(() => rmSync(folder, { recursive: true }));

function pathsOf(tree: Tree, prefix: string[] = []): string[][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    const path = [...prefix, key];
    return isMap ? [path, ...pathsOf(value as Tree, path)] : [path];
  });
}

function valuesOf(path: readonly string[], value: unknown): Tree {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
}

function mergeAll(trees: readonly Tree[]): Tree {
  const all: Tree = {};
  for (const tree of trees) {
    for (const [key, value] of Object.entries(tree)) {
      const both = [all[key], value].every((one) => typeof one === 'object' && one !== null);
      all[key] = both ? mergeAll([all[key] as Tree, value as Tree]) : value;
    }
  }
  return all;
}

function renderFolder(at: string, values: Tree, helm: Helm): Manifests {
  const { status, stdout, stderr } = runOn(at, 'template', values, { helm });
  if (status !== 0) throw new Error(stderr);
  return new Manifests(stdout);
}

/** The chart with these default values. */
function chartWith(name: string, values: string): string {
  const at = join(folder, name);
  cpSync(chart, at, { recursive: true });
  writeFileSync(join(at, 'values.yaml'), values);
  return at;
}

/** A parent chart that has the chart once for each of the values. */
function parentOf(count: number): string {
  const at = join(folder, 'parent');
  rmSync(at, { recursive: true, force: true });
  mkdirSync(join(at, 'charts'), { recursive: true });
  cpSync(chart, join(at, 'charts/mcpgen'), { recursive: true });
  const { version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { version: string };
  const dependencies = Array.from({ length: count }, (_, index) => ({ name: 'mcpgen', version, alias: `c${index}` }));
  const description = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies };
  writeFileSync(join(at, 'Chart.yaml'), JSON.stringify(description));
  return at;
}

/** Cases of different keys share a chart, as rendering it is what takes the time. */
function groupByKeys(cases: readonly Case[]): Case[][] {
  const groups: Case[][] = [];
  const counts = new Map<string, number>();
  for (const one of cases) {
    const key = one.path[0] ?? '';
    const count = counts.get(key) ?? 0;
    (groups[count] ??= []).push(one);
    counts.set(key, count + 1);
  }
  return groups;
}

describe.each(helms)('%s', (helm) => {
  const usual = render({ servers }, { helm }).text;

  test('every key may be missing, as with --reuse-values from an older chart', () => {
    expect(renderFolder(chartWith(`empty-${helm}`, '{}\n'), { servers }, helm).text).toBe(usual);
  });

  test('images may be texts, as older charts had them', () => {
    const old = `relay: {image: "node:22"}\nbridge: {image: ""}\n`;
    const { spec } = renderFolder(chartWith(`old-${helm}`, old), { servers }, helm).get('Deployment', 'rel-mcpgen');
    expect(spec.template.spec.initContainers[0].image).toBe('node:22');
  });

  test.each([1, 2, 3])('every key at depth %i may be null', (depth) => {
    // Kubernetes' own objects are taken whole: a null in them removes a default.
    const own = paths.filter((path) => path.length === depth && !/esources|ontext/.test(path.slice(0, -1).join('.')));
    expect(own.length).toBeGreaterThan(0);
    const nulls = mergeAll(own.map((path) => valuesOf(path, null)));
    expect(render({ ...nulls, servers }, { helm }).text).toBe(usual);
  });

  test('servers may be null', () => {
    expect(render('servers:\n', { helm }).kind('Deployment')).toHaveLength(1);
  });

  test('an empty text, list or map renders where the schema allows it', () => {
    const isValid = new Ajv({ strict: false, logger: false }).compile(schema);
    const cases = paths
      .flatMap((path) => ['', [], {}].map((value) => ({ path, values: valuesOf(path, value) })))
      .filter(({ values }) => isValid({ ...values, servers }));
    expect(cases.length).toBeGreaterThan(paths.length / 2);
    const charts = groupByKeys(cases).map((group) => Object.assign({ servers }, ...group.map((one) => one.values)));
    const values = Object.fromEntries(charts.map((one, index) => [`c${index}`, one]));
    const { status, stderr } = runOn(parentOf(charts.length), 'template', values, { helm });
    expect(status, stderr).toBe(0);
  });

  test('a key of a server that is null is refused by its name', () => {
    const keys = Object.keys(schema.definitions['server']?.properties ?? {});
    const message = refusal({ servers: { a: Object.fromEntries(keys.map((key) => [key, null])), b: null } }, { helm });
    for (const key of keys) expect(message).toContain(`at '/servers/a/${key}'`);
    expect(message).toContain("at '/servers/b': got null, want object");
  });

  test('the same values have the same message each time', () => {
    const bad = { servers: { a: { env: { '1A': 'x' }, secretEnv: { '3C': {} } }, B_: {} }, gatway: {} };
    const lines = () => refusal(bad, { helm }).split('\n').toSorted();
    expect(lines()).toEqual(lines());
    expect(lines().join('\n')).toContain(`at '/servers/a/env'`);
  });
});
