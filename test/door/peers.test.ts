// Several pods: a request reaches the session wherever it arrives, and sessions move when a pod goes.

import { expect, test } from 'vitest';
import { call, connect, freePort, keys, open, raw, type RunningDoor, startDoor, stopsAfterEach } from './harness.ts';
import { Upstream } from './upstream.ts';

const stops = stopsAfterEach();
const message = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });

interface Pod {
  readonly upstream: Upstream;
  readonly door: RunningDoor;
}

/** Pods with a gateway each, at addresses of their own and one port. */
async function startPods(count: number): Promise<Pod[]> {
  const port = await freePort();
  const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`);
  return Promise.all(
    hosts.map(async (host) => {
      const upstream = await Upstream.start();
      stops.push(() => upstream.stop());
      const settings = { listen: `${host}:${port}`, hosts: ['*'], peers: { hosts, port } };
      const door = await startDoor(stops, upstream, settings, { POD_IP: host });
      return { upstream, door: { ...door, url: `http://${host}:${port}/mcp` } };
    }),
  );
}

test('each door leads to the pod that has the session, for calls, streams and the end', async () => {
  const [one, two] = (await startPods(2)) as [Pod, Pod];
  const headers = { 'mcp-session-id': await open(one.door.url) };
  const called = await raw(two.door.url, message(2, 'tools/call', { name: 'add' }), { headers });
  expect(called.text).toContain('notifications/message');
  expect([one.upstream.sessions.size, two.upstream.sessions.size]).toEqual([1, 0]);
  expect([one.upstream.calls, two.upstream.calls]).toEqual([['add'], []]);
  expect((await raw(two.door.url, message(3, 'ping'), { headers, key: keys.bob })).status).toBe(404);
  expect((await raw(two.door.url, undefined, { headers, method: 'DELETE' })).status).toBe(204);
  expect(one.upstream.sessions.size).toBe(0);
});

test('a pod goes: its sessions go on in one of the others, the same one by every door', async () => {
  const pods = (await startPods(4)) as [Pod, Pod, Pod, Pod];
  const ids = await Promise.all(Array.from({ length: 6 }, () => open(pods[0].door.url)));
  await pods[0].door.door.drain(1000);
  pods[0].door.door.close();
  for (const [index, id] of ids.entries()) {
    const headers = { 'mcp-session-id': id };
    for (const { door } of pods.slice(1)) {
      const { json } = await raw(door.url, message(index, 'tools/list'), { headers });
      expect(json.result.tools.length).toBe(5);
    }
  }
  // Each session was opened once more, and not once by each door.
  expect(
    pods
      .slice(1)
      .map(({ upstream }) => upstream.opened.length)
      .reduce((sum, count) => sum + count),
  ).toBe(6);
});

test('a call that runs in a pod that goes fails at once, and is not done twice', async () => {
  const [one, two] = (await startPods(2)) as [Pod, Pod];
  const headers = { 'mcp-session-id': await open(one.door.url) };
  one.upstream.onCall = async () => one.door.door.close();
  const { json } = await raw(two.door.url, message(2, 'tools/call', { name: 'slow' }), { headers });
  expect(json.error.message).toContain('lost during this call');
  expect(
    (await raw(two.door.url, message(3, 'tools/call', { name: 'echo' }), { headers })).json.result.content,
  ).toBeDefined();
  expect([one.upstream.calls, two.upstream.calls]).toEqual([['slow'], ['echo']]);
});

test('a client whose connections lead to any pod notices nothing', async () => {
  const [one, two] = (await startPods(2)) as [Pod, Pod];
  const client = await connect(stops, one.door.url);
  const id = (client.transport as { sessionId?: string }).sessionId ?? '';
  for (let n = 0; n < 5; n++) {
    expect(await call(client, 'echo', { n })).toBe(`{"n":${n}}`);
    const answer = await raw(two.door.url, message(n, 'ping'), { headers: { 'mcp-session-id': id } });
    expect(answer.json.result).toEqual({});
  }
  expect(two.upstream.opened).toEqual([]);
});
