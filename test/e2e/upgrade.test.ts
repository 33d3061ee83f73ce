// Upgrades: from the chart that was released before to this one while a client calls, with both ways to keep values, and back.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { createNamespace } from './cluster.ts';
import { kubectl, ROOT } from './programs.ts';
import { looksAfter, Release } from './release.ts';

/** The newest release, or where there is none yet, the chart of a commit long before. */
function previous(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const tags = git('tag', '--list', 'v*', '--sort=-version:refname').split('\n').filter(Boolean);
  return tags[0] ?? 'ca60a37';
}

/** A client that calls all the time, and connects again when its session is gone. */
class Caller {
  readonly failures: string[] = [];
  answered = 0;
  /** Milliseconds. */
  longestSilence = 0;
  private readonly release: Release;
  private last = performance.now();
  private goesOn = true;
  private readonly running: Promise<void>;

  constructor(release: Release) {
    this.release = release;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.goesOn = false;
    await this.running;
  }

  private async run(): Promise<void> {
    let session: Client | undefined;
    while (this.goesOn) {
      try {
        session ??= await this.release.session();
        await call(session, 'get_current_time', { timezone: 'Asia/Tokyo' }, 15);
        this.answered++;
        this.longestSilence = Math.max(this.longestSilence, performance.now() - this.last);
        this.last = performance.now();
      } catch (error) {
        this.failures.push((error as Error).message);
        session = undefined;
        await this.release.disconnect();
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

describe.each([
  [3, '--reuse-values'],
  [4, '--reset-then-reuse-values'],
] as const)('with helm %i and %s', (major, keep) => {
  const release = new Release(major);
  let old = '';

  beforeAll(async () => {
    const source = join(release.folder, 'old');
    mkdirSync(source);
    const archive = execFileSync('git', ['archive', previous(), 'chart'], { cwd: ROOT, maxBuffer: 1 << 28 });
    execFileSync('tar', ['x', '-C', source], { input: archive });
    old = join(source, 'chart');
    writeFileSync(
      release.valuesFile,
      `servers:
  time: {image: mcp/time, command: [mcp-server-time], tools: [get_current_time, convert_time]}
  kept:
    image: mcp/memory
    command: [node, dist/index.js]
    env: {MEMORY_FILE_PATH: /data/memory.json}
    volumes: {data: {mountPath: /data, persistentVolumeClaim: {size: 64Mi}}}
`,
    );
    release.namespace = await createNamespace(`mcpgen-e2e-upgrade-helm${major}`);
    await release.helm('install', release.name, old, '-f', release.valuesFile, '--wait', '--timeout', '5m');
    release.token = await release.readToken();
  });
  looksAfter(release);

  const claims = () => kubectl('get', 'pvc', '-n', release.namespace, '-o', 'jsonpath={.items[*].metadata.uid}');
  const tools = async (): Promise<string[]> => {
    const { tools: found } = await (await release.session()).listTools();
    return found.map(({ name }) => name).toSorted();
  };

  test.each([
    ['to this chart', () => [join(ROOT, 'chart'), keep]],
    ['back to the old one', () => [old, keep]],
    ['to this chart again', () => [join(ROOT, 'chart'), keep]],
  ] as const)(
    '%s: clients that connect again go on, with the same token, tools and volumes',
    async (way, args) => {
      const kept = { token: release.token, claims: await claims() };
      const offered = await tools();
      const caller = new Caller(release);
      await release.helm('upgrade', release.name, ...args(), '--wait', '--timeout', '5m');
      const answeredBefore = caller.answered;
      await expect.poll(() => caller.answered, { timeout: 90_000 }).toBeGreaterThan(answeredBefore + 5);
      await caller.stop();
      await release.disconnect();
      console.log(
        `helm ${major} ${keep}, ${way}: ${caller.answered} calls answered, ${caller.failures.length} failed, longest time without an answer ${(caller.longestSilence / 1000).toFixed(1)} s`,
      );
      expect({ token: await release.readToken(), claims: await claims() }).toEqual(kept);
      // The chart of before lists only the servers that were there when the gateway started, and starts it again for late ones.
      const again = async () => {
        await release.disconnect();
        return tools();
      };
      await expect.poll(again, { timeout: 90_000, interval: 1000 }).toEqual(offered);
    },
    600_000,
  );

  test('helm rollback leads back as well', async () => {
    await release.disconnect();
    await release.helm('rollback', release.name, '1', '--wait', '--timeout', '5m');
    // A server that answers later than the gateway starts has no tools until then.
    const ask = async () => call(await release.session(), 'get_current_time', { timezone: 'Asia/Tokyo' });
    await expect.poll(() => ask().catch(String), { timeout: 120_000, interval: 1000 }).toContain('+09:00');
  }, 400_000);
});
