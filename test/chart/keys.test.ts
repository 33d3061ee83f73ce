// Each value is declared in values.yaml with a comment, is in the schema, and has a row in the table of fields.ts.
// When one of these fails after a new key: add the missing part that its message names.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { table } from './fields.ts';
import { chart } from './helm.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

const text = readFileSync(join(chart, 'values.yaml'), 'utf8');
const values = parse(text) as Record<string, unknown>;
const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema & {
  readonly definitions: Readonly<Record<string, Schema>>;
};

/** Free-form for this chart: their keys are Kubernetes' or the user's. */
const isValue = (path: string) =>
  /(^servers|esources|ecurityContext|autoscaling|podDisruptionBudget|issuerRef|secretStoreRef|dashboard\.labels)$/.test(
    path,
  );
/** Not the chart's to use: for parent charts. */
const unused = ['enabled'];

function resolve(one: Schema): Schema {
  const steps = one.$ref?.replace('#/', '').split('/') ?? [];
  const target = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], schema);
  return one.$ref ? resolve(target as Schema) : one;
}

function schemaKeys(one: Schema, prefix = ''): string[] {
  return Object.entries(one.properties ?? {}).flatMap(([key, property]) => {
    const target = property.$ref?.startsWith('#/definitions/kubernetes.') ? {} : resolve(property);
    const path = prefix + key;
    return target.properties && !isValue(path) ? schemaKeys(target, `${path}.`) : [path];
  });
}

function valueKeys(map: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const path = prefix + key;
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isMap && !isValue(path) ? valueKeys(value as Record<string, unknown>, `${path}.`) : [path];
  });
}

const declared = valueKeys(values);
const entryKeys = (name: string) =>
  Object.keys(schema.definitions[name]?.properties ?? {}).map((key) => `${name}.${key}`);
const entries = ['server', 'volume', 'autoscaling', 'remote', 'http'].flatMap(entryKeys);

test('values.yaml and the schema have the same keys', () => {
  expect(declared.toSorted()).toEqual(
    schemaKeys(schema)
      .filter((key) => key !== 'enabled')
      .toSorted(),
  );
});

test('each value has a comment, a sentence that ends in a full stop', () => {
  const lines = text.split('\n');
  const bare = declared.filter((path) => {
    const at = lineOf(lines, path.split('.'));
    return !/^ *# -- [A-Z].*\.$/.test(lines[at - 1] ?? '');
  });
  expect(bare).toEqual([]);
});

test("each key of a server's entry has a description", () => {
  const bare = entries.filter((path) => {
    const [definition, key] = path.split('.') as [string, string];
    const property = schema.definitions[definition]?.properties?.[key] as Schema;
    return !(property.description ?? resolve(property).description);
  });
  expect(bare).toEqual([]);
});

test('each value and each key of an entry has a row in the table of fields.ts', () => {
  const rows = Object.keys(table);
  const wanted = [...declared.filter((key) => !['servers', ...unused].includes(key)), ...entries];
  expect(rows.toSorted()).toEqual(wanted.toSorted());
});

test('the schema is strict: only objects that are passed on, and maps of names, take any key', () => {
  const open: string[] = [];
  walk(schema, '');
  expect(open.toSorted()).toEqual([
    '/definitions/exposure/properties/httpRoute/properties/filters/items',
    '/properties/extraObjects/items',
    '/properties/global',
  ]);

  function walk(one: unknown, path: string): void {
    if (typeof one !== 'object' || one === null) return;
    const { type, additionalProperties } = one as Schema;
    if ([type ?? []].flat().includes('object') && additionalProperties === undefined) open.push(path);
    for (const [key, child] of Object.entries(one)) walk(child, `${path}/${key}`);
  }
});

test('values.yaml stays within 640 lines, each template and script within 100, and of 140 characters', () => {
  const files = ['templates', 'files'].flatMap((folder) =>
    readdirSync(join(chart, folder), { recursive: true, withFileTypes: true })
      // The first three are generated; alerts and dashboard are lists.
      .filter(
        ({ name, parentPath }) =>
          !['relay.mjs', 'door.mjs', 'defaults.json'].includes(name) && !parentPath.endsWith('monitoring'),
      )
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 101);
  expect(long).toEqual([]);
  const wide = files.filter((file) => /^.{141}/m.test(readFileSync(file, 'utf8')));
  expect(wide).toEqual([]);
  expect(text.split('\n').length).toBeLessThan(640);
});

test('each template begins with complete values, and only there it is asked which servers are enabled', () => {
  const files = readdirSync(join(chart, 'templates'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')] as const);
  const rendered = files.filter(([name]) => !name.startsWith('_'));
  expect(rendered.filter(([, template]) => !template.startsWith('{{- include "mcpgen.begin" $ -}}\n'))).toEqual([]);
  const asked = files.filter(([, template]) => /dig "enabled"/.test(template)).map(([name]) => name);
  expect(asked).toEqual(['_values.tpl']);
});

/** The line of a key: the first of its name, indented as deep, below its parent. */
function lineOf(lines: string[], keys: string[]): number {
  return keys.reduce((from, key, depth) => {
    const indent = ' '.repeat(2 * depth);
    return lines.findIndex((line, index) => index >= from && line.startsWith(`${indent}${key}:`));
  }, 0);
}
