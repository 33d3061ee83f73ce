// As a dependency of a parent chart: the strict schema takes what Helm and the parent add, and a condition leaves it out.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chart, helms, Manifests, type Options, runOn } from './helm.ts';

const parent = mkdtempSync(join(tmpdir(), 'mcpgen-parent-'));
const dependency = (alias?: string) => ({
  name: 'mcpgen',
  version: '0.1.0',
  condition: `${alias ?? 'mcpgen'}.enabled`,
  tags: ['ai'],
  ...(alias && { alias }),
});

mkdirSync(join(parent, 'charts'));
mkdirSync(join(parent, 'templates'));
cpSync(chart, join(parent, 'charts/mcpgen'), { recursive: true });
afterAll(() => rmSync(parent, { recursive: true }));

const servers = { time: { image: 'mcp/time', command: ['mcp-server-time'] } };

function template(values: object, options: Options, alias?: string): Manifests {
  const description = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency(alias)] };
  writeFileSync(join(parent, 'Chart.yaml'), JSON.stringify(description));
  const { status, stdout, stderr } = runOn(parent, 'template', values as Record<string, unknown>, options);
  if (status !== 0) throw new Error(stderr);
  return new Manifests(stdout);
}

describe.each(helms)('%s', (helm) => {
  test('gets its values by its name, and global ones from the parent', () => {
    const global = { imageRegistry: 'mirror.example.com', storageClass: 'of another chart' };
    const rendered = template({ global, mcpgen: { enabled: true, servers } }, { helm });
    expect(rendered.names()).toContain('Deployment/mcp-time');
    const images = rendered.pods().flatMap(({ spec }) => spec.containers.map(({ image }: { image: string }) => image));
    for (const image of images) expect(image).toMatch(/^mirror\.example\.com\//);
  });

  test('is left out by its condition or its tags', () => {
    expect(template({ mcpgen: { enabled: false, servers } }, { helm }).all).toEqual([]);
    expect(template({ tags: { ai: false }, mcpgen: { servers } }, { helm }).all).toEqual([]);
  });

  test('may have another name', () => {
    const rendered = template({ tools: { servers } }, { helm }, 'tools');
    expect(rendered.names()).toContain('Deployment/rel-tools');
  });

  test('refuses a wrong key as it does alone', () => {
    expect(() => template({ mcpgen: { gatway: {} } }, { helm })).toThrow("additional properties 'gatway' not allowed");
  });
});
