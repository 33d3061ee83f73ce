// An older chart's release, upgraded with the values that it has: none of the keys that came since is in them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { createNamespace } from './cluster.ts';
import { kubectlJson, ROOT } from './programs.ts';
import { looksAfter, Release } from './release.ts';

/** From before `proxy`, `caBundle`, probes, IP families and most settings of the gateway's pod. */
const OLD = '4829565119e7ba30e1408e527215ff612a2b3395';
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-old-chart-'));
afterAll(() => rmSync(folder, { recursive: true }));
const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: ROOT, maxBuffer: 1 << 26 });

const ways = [
  [3, '--reset-then-reuse-values', '--reuse-values'],
  [4, '--reuse-values', '--reset-then-reuse-values'],
] as const;

describe.each(ways)('helm %s %s', (major, flag, other) => {
  const release = new Release(major);

  beforeAll(async () => {
    const own = join(folder, String(major));
    mkdirSync(own);
    execFileSync('tar', ['-x', '-C', own], { input: git('archive', OLD, 'chart') });
    await release.prepare('by-hand');
    release.namespace = await createNamespace(`mcpgen-e2e-reused-values-${major}`);
    await release.helm('package', join(own, 'chart'), '--destination', own);
    const settings = ['-f', release.valuesFile, '--set', 'relay.warm.max=3', '--wait', '--timeout', '4m'];
    await release.helm('install', release.name, join(own, 'mcpgen-0.1.0.tgz'), ...settings);
    release.token = await release.readToken();
  });
  looksAfter(release);

  test(`an upgrade with ${other} is accepted by the API server`, async () => {
    await release.helm('upgrade', release.name, 'chart', other, '--dry-run=server');
  }, 150_000);

  test('the upgrade keeps the token and what was set, and a tool answers', async () => {
    await release.helm('upgrade', release.name, 'chart', flag, '--wait', '--timeout', '4m');
    expect(await release.readToken()).toBe(release.token);
    const { data } = await kubectlJson<{ data: Record<string, string> }>(
      'get',
      'configmap',
      'mcp-mcpgen-relay',
      '-n',
      release.namespace,
    );
    expect(JSON.parse(data['config.json'] ?? '')).toMatchObject({ defaults: { warm: { min: 1, max: 3 } } });
    const answer = call(await release.session(), 'get_current_time', { timezone: 'Asia/Tokyo' }, 60);
    expect(await answer).toContain('+09:00');
  }, 330_000);
});
