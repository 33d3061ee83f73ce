// Servers that are bad in four ways beside good ones: these serve all the time, each bad one is named, and once fixed they join the session.
import { writeFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call, forward } from './client.ts';
import { createNamespace, deleteNamespace, dump, only } from './cluster.ts';
import { kubectl } from './programs.ts';
import { Release } from './release.ts';

const GATEWAY = 'app.kubernetes.io/component=gateway';
const time = { image: 'mcp/time', command: ['mcp-server-time'], egress: { mode: 'none' } };
const bad = {
  absent: { ...time, image: 'mcp/absent', prefix: 'absent' },
  dies: { ...time, args: ['--no-such-option'], prefix: 'dies' },
  silent: { ...time, command: ['python', '-c', 'import time; time.sleep(1e9)'], prefix: 'silent' },
  // The same names as server time, and no prefix.
  twin: time,
};

const release = new Release(3);
let session: Client;
let pod = '';
const failed: string[] = [];
let calls = 0;
let caller: Promise<void> | undefined;
let isOver = false;

/** Uses good servers, all the time. */
async function keepCalling(): Promise<void> {
  while (!isOver) {
    const answers = [
      call(session, 'get_current_time', { timezone: 'Asia/Tokyo' }),
      call(session, 'echo', { message: 'a' }),
    ];
    for (const { status, ...rest } of await Promise.allSettled(answers)) {
      calls++;
      if (status === 'rejected') failed.push(`${new Date().toISOString()} ${String(Reflect.get(rest, 'reason'))}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Writes the values with these servers for the next install or upgrade. */
function writeServers(servers: object): void {
  writeFileSync(
    release.valuesFile,
    stringify({ ...release.values, servers: { ...release.values.servers, ...servers } }),
  );
}

interface Report {
  readonly state: string;
  readonly tools: number | null;
  readonly hidden: readonly string[];
  readonly failure: { readonly stage: string; readonly reason: string; readonly status: number | null } | null;
}

async function report(name: string): Promise<Report | undefined> {
  const { url, close } = await forward(release.namespace, `pod/${pod}`, 9090);
  try {
    const { servers } = (await (await fetch(new URL('/servers', url))).json()) as {
      servers: ({ name: string } & Report)[];
    };
    return servers.find((server) => server.name === name);
  } finally {
    await close();
  }
}

const names = async (): Promise<string[]> => (await session.listTools()).tools.map(({ name }) => name);

beforeAll(async () => {
  await release.prepare('e2e');
  release.namespace = await createNamespace('mcpgen-e2e-isolation');
  writeServers(bad);
  const began = performance.now();
  await release.helm('install', release.name, 'chart', '-f', release.valuesFile);
  await kubectl('rollout', 'status', '-n', release.namespace, 'deployment/mcp-mcpgen', '--timeout=140s');
  console.log(`the gateway was ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  release.token = await release.readToken();
  pod = (await only(release.namespace, 'pods', GATEWAY)).metadata.name;
  session = await release.session();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await dump(release.namespace);
});
afterAll(async () => {
  isOver = true;
  await caller;
  await release.disconnect();
  if (release.namespace) await deleteNamespace(release.namespace);
});

test('the gateway serves what the good servers have', async () => {
  await expect.poll(names, { timeout: 60_000, interval: 500 }).toEqual(expect.arrayContaining(release.expectedTools));
  caller = keepCalling();
}, 70_000);

test.each([
  ['absent', { state: 'unreachable', tools: null, failure: { status: null } }],
  ['dies', { state: 'failed', tools: null, failure: { stage: 'start', status: 2 } }],
  ['silent', { state: 'failed', tools: null, failure: { stage: 'handshake' } }],
  ['twin', { state: 'serving', tools: 0, hidden: ['get_current_time', 'convert_time'] }],
])(
  'what is wrong with %s is said',
  async (name, expected) => {
    await expect.poll(() => report(name), { timeout: 90_000, interval: 2000 }).toMatchObject(expected);
  },
  100_000,
);

test('the log tells each of it once', async () => {
  const log = await kubectl('logs', '-n', release.namespace, pod, '-c', 'relay');
  const told = (...words: string[]) => log.split('\n').filter((line) => words.every((word) => line.includes(word)));
  expect(told('"warn"', '"server":"absent"')).toHaveLength(1);
  expect(told('"warn"', '"server":"dies"', '"status":2')).toHaveLength(1);
  expect(told('"warn"', '"remedy":"set servers.twin.prefix"')).toHaveLength(1);
});

test.each(['dies', 'absent', 'silent'] as const)(
  'fixed by helm upgrade, %s joins the session',
  async (name) => {
    const { prefix } = bad[name];
    Object.assign(bad, { [name]: { ...time, prefix } });
    writeServers(bad);
    await release.helm('upgrade', release.name, 'chart', '-f', release.valuesFile);
    const tool = `${prefix}__get_current_time`;
    const began = performance.now();
    await expect.poll(names, { timeout: 100_000, interval: 500 }).toContain(tool);
    console.log(`${name}: its tools were there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    expect(await call(session, tool, { timezone: 'Asia/Tokyo' })).toContain('+09:00');
  },
  150_000,
);

test('no call of the good servers failed, and the gateway runs on', async () => {
  expect(failed).toEqual([]);
  console.log(`${calls} calls`);
  expect(calls).toBeGreaterThan(50);
  const now = await only(release.namespace, 'pods', GATEWAY);
  expect(now.metadata.name).toBe(pod);
  expect(now.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
});
