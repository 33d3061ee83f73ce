// Several pods: a request reaches the session wherever it arrives, and sessions move when a pod goes.

import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Admin } from '../../door/admin.ts';
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
  await pods[0].door.door.drain(1000, 0);
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

test('the only pod serves on when it is asked to go, as nobody else would', async () => {
  const [{ door }] = (await startPods(1)) as [Pod];
  const headers = { 'mcp-session-id': await open(door.url) };
  const drain = door.door.drain(4000, 0);
  await pause(1000);
  expect((await raw(door.url, message(2, 'ping'), { headers })).json.result).toEqual({});
  await open(door.url);
  expect(door.door.departure.ending.aborted).toBe(false);
  await drain;
  await expect(raw(door.url, message(3, 'ping'), { headers })).rejects.toThrow('ECONNREFUSED');
});

test('a pod without sessions goes at once', async () => {
  const [{ door }] = (await startPods(1)) as [Pod];
  const begun = Date.now();
  await door.door.drain(60_000, 0);
  expect(Date.now() - begun).toBeLessThan(20_000);
});

test('a client that keeps its connection learns from an answer that it ends, and who still comes is served', async () => {
  const [{ door }] = (await startPods(2)) as [Pod];
  const id = await open(door.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  stops.push(() => agent.destroy());
  const ping = (): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const authorization = `Bearer ${keys.alice}`;
      const headers = { authorization, 'content-type': 'application/json', 'mcp-session-id': id };
      const outgoing = request(door.url, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.headers.connection));
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(message(2, 'ping')));
    });
  expect(await ping()).toBe('keep-alive');
  const drain = door.door.drain(4000, 0);
  await expect.poll(ping, { interval: 10 }).toBe('close');
  expect(await ping()).toBe('close');
  await drain;
  await expect(ping()).rejects.toThrow('ECONNREFUSED');
});

test('/drained answers at once, or when the door has ended', async () => {
  const [{ door, upstream }] = (await startPods(1)) as [Pod];
  const address = { host: '127.0.0.1', port: 0 };
  const admin = new Admin({ admin: address } as never, door.door);
  await admin.listen();
  stops.push(() => admin.close());
  const ask = (path: string): Promise<number | string> =>
    fetch(`http://127.0.0.1:${admin.port}${path}`).then(({ status }) => status, String);
  expect([await ask('/drained'), await ask('/readyz')]).toEqual([200, 200]);
  const headers = { 'mcp-session-id': await open(door.url) };
  const slow = raw(door.url, message(2, 'tools/call', { name: 'slow' }), { headers });
  await expect.poll(() => upstream.calls).toEqual(['slow']);
  const drain = door.door.drain(2000, 0);
  let isDrained = false;
  const asking = ask('/drained').then(() => (isDrained = true));
  await slow;
  await drain;
  expect(await ask('/readyz')).toBe(503);
  expect(isDrained).toBe(false);
  admin.close();
  await asking;
});
