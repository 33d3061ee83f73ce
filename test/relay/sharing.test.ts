// Sessions of protocol 2026-07-28 share processes, as they have no state there; each gets what is its own, and nothing else.

import { describe, expect, test } from 'vitest';
import type { Bridge } from './bridge.ts';
import { Gateway, openGateway, type RunningRelay, startBridged, stopsAfterEach, until } from './harness.ts';
import { modernServerFile } from './servers.ts';

const stops = stopsAfterEach();
const command = [process.execPath, modernServerFile];

async function setUp(settings: object = {}): Promise<{ bridge: Bridge; relay: RunningRelay }> {
  const bridged = await startBridged(stops, { command, env: { ERA: 'modern' } }, settings);
  await until(() => bridged.relay.metric('up') === 1);
  return bridged;
}

/** A session, or several, all of which use the same ids. */
async function open(relay: RunningRelay): Promise<Gateway> {
  const gateway = openGateway(stops, relay);
  await gateway.discover();
  return gateway;
}

const openAll = (relay: RunningRelay, count: number): Promise<Gateway[]> =>
  Promise.all(Array.from({ length: count }, () => open(relay)));

const isWaiting = (gateway: Gateway, keys: string): Promise<void> =>
  until(async () => (await gateway.call('waiting')) === keys);

describe('sessions', () => {
  test('have one process while they take turns', async () => {
    const { bridge, relay } = await setUp();
    const sessions = await openAll(relay, 5);
    const pids = [];
    for (const session of sessions) pids.push(await session.call('pid'));
    expect(new Set(pids).size).toBe(1);
    expect(relay.metric('attached')).toBe(5);
    expect(relay.metric('shared_processes')).toBe(1);
    await until(() => relay.metric('warm') === 1 && bridge.alive.length === 2);
  });

  test('that begin at once share the first process that is ready', async () => {
    const { relay } = await setUp({ warm: { min: 0, max: 0 } });
    const sessions = await openAll(relay, 4);
    const pids = await Promise.all(sessions.map((session) => session.call('pid')));
    expect(new Set(pids).size).toBe(1);
  });

  test('get another process while others wait for answers of theirs, up to the bound', async () => {
    const { relay } = await setUp({ sharedProcesses: 2 });
    const [first, second, third] = (await openAll(relay, 3)) as [Gateway, Gateway, Gateway];
    const pid = await first.call('pid');
    expect(await second.call('pid')).toBe(pid);
    void first.call('silent').catch(() => undefined);
    await until(() => relay.metric('warm') === 1);
    const other = await second.call('pid');
    expect(other).not.toBe(pid);
    void second.call('silent').catch(() => undefined);
    await until(() => relay.metric('warm') === 1);
    expect([pid, other]).toContain(await third.call('pid'));
    expect(relay.metric('shared_processes')).toBe(2);
  });

  test.each([
    ['stateful', { stateful: true }],
    ['longLived', { idleSeconds: 0 }],
    ['without sharing', { sharedProcesses: 0 }],
  ])('%s have a process each', async (_, settings) => {
    const { relay } = await setUp(settings);
    const sessions = await openAll(relay, 2);
    const pids = await Promise.all(sessions.map((session) => session.call('pid')));
    expect(new Set(pids).size).toBe(2);
    expect(relay.metric('shared_processes')).toBe(0);
  });
});

describe('each session gets', () => {
  const one = { sharedProcesses: 1 };

  test('the answers to its own calls, whatever their ids', async () => {
    const { relay } = await setUp(one);
    const [first, second, third] = (await openAll(relay, 3)) as [Gateway, Gateway, Gateway];
    const answers = [first.call('wait', { key: 'a' }), second.call('wait', { key: 'b' })];
    await isWaiting(third, 'a,b');
    await third.call('free', { key: 'b' });
    await third.call('free', { key: 'a' });
    expect(await Promise.all(answers)).toEqual(['freed a', 'freed b']);
  });

  test('its own progress, whatever its token', async () => {
    const { relay } = await setUp(one);
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    for (const [gateway, key] of [
      [first, 'a'],
      [second, 'b'],
    ] as const) {
      const params = { name: 'wait', arguments: { key }, _meta: { ...gateway.meta._meta, progressToken: 'same' } };
      gateway.send({ id: 'call', method: 'tools/call', params });
    }
    for (const [gateway, key] of [
      [first, 'a'],
      [second, 'b'],
    ] as const) {
      const { params } = await gateway.receive(({ method }) => method === 'notifications/progress');
      expect(params).toMatchObject({ progressToken: 'same', message: key });
      expect(gateway.received.filter(({ method }) => method === 'notifications/progress').length).toBe(1);
    }
  });

  test('its own log messages, and none where they could be of another', async () => {
    const { relay } = await setUp(one);
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    const logLevel = { 'io.modelcontextprotocol/logLevel': 'debug' };
    const ask = (gateway: Gateway, key: string): void => {
      const params = { name: 'wait', arguments: { key, report: true }, _meta: { ...gateway.meta._meta, ...logLevel } };
      gateway.send({ id: key, method: 'tools/call', params });
    };
    const logs = (gateway: Gateway): unknown[] =>
      gateway.received.filter(({ method }) => method === 'notifications/message').map(({ params }) => params.data);
    ask(first, 'a');
    await until(() => logs(first).length === 1);
    ask(second, 'b');
    await isWaiting(second, 'a,b');
    expect(logs(first)).toEqual(['from a']);
    expect(logs(second)).toEqual([]);
  });

  test('a cancellation of its own call only', async () => {
    const { relay } = await setUp(one);
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    for (const [gateway, key] of [
      [first, 'a'],
      [second, 'b'],
    ] as const)
      gateway.send({ id: 1000, method: 'tools/call', params: { ...gateway.meta, name: 'wait', arguments: { key } } });
    await isWaiting(first, 'a,b');
    first.send({ method: 'notifications/cancelled', params: { requestId: 1000 } });
    await until(async () => (await second.call('cancelled')) === '1');
    await first.call('free', { key: 'b' });
    expect((await second.receive(({ id }) => id === 1000))['result'].content[0].text).toBe('freed b');
    expect(first.received.some(({ id }) => id === 1000)).toBe(false);
  });

  test('what it listens to', async () => {
    const { relay } = await setUp(one);
    const sessions = await openAll(relay, 3);
    const changed = ({ method }: { readonly [field: string]: unknown }): boolean =>
      method === 'notifications/tools/list_changed';
    const [first, second, third] = sessions as [Gateway, Gateway, Gateway];
    for (const gateway of [first, second]) {
      const params = { ...gateway.meta, notifications: { toolsListChanged: true } };
      gateway.send({ id: 'listen', method: 'subscriptions/listen', params });
      await gateway.call('pid');
    }
    await third.call('grow');
    for (const gateway of [first, second])
      expect((await gateway.receive(changed))['params']._meta).toMatchObject({
        'io.modelcontextprotocol/subscriptionId': 'listen',
      });
    expect(third.received.filter(changed)).toEqual([]);
  });
});

describe('what one session does', () => {
  test("leaving, it ends its calls and nobody else's", async () => {
    const { relay } = await setUp({ sharedProcesses: 1 });
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    void first.call('wait', { key: 'a' }).catch(() => undefined);
    await isWaiting(second, 'a');
    const pid = await second.call('pid');
    first.socket.destroy();
    await until(async () => (await second.call('cancelled')) === '1');
    expect(await second.call('pid')).toBe(pid);
  });

  test('ending its side, it still gets the answers to its calls, and then the end', async () => {
    const { relay } = await setUp({ sharedProcesses: 1 });
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    const answer = first.call('wait', { key: 'a' });
    await isWaiting(second, 'a');
    first.socket.end();
    await second.call('free', { key: 'a' });
    expect(await answer).toBe('freed a');
    await first.waitForClose();
  });

  test('getting no answer, it is given another process, and so are new ones', async () => {
    const { relay } = await setUp({ sharedProcesses: 2, callSilenceSeconds: 1 });
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    const pid = await second.call('pid');
    await expect(first.call('silent')).rejects.toThrow('no message from the server for 1 s');
    expect(await first.call('pid')).not.toBe(pid);
    expect(await (await open(relay)).call('pid')).not.toBe(pid);
  });

  test('a process that is killed: each call that was out fails, and the sessions go on with another', async () => {
    const { bridge, relay } = await setUp({ sharedProcesses: 1 });
    const sessions = await openAll(relay, 3);
    const pid = await sessions[0]?.call('pid');
    const calls = sessions.map((session) => session.call('silent').catch(String));
    await until(() => relay.metric('attached') === 3);
    bridge.kill(Number(pid));
    for (const call of calls) expect(await call).toContain('ended with status 137');
    const pids = await Promise.all(sessions.map((session) => session.call('pid')));
    expect(new Set(pids).size).toBe(1);
    expect(pids).not.toContain(pid);
  });

  test('long messages reach whom they are for', async () => {
    const { relay } = await setUp({ sharedProcesses: 1, maxMessageMiB: 4 });
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    const message = 'y'.repeat(3 << 20);
    const answers = [first.call('long', { length: 3 << 20 }), second.call('length', { message })];
    const [long, length] = await Promise.all(answers);
    expect(long?.length).toBe(3 << 20);
    expect(length).toBe(String(3 << 20));
  });

  test('messages that are too long are errors of their calls', async () => {
    const { relay } = await setUp({ sharedProcesses: 1, maxMessageMiB: 2 });
    const [first, second] = (await openAll(relay, 2)) as [Gateway, Gateway];
    const pid = await second.call('pid');
    await expect(first.call('long', { length: 5 << 20 })).rejects.toThrow('is longer than 2 MiB');
    await expect(first.call('length', { message: 'y'.repeat(5 << 20) })).rejects.toThrow(
      'a request of 5.0 MiB is longer than 2 MiB',
    );
    expect(await first.call('pid')).toBe(pid);
    expect(await second.call('pid')).toBe(pid);
  });
});
