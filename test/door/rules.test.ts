// Rules: who may use what, and what lists show of it; limits, and what is written down.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globOf, isAllowed, readRule } from '../../door/rules.ts';
import { Bridge } from '../relay/bridge.ts';
import { type RunningRelay, startRelay } from '../relay/harness.ts';
import { call, connect, keys, type Message, open, raw, startPair, stopsAfterEach } from './harness.ts';

const caller = (user: string, ...groups: string[]) => ({
  user,
  groups,
  client: '',
  identity: user,
  expires: undefined,
});
const rules = (...list: object[]) => list.map((one, index) => readRule(one, `rules[${index}]`));
const wanted = (server: string, tool?: string) => ({ servers: server === '' ? [] : [server], tool });

test.each([
  ['no rules: all for all', [], 'time', 'now', true],
  ['a group has what its rule names', [{ groups: ['dev'], servers: ['time'] }], 'time', 'now', true],
  ['and nothing else', [{ groups: ['dev'], servers: ['time'] }], 'mail', 'send', false],
  ['another group has nothing', [{ groups: ['ops'], servers: ['time'] }], 'time', 'now', false],
  ['a user by name', [{ users: ['alice'] }], 'mail', 'send', true],
  ['a glob of users', [{ users: ['al*'] }], 'mail', 'send', true],
  ['a glob is the whole name', [{ users: ['lic'] }], 'mail', 'send', false],
  ['a rule for all', [{ tools: ['get_*'] }], 'mail', 'get_one', true],
  ['of which other tools are none', [{ tools: ['get_*'] }], 'mail', 'send', false],
  ['tools do not cover prompts and resources', [{ tools: ['*'] }], 'mail', undefined, false],
  ['deny wins, whatever comes first', [{ deny: true, tools: ['send'] }, { groups: ['dev'] }], 'mail', 'send', false],
  ['deny wins, whatever comes last', [{ groups: ['dev'] }, { deny: true, servers: ['ma*'] }], 'mail', 'send', false],
  ['deny of another group does nothing', [{ groups: ['dev'] }, { groups: ['ops'], deny: true }], 'mail', 'send', true],
  ['deny alone allows nothing', [{ deny: true, servers: ['time'] }], 'mail', 'send', false],
  ['nobody known to have it: a rule of all servers', [{ groups: ['dev'] }], '', 'new', true],
  ['nobody known to have it: a rule of one server', [{ groups: ['dev'], servers: ['time'] }], '', 'new', false],
  ['nobody known to have it: it may be what is denied', [{}, { deny: true, servers: ['mail'] }], '', 'new', false],
])('%s', (_, list, server, tool, expected) => {
  expect(isAllowed(rules(...list), caller('alice', 'dev', 'staff'), wanted(server, tool))).toBe(expected);
});

test('what two servers may have needs both', () => {
  const one = rules({ servers: ['a'] });
  expect(isAllowed(one, caller('x'), { servers: ['a', 'b'], tool: undefined })).toBe(false);
  expect(isAllowed(one, caller('x'), { servers: ['a'], tool: undefined })).toBe(true);
});

test('globs are text but for * and ?', () => {
  expect(globOf('a.b*').test('a.bcd')).toBe(true);
  expect(globOf('a.b').test('axb')).toBe(false);
  expect(globOf('(a|b)?').test('(a|b)x')).toBe(true);
  expect(globOf('[x]^$\\').test('[x]^$\\')).toBe(true);
});

test('a rule with a field of another name is refused', () => {
  expect(() => rules({ group: ['dev'] })).toThrow('rules[0] has an unknown field group');
});

describe('with a relay that knows whose a tool is', () => {
  const stops = stopsAfterEach();
  let bridges: Bridge[] = [];
  let relay: RunningRelay;
  const offers = () => `http://127.0.0.1:${relay.relay.admin.port}/offers`;

  beforeAll(async () => {
    bridges = await Promise.all([
      Bridge.start({ env: { SERVER_ONLY: 'echo' } }),
      Bridge.start({ env: { SERVER_ONLY: 'slow' } }),
    ]);
    relay = await startRelay({ first: { bridge: bridges[0] as Bridge }, second: { bridge: bridges[1] as Bridge } });
    const offered = async () => (await relay.get('/offers')).text;
    while (!/"echo".*"slow"/.test(await offered())) await pause(50);
  });
  afterAll(async () => {
    relay.close();
    for (const bridge of bridges) await bridge.stop();
  });

  test('the relay says what each server offers', async () => {
    const none = { prompt: [], resource: [], template: expect.any(Array) };
    const all = { first: { tool: ['echo'], ...none }, second: { tool: ['slow'], ...none } };
    expect(JSON.parse((await relay.get('/offers')).text)).toEqual(all);
  });

  const pair = (settings: object = {}) =>
    startPair(stops, {
      relay: offers(),
      tools: { far: ['add'] },
      rules: [
        { groups: ['dev'], servers: ['first', 'far'] },
        { groups: ['ops'], servers: ['*'] },
        { groups: ['ops'], servers: ['far'], tools: ['a*'], deny: true },
      ],
      ...settings,
    });

  test('two groups see different tools, and call only what they see', async () => {
    const { upstream, door } = await pair();
    const [alice, bob] = [await connect(stops, door.url), await connect(stops, door.url, keys.bob)];
    const names = async (client: typeof alice) => (await client.listTools()).tools.map(({ name }) => name);
    expect(await names(alice)).toEqual(['echo', 'add']);
    expect(await names(bob)).toEqual(['echo', 'slow', 'fail', 'big']);
    expect(await call(alice, 'echo')).toBe('{}');
    await expect(call(alice, 'slow')).rejects.toThrow(
      'you may not use the tool slow. You are key:alice, in the groups dev: ask for a rule in door.rules',
    );
    expect(await call(bob, 'slow')).toBe('{}');
    await expect(call(bob, 'add')).rejects.toThrow('you may not use');
    expect(upstream.calls).toEqual(['echo', 'slow']);
  });

  test('prompts and resources are shown and given by the same rules', async () => {
    const { door } = await pair();
    const alice = await connect(stops, door.url);
    expect((await alice.listPrompts()).prompts).toEqual([]);
    expect((await alice.listResources()).resources).toEqual([]);
    await expect(alice.readResource({ uri: 'note://one' })).rejects.toThrow('you may not use the resource note://one');
    const all = await pair({ rules: [{ groups: ['dev'] }] });
    const free = await connect(stops, all.door.url);
    expect((await free.listPrompts()).prompts.length).toBe(1);
    expect((await free.readResource({ uri: 'note://one' })).contents.length).toBe(1);
  });

  test.each([
    ['a list as a name', 'tools/call', { name: ['echo'] }, -32602],
    ['no name', 'tools/call', {}, -32602],
    ['a name that Go would change', 'tools/call', { name: 'echo\ud800' }, -32602],
    ['a method that nobody knows', 'tools/steal', { name: 'echo' }, -32601],
    ['a method of every object', 'constructor', {}, -32601],
    [
      'a completion for what is not allowed',
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'greet' } },
      -32011,
    ],
  ])('refused: %s', async (_, method, params, code) => {
    const { upstream, door } = await pair();
    const headers = { 'mcp-session-id': await open(door.url) };
    const seen = upstream.seen.length;
    const answer = await raw(door.url, { jsonrpc: '2.0', id: 5, method, params }, { headers });
    expect([answer.status, answer.json.id, answer.json.error.code]).toEqual([200, 5, code]);
    expect(upstream.seen.length).toBe(seen);
  });

  test('a user has so many requests in a minute, and others theirs', async () => {
    const { door } = await pair({ limits: { callsPerMinute: 3 } });
    const headers = { 'mcp-session-id': await open(door.url) };
    const ping = () => raw(door.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers });
    const answers = [await ping(), await ping(), await ping(), await ping()].map(({ json }) => json.error?.code);
    expect(answers).toEqual([undefined, undefined, undefined, -32012]);
    expect((await ping()).json.error.message).toMatch(/^more than 3 requests in a minute: try again in \d+ s/);
    const bob = await connect(stops, door.url, keys.bob);
    expect(await call(bob, 'echo')).toBe('{}');
  });

  test('a line for each call, without what was said, and metrics by group', async () => {
    const { door } = await pair();
    const alice = await connect(stops, door.url);
    await call(alice, 'echo', { secret: 'hush' });
    await expect(call(alice, 'slow')).rejects.toThrow();
    const lines = door.logs.filter(({ msg }: Message) => msg === 'call');
    expect(lines).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        component: 'door',
        msg: 'call',
        user: 'key:alice',
        client: 'test',
        method: 'tools/call',
        server: 'first',
        tool: 'echo',
        outcome: 'ok',
        ms: expect.any(Number),
        session: expect.stringMatching(/^[\w-]{10}$/),
        request: expect.any(String),
      },
      expect.objectContaining({ server: 'second', tool: 'slow', outcome: 'denied' }),
    ]);
    expect(JSON.stringify(door.logs)).not.toContain('hush');
    const text = door.door.metricsText();
    expect(text).toContain('mcpgen_door_requests_total{group="dev",outcome="denied"} 1');
    expect(text).toContain('mcpgen_door_sessions 1');
    expect(text).toContain('Memory of the door.');
    expect(text).not.toContain('alice');
  });
});
