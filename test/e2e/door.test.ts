// The door in a cluster: groups that see different tools, keys that change while it runs, and clients that go on calling while gateways go.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachService, type Way } from '../faults/reach.ts';
import { call, connect, statusOf } from './client.ts';
import { createNamespace, dump, list } from './cluster.ts';
import { kubectl } from './programs.ts';
import { looksAfter, Release } from './release.ts';

const GATEWAY = 'app.kubernetes.io/component=gateway';
const newKey = (): string => randomBytes(32).toString('hex');
const keys = { staff: newKey(), admin: newKey(), next: newKey() };
const clients = 8;

const values = {
  servers: {
    time: {
      image: 'mcp/time',
      command: ['mcp-server-time'],
      tools: ['convert_time', 'get_current_time'],
      egress: { mode: 'none' },
    },
    everything: {
      image: 'mcp/everything',
      command: ['docker-entrypoint.sh'],
      args: ['node', 'dist/index.js'],
      tools: ['echo', 'trigger-long-running-operation'],
      egress: { mode: 'none' },
    },
  },
  gateway: { replicas: 1, terminationGracePeriodSeconds: 90, podAnnotations: { round: '1' } },
  door: {
    enabled: true,
    keysSecret: 'mcp-keys',
    hosts: ['*'], // the way in is by an address
    drainSeconds: 60, // more than a busy machine needs to start a pod
    rules: [{ groups: ['staff'], servers: ['time'] }, { groups: ['admins'] }],
    limits: { callsPerMinute: 100_000 },
  },
};
// For the pods of the release, and not for that of the way in, which no policy of the chart knows.
const denyAll = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny-all' },
  spec: {
    podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/instance', operator: 'Exists' }] },
    policyTypes: ['Ingress', 'Egress'],
  },
};

const release = new Release(4);
let way: Way;

function keysSecret(entries: { readonly [name: string]: readonly [key: string, group: string] }): object {
  const stringData = Object.entries(entries).map(([name, [key, group]]) => {
    const sha256 = createHash('sha256').update(key).digest('hex');
    return [name, JSON.stringify({ sha256, groups: [group] })];
  });
  const metadata = { name: 'mcp-keys' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: Object.fromEntries(stringData) };
}

async function apply(...objects: object[]): Promise<void> {
  const file = join(release.folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await kubectl('apply', '-n', release.namespace, '-f', file);
}

const open = (key: string): Promise<Client> => connect(way.url, key);
const idOf = (client: Client): string | undefined => (client.transport as StreamableHTTPClientTransport).sessionId;
const echo = (client: Client): Promise<string> => call(client, 'echo', { message: 'hello' }, 90);
const podNames = async (): Promise<string[]> =>
  (await list(release.namespace, 'pods', GATEWAY)).map(({ metadata }) => metadata.name);

beforeAll(async () => {
  release.namespace = await createNamespace('door-e2e');
  await apply(denyAll, keysSecret({ staff: [keys.staff, 'staff'], admin: [keys.admin, 'admins'] }));
  await upgrade({});
  way = await reachService(release.namespace, 'mcp-mcpgen', 8811);
});
afterAll(() => way?.close());
looksAfter(release);

/** Installs, or upgrades, with these settings of the gateway, and returns when the new pods are there and the old ones gone. */
async function upgrade(gateway: object): Promise<void> {
  writeFileSync(release.valuesFile, JSON.stringify({ ...values, gateway: { ...values.gateway, ...gateway } }));
  const args = ['upgrade', '--install', release.name, 'chart', '-f', release.valuesFile, '--wait', '--timeout', '5m'];
  await release.helm(...args).catch(async (error: unknown) => {
    await dump(release.namespace);
    throw error;
  });
  release.token = await release.readToken();
}

describe('two groups', () => {
  test('see different tools', async () => {
    const toolsOf = async (key: string): Promise<string[]> =>
      (await (await open(key)).listTools()).tools.map(({ name }) => name).toSorted();
    expect(await toolsOf(keys.staff)).toEqual(['convert_time', 'get_current_time']);
    expect(await toolsOf(keys.admin)).toEqual(expect.arrayContaining(['convert_time', 'echo', 'get_current_time']));
  });

  test('may call different tools, and the refusal says what to ask for', async () => {
    const [staff, admin] = [await open(keys.staff), await open(keys.admin)];
    expect(await call(staff, 'get_current_time', { timezone: 'Asia/Tokyo' })).toContain('+09:00');
    expect(await echo(admin)).toContain('hello');
    await expect(call(staff, 'echo', { message: 'confidential' })).rejects.toThrow(
      'you may not use the tool echo. You are key:staff, in the groups staff: ask for a rule in door.rules',
    );
  });

  test('nothing else opens the door, least of all the token of the gateway', async () => {
    const statuses = [release.token, newKey()].map((token) => statusOf(way.url, { Authorization: `Bearer ${token}` }));
    expect(await Promise.all([...statuses, statusOf(way.url, {})])).toEqual([401, 401, 401]);
  });

  test('each call is a line of the log: who, what, what came of it, and no arguments', async () => {
    const log = await kubectl('logs', '-n', release.namespace, 'deployment/mcp-mcpgen', '-c', 'door');
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { [field: string]: unknown })
      .filter(({ msg }) => msg === 'call');
    expect(lines).toMatchObject([
      { user: 'key:staff', server: 'time', tool: 'get_current_time', outcome: 'ok' },
      { user: 'key:admin', server: 'everything', tool: 'echo', outcome: 'ok' },
      { user: 'key:staff', server: 'everything', tool: 'echo', outcome: 'denied' },
    ]);
    expect(log).not.toContain('confidential');
  });
});

test('`helm test` passes, and a key is changed meanwhile: the door knows it without a restart', async () => {
  const before = await podNames();
  await apply(keysSecret({ staff: [keys.next, 'staff'], admin: [keys.admin, 'admins'] }));
  expect(await release.helm('test', release.name, '--timeout', '2m')).toContain('Succeeded');
  const statuses = (): Promise<number[]> =>
    Promise.all([keys.staff, keys.next].map((key) => statusOf(way.url, { Authorization: `Bearer ${key}` })));
  await expect.poll(statuses, { timeout: 180_000, interval: 2000 }).toEqual([401, 200]);
  expect(await podNames()).toEqual(before);
  const [pod] = await list(release.namespace, 'pods', GATEWAY);
  expect(pod?.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
}, 330_000);

interface Outcome {
  good: number;
  readonly failed: string[];
  /** Milliseconds. */
  longestSilence: number;
}

/** Clients that call all the time, each in its one session, while something is done. */
async function callDuring(work: () => Promise<unknown>): Promise<Outcome & { readonly lost: number }> {
  const sessions = await Promise.all(Array.from({ length: clients }, () => open(keys.admin)));
  const ids = sessions.map(idOf);
  // Each has a process of its own, which takes a second of a processor to start.
  await Promise.all(sessions.map(echo));
  const outcome: Outcome = { good: 0, failed: [], longestSilence: 0 };
  let isOver = false;
  const loop = async (client: Client): Promise<void> => {
    for (let last = performance.now(); !isOver; await pause(100)) {
      try {
        await echo(client);
        outcome.good++;
        outcome.longestSilence = Math.max(outcome.longestSilence, performance.now() - last);
        last = performance.now();
      } catch (error) {
        outcome.failed.push((error as Error).message);
      }
    }
  };
  const loops = sessions.map(loop);
  // One that takes its time, and is out when the pod is asked to go.
  const slow = call(sessions[0] as Client, 'trigger-long-running-operation', { duration: 8, steps: 8 }, 90);
  const slowEnd = slow.catch(String);
  await pause(1000);
  await work();
  const goodBefore = outcome.good;
  await expect.poll(() => outcome.good - goodBefore, { timeout: 90_000 }).toBeGreaterThan(clients * 2);
  isOver = true;
  await Promise.all(loops);
  const text = await slowEnd;
  if (!text.includes('completed')) outcome.failed.push(text);
  const after = await Promise.all(sessions.map((client) => echo(client).catch(String)));
  const lost = after.filter(
    (answer, index) => !answer.includes('hello') || idOf(sessions[index] as Client) !== ids[index],
  );
  await Promise.allSettled(sessions.map((client) => client.close()));
  return { ...outcome, lost: lost.length };
}

const deletePod = async (): Promise<void> => {
  const [pod = ''] = await podNames();
  await kubectl('delete', 'pod', '-n', release.namespace, pod, '--wait', '--timeout=140s');
  await kubectl('rollout', 'status', '-n', release.namespace, 'deployment/mcp-mcpgen', '--timeout=140s');
};
/** As when it crashes: it has no time to end anything. */
const crash = async (): Promise<void> => {
  await kubectl('exec', '-n', release.namespace, 'deployment/mcp-mcpgen', '-c', 'gateway', '--', 'kill', '-ABRT', '1');
};

const deleteAndUpgrade = async (): Promise<void> => {
  await deletePod();
  await upgrade({ replicas: 2, podAnnotations: { round: '2' } });
};

describe.each([
  { replicas: 1, what: 'the gateway crashes', work: crash },
  { replicas: 1, what: 'the only pod is deleted', work: deletePod },
  { replicas: 2, what: 'one of two pods is deleted, and then both are upgraded', work: deleteAndUpgrade },
])('$what under 8 clients', ({ replicas, what, work }) => {
  test('no session is lost, and no more calls than were out', async () => {
    if ((await podNames()).length !== replicas) await upgrade({ replicas });
    const headers = { Authorization: `Bearer ${keys.admin}` };
    await expect.poll(() => statusOf(way.url, headers).catch(String), { timeout: 90_000 }).toBe(200);
    const { good, failed, lost, longestSilence } = await callDuring(work);
    const seconds = (longestSilence / 1000).toFixed(1);
    console.log(
      `${what}: ${good} calls answered, ${failed.length} failed, sessions lost ${lost}; longest wait of a client ${seconds} s`,
    );
    for (const text of new Set(failed)) console.log(`  ${text}`);
    const hooks = ['--field-selector', 'reason=FailedPreStopHook', '-o', 'name'];
    expect(await kubectl('get', 'events', '-n', release.namespace, ...hooks)).toBe('');
    expect(lost).toBe(0);
    expect(failed.length).toBeLessThanOrEqual(clients + 1);
  }, 400_000);
});
