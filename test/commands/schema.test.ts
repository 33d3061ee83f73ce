// `mcpgen schema NAME`: files as users write them, read with types as editors do, fit their schema, and a misspelt key does not.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseCase } from '../../generator/diagnostics/case.ts';
import { schemaNames } from '../../generator/editor-schema.ts';
import { mcpgen } from '../mcpgen.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

async function validator(name: string): Promise<ValidateFunction> {
  const { status, stdout, stderr } = await mcpgen('schema', name);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(
    JSON.parse(stdout) as object,
  );
}

/** Files of that name in the cases that end without a mistake. */
function ofCases(name: string): string[] {
  return readdirSync(join(root, 'test/cases')).flatMap((file) => {
    const text = read(`test/cases/${file}`);
    const found = /^=== status\n0\n/m.test(text) ? parseCase(text).files.get(name) : undefined;
    return found === undefined ? [] : [found];
  });
}

const tenants = `catalogs: [catalog.yaml]
quota: {requests.memory: 4Gi, pods: 10}
tenants:
  alice: {servers: [time], config: {time: {port: 80}}}
`;
const profile = `version: 1
name: own
servers:
  - {type: image, image: mcp/time, snapshot: {server: {name: time, image: mcp/time, longLived: true}}}
`;
const catalog = 'registry: {one: {image: a/b, longLived: yes, env: [{name: A, value: 10}, {name: B, value: true}]}}\n';

/** What is written for each, and the same with a mistake. */
const files: Readonly<Record<(typeof schemaNames)[number], readonly [good: readonly string[], bad: string]>> = {
  values: [[read('examples/e2e/values.yaml'), read('examples/by-hand/values.yaml')], 'servers: {a: {imgae: b}}'],
  overlay: [
    [read('examples/e2e/overlay.yaml'), 'servers: {a: {enabled: false, volumes: {data: {readOnly: true}}}}'],
    'servers: {a: {resuorces: {}}}',
  ],
  tenants: [[tenants], 'catalogs: [a]\ntenants: {a: {server: [b]}}'],
  lock: [ofCases('mcp.lock.yaml'), 'version: 1\nplatform: linux/amd64\ngateway: a\nimages: {b: {digset: c}}'],
  catalog: [[catalog, read('test/data/catalog-sample.yaml')], 'registry: {a: {imgae: b}}'],
  profile: [[profile], 'servers: [{type: image, imgae: a}]'],
  registry: [['registry: {time: {ref: ""}}'], 'registry: {time: {rfe: ""}}'],
  tools: [['time: [a, b]\nother: []'], 'time: a'],
  entrypoints: [[read('examples/e2e/entrypoints.yaml'), 'a: {entrypoint: [b], cmd: [80]}'], 'a: {entrypoints: [b]}'],
};

describe.each(schemaNames)('mcpgen schema %s', (name) => {
  test('fits what is right, and nothing else', async () => {
    const validate = await validator(name);
    const [good, bad] = files[name];
    expect(good.length).toBeGreaterThan(0);
    for (const text of good) {
      validate(parse(text));
      expect(validate.errors ?? [], text).toEqual([]);
    }
    expect(validate(parse(bad)), bad).toBe(false);
  });
});

test('another name is a mistake that lists the names', async () => {
  const { status, stderr } = await mcpgen('schema', 'value');
  expect([status, stderr]).toEqual([2, expect.stringContaining(schemaNames.join(', '))]);
});
