// Clients of protocol 2026-07-28, which has no sessions: the SDK's own, pinned to it, and requests by hand.

import { setTimeout as pause } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { keys, type Message, raw, startPair, stopsAfterEach } from './harness.ts';

const stops = stopsAfterEach();
const version = '2026-07-28';

async function connect(url: string, key = keys.alice): Promise<Client> {
  const client = new Client({ name: 'modern', version: '1' }, { versionNegotiation: { mode: { pin: version } } });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  stops.push(() => client.close());
  return client;
}

const textOf = (result: Message): string => result.content[0].text;
const names = async (client: Client): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);

/** A request by hand, with the headers that belong to it. */
function post(url: string, method: string, params: object = {}, { headers = {}, meta = {}, id = 1 as unknown } = {}) {
  const own = { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} };
  const { name, uri } = params as { name?: string; uri?: string };
  const all = {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...((name ?? uri) && { 'mcp-name': name ?? uri }),
  };
  const body = { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...own, ...meta } } };
  return raw(url, body, { headers: { ...all, ...headers } });
}

test('a pinned client discovers, lists, calls, and reads', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(door.url);
  expect(client.getServerVersion()).toMatchObject({ name: 'upstream' });
  expect(client.getServerCapabilities()).toMatchObject({ tools: { listChanged: true } });
  expect(await names(client)).toEqual(['echo', 'add', 'slow', 'fail', 'big']);
  expect(textOf(await client.callTool({ name: 'echo', arguments: { text: 'hello' } }))).toBe('{"text":"hello"}');
  expect(await client.callTool({ name: 'fail' })).toMatchObject({ isError: true });
  expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'greet' }]);
  expect((await client.readResource({ uri: 'note://one' })).contents).toMatchObject([{ text: 'text' }]);
  expect(upstream.opened).toEqual([{ name: 'mcpgen-door', version: '1' }]);
  expect(JSON.stringify(upstream.seen)).not.toContain('io.modelcontextprotocol');
});

test('rules, limits and the log are those of all callers', async () => {
  const rules = [{ groups: ['dev'], servers: ['time'] }];
  const { door } = await startPair(stops, {
    rules,
    tools: { time: ['echo'], other: ['add'] },
    limits: { callsPerMinute: 4 },
  });
  const client = await connect(door.url);
  expect(await names(client)).toEqual(['echo']);
  await expect(client.callTool({ name: 'add' })).rejects.toThrow('you may not use the tool add');
  await client.callTool({ name: 'echo' });
  await expect(client.callTool({ name: 'echo' })).rejects.toThrow('more than 4 requests in a minute');
  expect(door.logs.filter(({ msg }) => msg === 'call')).toMatchObject([
    { user: 'key:alice', tool: 'add', outcome: 'denied' },
    { user: 'key:alice', tool: 'echo', outcome: 'ok' },
    { user: 'key:alice', method: 'tools/call', outcome: 'limited' },
  ]);
});

test('a few sessions of the gateway serve all clients of a user, and none serves two users', async () => {
  const { upstream, door } = await startPair(stops);
  const clients = await Promise.all(Array.from({ length: 6 }, () => connect(door.url)));
  const calls = clients.flatMap((client) =>
    Array.from({ length: 3 }, (_, n) => client.callTool({ name: 'slow', arguments: { n } })),
  );
  const texts = (await Promise.all(calls)).map(textOf);
  expect(texts).toEqual(clients.flatMap(() => ['{"n":0}', '{"n":1}', '{"n":2}']));
  expect(upstream.sessions.size).toBeLessThanOrEqual(4);
  const before = upstream.sessions.size;
  await names(await connect(door.url, keys.bob));
  expect(upstream.sessions.size).toBe(before + 1);
});

test('the gateway restarts between two calls, and the client notices nothing', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(door.url);
  await client.callTool({ name: 'echo' });
  await upstream.stop();
  await upstream.start();
  expect(textOf(await client.callTool({ name: 'echo', arguments: { n: 1 } }))).toBe('{"n":1}');
});

test('a call that its client cancels is cancelled in the gateway, and no other', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(door.url);
  await client.callTool({ name: 'echo' });
  upstream.onCall = async () => pause(300);
  const abort = new AbortController();
  const cancelled = client.callTool({ name: 'echo' }, { signal: abort.signal }).catch(String);
  const other = client.callTool({ name: 'add', arguments: { n: 2 } });
  await expect.poll(() => upstream.calls.length).toBe(3);
  abort.abort('enough');
  expect(await cancelled).toContain('enough');
  expect(textOf(await other)).toBe('{"n":2}');
  await expect.poll(() => upstream.cancelled).toEqual(['echo']);
});

test('progress comes with the token of its client, and log messages only if they are wanted', async () => {
  const { upstream, door } = await startPair(stops);
  const call = (meta: object) => post(door.url, 'tools/call', { name: 'progress' }, { meta });
  const both = await Promise.all(['a', 'b'].map((progressToken) => call({ progressToken })));
  expect(both.map(({ text }) => /"progressToken":"(.)"/.exec(text)?.[1])).toEqual(['a', 'b']);
  expect(upstream.calls.length).toBe(2);
  const log = (meta: object) => post(door.url, 'tools/call', { name: 'add' }, { meta });
  expect((await log({})).text).not.toContain('adding');
  expect((await log({ 'io.modelcontextprotocol/logLevel': 'info' })).text).toContain('adding');
});

test('a client hears of changes that it listens to, over a restart of the gateway', async () => {
  const { upstream, door } = await startPair(stops);
  const client = await connect(door.url);
  let changes = 0;
  client.setNotificationHandler('notifications/tools/list_changed', () => void changes++);
  const subscription = await client.listen({ toolsListChanged: true });
  // The stream behind it may come a moment later.
  const heard = async (): Promise<number> => {
    await upstream.change();
    return changes;
  };
  await expect.poll(heard).toBeGreaterThan(0);
  const before = changes;
  await upstream.stop();
  await upstream.start();
  await expect.poll(() => changes, { timeout: 10_000 }).toBeGreaterThan(before);
  await subscription.close();
  await expect.poll(() => upstream.sessions.size, { timeout: 5000 }).toBeLessThanOrEqual(1);
});

test.each([
  ['no Mcp-Method', 'tools/list', {}, { headers: { 'mcp-method': [] } }, [400, -32020]],
  ['another Mcp-Name', 'tools/call', { name: 'echo' }, { headers: { 'mcp-name': 'add' } }, [400, -32020]],
  [
    'another version in the header',
    'tools/list',
    {},
    { headers: { 'mcp-protocol-version': '2025-06-18' } },
    [400, -32020],
  ],
  [
    'no capabilities',
    'tools/list',
    {},
    { meta: { 'io.modelcontextprotocol/clientCapabilities': undefined } },
    [400, -32602],
  ],
  ['a method that it lost', 'ping', {}, {}, [404, -32601]],
  ['initialize', 'initialize', {}, {}, [404, -32601]],
  [
    'a version of the future',
    'tools/list',
    {},
    {
      headers: { 'mcp-protocol-version': '2099-01-01' },
      meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
    },
    [400, -32022],
  ],
  ['nothing to listen to', 'subscriptions/listen', {}, {}, [400, -32602]],
])('refused: %s', async (_, method, params, options: object, expected) => {
  const { upstream, door } = await startPair(stops);
  const { status, json } = await post(door.url, method, params, { ...options, id: 'seven' });
  expect([status, json.error.code, json.id]).toEqual([...expected, 'seven']);
  expect(upstream.calls).toEqual([]);
});

test('a name that a header cannot have is in base64 there', async () => {
  const { door } = await startPair(stops);
  const name = `=?base64?${Buffer.from('echo').toString('base64')}?=`;
  expect((await post(door.url, 'tools/call', { name: 'echo' }, { headers: { 'mcp-name': name } })).status).toBe(200);
});
