// Sessions that outlive the gateway: what a client notices of its restart, and of the door's.

import { request } from 'node:http';
import { expect, test } from 'vitest';
import { call, connect, keys, open, raw, type RunningDoor, startDoor, startPair, stopsAfterEach } from './harness.ts';
import { Upstream } from './upstream.ts';

const stops = stopsAfterEach();
const message = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });

async function restart(upstream: Upstream): Promise<void> {
  await upstream.stop();
  await upstream.start();
}

test('the gateway restarts between two calls: the session goes on, with the parameters that the client began it with', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(stops, door.url);
  await call(client, 'echo');
  await restart(upstream);
  expect(await call(client, 'echo', { n: 1 })).toBe('{"n":1}');
  expect(upstream.opened.length).toBe(2);
  expect(upstream.opened[1]).toEqual(upstream.opened[0]);
  expect(upstream.opened[0]).toMatchObject({ name: 'test', roots: {} });
});

test('a call waits for a gateway that is not there yet, and for no longer than it may', async () => {
  const { upstream, door } = await startPair(stops, { waitSeconds: 3 });
  const client = await connect(stops, door.url);
  await upstream.stop();
  const waiting = call(client, 'echo', { late: true });
  setTimeout(() => void upstream.start(), 700);
  expect(await waiting).toBe('{"late":true}');
  await upstream.stop();
  await expect(call(client, 'echo')).rejects.toThrow('the gateway is not available: ECONNREFUSED; try again later');
  await upstream.start();
  expect(await call(client, 'echo')).toBe('{}');
});

test('a call that is running when the gateway goes fails at once, and is not done twice', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(stops, door.url);
  await call(client, 'echo');
  upstream.onCall = async (name) => (name === 'slow' ? upstream.stop() : undefined);
  const start = Date.now();
  await expect(call(client, 'slow')).rejects.toThrow('the gateway was lost during this call');
  expect(Date.now() - start).toBeLessThan(4000);
  await upstream.start();
  expect(await call(client, 'echo')).toBe('{}');
  expect(upstream.calls.filter((name) => name === 'slow')).toEqual(['slow']);
});

test('a server that keeps state: the first call after a restart says that it may be lost, the next goes on', async () => {
  const { upstream, door } = await startPair(stops, {
    stateful: ['memory'],
    tools: { memory: ['add'], time: ['echo'] },
  });
  const client = await connect(stops, door.url);
  await call(client, 'add');
  await restart(upstream);
  await expect(call(client, 'add')).rejects.toThrow(
    'the state that memory kept for this session may be lost; call again',
  );
  expect(await call(client, 'echo')).toBe('{}');
  expect(await call(client, 'add')).toBe('{}');
  expect(upstream.calls).toEqual(['add', 'echo', 'add']);
});

test('a list that is asked for when the gateway goes is asked for again', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(stops, door.url);
  await restart(upstream);
  expect((await client.listTools()).tools.length).toBe(5);
});

test('a list that takes the gateway away each time is asked for twice, and no more', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(stops, door.url);
  let lists = 0;
  upstream.onList = async () => {
    lists++;
    await restart(upstream);
  };
  await expect(client.listTools()).rejects.toThrow('the gateway was lost during this call');
  expect(lists).toBe(2);
});

test('many sessions go on after a restart', async () => {
  const { upstream, door } = await startPair(stops);
  const clients = await Promise.all(Array.from({ length: 8 }, () => connect(stops, door.url)));
  await Promise.all(clients.map((client) => call(client, 'echo')));
  await restart(upstream);
  const answers = await Promise.all(clients.map((client, n) => call(client, 'echo', { n })));
  expect(answers).toEqual(clients.map((_, n) => `{"n":${n}}`));
});

test('another door resumes the session of one that is gone, for its user only', async () => {
  const { upstream, door } = await startPair(stops);
  const id = await open(door.url);
  door.door.close();
  const other = await startDoor(stops, upstream);
  const headers = { 'mcp-session-id': id };
  expect((await raw(other.url, message(2, 'tools/list'), { headers, key: keys.bob })).status).toBe(404);
  expect((await raw(other.url, message(2, 'tools/list'), { headers })).json.result.tools.length).toBe(5);
  const stranger = await startDoor(stops, upstream, {}, { MCP_GATEWAY_AUTH_TOKEN: 'another token' });
  expect((await raw(stranger.url, message(2, 'tools/list'), { headers })).status).toBe(404);
});

test('an id that was changed in any place is nobody else', async () => {
  const { door } = await startPair(stops);
  const id = await open(door.url);
  const places = Array.from({ length: id.length }, (_, at) => at).filter((at) => at % 7 === 0);
  for (const at of [...places, id.length - 1]) {
    const changed = `${id.slice(0, at)}${id[at] === 'A' ? 'B' : 'A'}${id.slice(at + 1)}`;
    const { status } = await raw(door.url, message(2, 'ping'), { headers: { 'mcp-session-id': changed } });
    expect([at, status]).toEqual([at, 404]);
  }
});

test('an idle session lets the gateway go, and comes back with its next call', async () => {
  const { upstream, door } = await startPair(stops, { idleSeconds: 0 });
  const headers = { 'mcp-session-id': await open(door.url) };
  expect(upstream.sessions.size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  door.door.sweep();
  await expect.poll(() => upstream.sessions.size).toBe(0);
  expect((await raw(door.url, message(2, 'ping'), { headers })).json.result).toEqual({});
});

test('a user with too many sessions loses none: the one unused for longest sleeps', async () => {
  const { upstream, door } = await startPair(stops, { limits: { sessions: 2 } });
  const [first = ''] = [await open(door.url), await open(door.url), await open(door.url)];
  await open(door.url, keys.bob);
  await expect.poll(() => upstream.sessions.size).toBe(3);
  const answer = await raw(door.url, message(2, 'ping'), { headers: { 'mcp-session-id': first } });
  expect(answer.json.result).toEqual({});
});

/** A stream of the session, and what has come of it. */
function stream(door: RunningDoor, id: string): { text: string; isOver: boolean } {
  const seen = { text: '', isOver: false };
  const headers = { authorization: `Bearer ${keys.alice}`, accept: 'text/event-stream', 'mcp-session-id': id };
  const outgoing = request(door.url, { headers, agent: false }, (response) => {
    response.on('data', (chunk: Buffer) => (seen.text += chunk));
    response.on('close', () => (seen.isOver = true));
  });
  outgoing.on('error', () => (seen.isOver = true));
  outgoing.end();
  stops.push(() => outgoing.destroy());
  return seen;
}

test('a stream outlives the gateway, and says that there may be other tools', async () => {
  const { upstream, door } = await startPair(stops);
  const seen = stream(door, await open(door.url));
  await expect.poll(() => seen.text).toContain(': open');
  await restart(upstream);
  await expect.poll(() => seen.text, { timeout: 5000 }).toContain('notifications/tools/list_changed');
  expect(seen.isOver).toBe(false);
});

test('a door that stops lets running calls finish, and ends streams', async () => {
  const { door } = await startPair(stops);
  const id = await open(door.url);
  const seen = stream(door, id);
  await expect.poll(() => seen.text).toContain(': open');
  const headers = { 'mcp-session-id': id };
  const slow = raw(door.url, message(2, 'tools/call', { name: 'slow' }), { headers });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await door.door.drain(5000, 0);
  expect((await slow).json.result.content[0].text).toBe('{}');
  expect(seen.isOver).toBe(true);
  await expect(raw(door.url, message(3, 'ping'), { headers })).rejects.toThrow('ECONNREFUSED');
});
