// The chart as a package: in an OCI registry, and read without the repository around it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRegistryInstalled, startRegistry, stopRegistries } from '../registry/docker-registry.ts';
import { chart, helms, root, runOn } from './helm.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-chart-'));
afterAll(() => {
  stopRegistries();
  rmSync(folder, { recursive: true });
});
if (!isRegistryInstalled) console.warn('skipped: no docker-registry here (apt-get install docker-registry)');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const values = { servers: { time: { image: 'mcp/time', command: ['mcp-server-time'] } } };

/** The token is another each time. */
const withoutToken = (manifests: string): string => manifests.replace(/^ {2}"?token"?: .*$/m, '');

describe.skipIf(!isRegistryInstalled)('a registry', () => {
  let host: string;
  beforeAll(async () => {
    host = await startRegistry(folder, 'charts', {});
  });

  test.each(helms)('%s packages and pushes the chart, and renders it from there as it does from the folder', (helm) => {
    const run = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync(join(root, '.tools/bin', helm), args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder },
      });
      expect(status, stderr).toBe(0);
      return stdout + stderr;
    };
    const repository = `oci://${host}/${helm}`;
    expect(run('package', chart)).toContain(`mcpgen-${version}.tgz`);
    expect(run('push', `mcpgen-${version}.tgz`, repository, '--plain-http')).toContain(`mcpgen:${version}`);
    const args = ['--version', version, '--plain-http'];
    const fromRegistry = runOn(`${repository}/mcpgen`, 'template', values, { helm, args });
    expect(fromRegistry.status, fromRegistry.stderr).toBe(0);
    expect(withoutToken(fromRegistry.stdout)).toBe(withoutToken(runOn(chart, 'template', values, { helm }).stdout));
    expect(run('show', 'readme', `${repository}/mcpgen`, ...args)).toContain('# mcpgen');
  });
});

test('links of the README work outside the repository', () => {
  const text = readFileSync(join(chart, 'README.md'), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
});
