// The door as a proxy: what passes, what does not, and whose token is seen where.

import { createHash } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { call, connect, initialize, keys, open, raw, startPair, stopsAfterEach, writeKey } from './harness.ts';
import { gatewayToken } from './upstream.ts';

const stops = stopsAfterEach();

test('a client with a key lists tools and calls them, and hears of progress', async () => {
  const { door } = await startPair(stops);
  const client = await connect(stops, door.url);
  const notified: unknown[] = [];
  client.fallbackNotificationHandler = async ({ params }) => void notified.push(params?.['data']);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo', 'add', 'slow', 'fail', 'big']);
  expect(await call(client, 'echo', { text: 'hello' })).toBe('{"text":"hello"}');
  await call(client, 'add');
  expect(notified).toEqual(['adding']);
  expect((await call(client, 'big', { length: 3_000_000 })).length).toBe(3_000_000);
});

test('the gateway sees its own token only, and the client never does', async () => {
  const { upstream, door } = await startPair(stops);
  const headers = { cookie: 'a=b', 'x-forwarded-user': 'root', origin: undefined };
  const answer = await raw(door.url, initialize, { headers: { ...headers, origin: [] } });
  expect(answer.status).toBe(200);
  expect(upstream.seen.every(({ authorization }) => authorization === `Bearer ${gatewayToken}`)).toBe(true);
  expect(JSON.stringify(upstream.seen)).not.toContain(keys.alice);
  expect(upstream.seen.flatMap((one) => Object.keys(one))).not.toContain('cookie');
  expect(upstream.seen.flatMap((one) => Object.keys(one))).not.toContain('x-forwarded-user');
  expect(JSON.stringify(answer)).not.toContain(gatewayToken);
  expect(JSON.stringify(door.logs)).not.toMatch(new RegExp(`${gatewayToken}|${keys.alice}`));
});

test.each([
  ['no token', '', {}],
  ['a wrong key', 'x'.repeat(40), {}],
  ["the gateway's own token", gatewayToken, {}],
  ['an expired key', keys.late, {}],
  ['a scheme of another kind', '', { authorization: `Basic ${keys.alice}` }],
  ['two tokens', '', { authorization: [`Bearer ${keys.alice}`, `Bearer ${keys.bob}`] }],
])('401: %s', async (_, key, headers) => {
  const { upstream, door } = await startPair(stops);
  const answer = await raw(door.url, initialize, { key, headers });
  expect([answer.status, answer.json.error.code]).toEqual([401, -32010]);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  expect(upstream.seen).toEqual([]);
});

test('a key in the URL is refused, also if there is one in the header', async () => {
  const { door } = await startPair(stops);
  const answer = await raw(door.url, initialize, { path: `?access_token=${keys.alice}` });
  expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringContaining('Authorization')]);
});

test('keys are read again while the door runs: new ones, removed groups, and files that are not keys', async () => {
  const { door } = await startPair(stops);
  const fresh = 'fresh'.padEnd(40, 'f');
  expect((await raw(door.url, initialize, { key: fresh })).status).toBe(401);
  const sha256 = createHash('sha256').update(fresh).digest('hex');
  writeKey(door.folder, 'fresh', { sha256, groups: ['ci'] });
  writeKey(door.folder, 'alice', { sha256: 'no hash' });
  await expect
    .poll(async () => (await raw(door.url, initialize, { key: fresh })).status, { timeout: 15_000 })
    .toBe(200);
  expect((await raw(door.url, initialize)).status).toBe(401);
  expect(door.logs).toContainEqual(
    expect.objectContaining({ level: 'error', msg: expect.stringContaining('key alice') }),
  );
});

test.each([
  ['a session of nobody', 'AAAA'],
  ['one that was made up', 'A'.repeat(400)],
])('404: %s', async (_, id) => {
  const { door } = await startPair(stops);
  const body = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  const answer = await raw(door.url, body, { headers: { 'mcp-session-id': id } });
  expect([answer.status, answer.json.error.code]).toEqual([404, -32001]);
});

test("another user's session does not exist, for any method", async () => {
  const { door } = await startPair(stops);
  const headers = { 'mcp-session-id': await open(door.url) };
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  expect((await raw(door.url, list, { headers, key: keys.bob })).status).toBe(404);
  expect((await raw(door.url, undefined, { headers, key: keys.bob, method: 'GET' })).status).toBe(404);
  expect((await raw(door.url, undefined, { headers, key: keys.bob, method: 'DELETE' })).status).toBe(404);
  expect((await raw(door.url, list, { headers })).status).toBe(200);
});

test('a session that its client ended is over, here and in the gateway', async () => {
  const { upstream, door } = await startPair(stops);
  const headers = { 'mcp-session-id': await open(door.url) };
  expect(upstream.sessions.size).toBe(1);
  expect((await raw(door.url, undefined, { headers, method: 'DELETE' })).status).toBe(204);
  expect(upstream.sessions.size).toBe(0);
  expect((await raw(door.url, { jsonrpc: '2.0', id: 2, method: 'ping' }, { headers })).status).toBe(404);
});

test.each([
  ['no JSON', '{"jsonrpc":', -32700],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), -32700],
  ['a batch', [initialize], -32600],
  ['no JSON-RPC', { id: 1, method: 'ping' }, -32600],
  ['a field that Go would take for another', { ...initialize, Method: 'ping' }, -32600],
  [
    'the same by a letter that folds',
    { ...initialize, params: { ...initialize.params, '\u212aind': 1, uRI: 'a' } },
    -32600,
  ],
  ['an id that is an object', { ...initialize, id: {} }, -32600],
  ['initialize without a client', { ...initialize, params: {} }, -32602],
])('400: %s', async (_, body, code) => {
  const { upstream, door } = await startPair(stops);
  const answer = await raw(door.url, body);
  expect([answer.status, answer.json.error.code]).toEqual([400, code]);
  expect(upstream.seen).toEqual([]);
});

test('a body beyond the limit is refused, with and without its length', async () => {
  const { upstream, door } = await startPair(stops, { limits: { bodyKiB: 10 } });
  const long = { ...initialize, params: { ...initialize.params, more: 'x'.repeat(20_000) } };
  expect((await raw(door.url, long)).status).toBe(413);
  expect((await raw(door.url, long, { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413);
  expect((await raw(door.url, initialize, { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  expect((await raw(door.url, initialize, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  expect((await raw(door.url, initialize, { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431);
  expect(upstream.seen).toEqual([]);
});

test('a connection that says too little too slowly is closed', async () => {
  const { door } = await startPair(stops, { limits: { requestSeconds: 1 } });
  const socket = connectTcp(door.door.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write('POST /mcp HTTP/1.1\r\nhost: localhost\r\n');
  const start = Date.now();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(Date.now() - start).toBeLessThan(20_000);
});

test('more connections than the limit are closed', async () => {
  const { door } = await startPair(stops, { limits: { connections: 3 } });
  const sockets = Array.from({ length: 5 }, () => connectTcp(door.door.port, '127.0.0.1'));
  let closed = 0;
  for (const socket of sockets) socket.on('error', () => undefined).on('close', () => closed++);
  await expect.poll(() => closed).toBe(2);
  for (const socket of sockets) socket.destroy();
});

test('hosts and origins are those of the lists, and a preflight is answered', async () => {
  const { upstream, door } = await startPair(stops, { origins: ['https://app.example.com'] });
  const status = async (headers: object, method = 'POST') =>
    (await raw(door.url, method === 'POST' ? initialize : undefined, { headers, method })).status;
  expect(await status({ host: 'evil.example.com' })).toBe(403);
  expect(await status({ host: 'LOCALHOST:1234' })).toBe(200);
  expect(await status({ origin: 'https://evil.example.com' })).toBe(403);
  expect(await status({ origin: 'null' })).toBe(403);
  const origin = 'https://app.example.com';
  const answer = await raw(door.url, initialize, { headers: { origin } });
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'origin' });
  expect(answer.headers['access-control-expose-headers']).toContain('mcp-session-id');
  const preflight = await raw(door.url, undefined, { key: '', method: 'OPTIONS', headers: { origin } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers['access-control-allow-headers']).toContain('mcp-session-id');
  expect(upstream.seen.flatMap((one) => Object.keys(one))).not.toContain('origin');
});

test('a call whose client goes away does no harm to the next', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(stops, door.url);
  upstream.onCall = async (name) => (name === 'slow' ? pause(500) : undefined);
  await expect(client.callTool({ name: 'slow' }, undefined, { timeout: 50 })).rejects.toThrow();
  expect(await call(client, 'echo')).toBe('{}');
  expect(upstream.sessions.size).toBe(1);
});
