// A session of the gateway over the relay: warm hand-over, lost servers, idle ones, and what goes through unchanged.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Bridge, type BridgeOptions } from './bridge.ts';
import {
  Gateway,
  initializeParams,
  openGateway,
  type RunningRelay,
  startBridged,
  stopsAfterEach,
  until,
} from './harness.ts';
import { serverFile } from './servers.ts';

const stops = stopsAfterEach();

const setUp = (settings: object = {}, options: BridgeOptions = {}): ReturnType<typeof startBridged> =>
  startBridged(stops, options, settings);

const open = (relay: RunningRelay): Gateway => openGateway(stops, relay);

async function session(relay: RunningRelay): Promise<Gateway> {
  const gateway = open(relay);
  await gateway.initialize();
  return gateway;
}

const warm = (relay: RunningRelay, count: number) => until(() => relay.metric('warm') >= count);

describe('warm', () => {
  test('a session is greeted from memory, and takes the process that is ready with its first call', async () => {
    const { bridge, relay } = await setUp({ warm: { min: 1, max: 1 } });
    await warm(relay, 1);
    const ready = bridge.processes.at(-1)?.pid;
    const first = open(relay);
    expect((await first.initialize())['result'].serverInfo.name).toBe('test');
    expect((await first.request('tools/list'))['result'].tools.length).toBeGreaterThan(0);
    expect(relay.metric('attached')).toBe(0);
    expect(await first.call('pid')).toBe(String(ready));
    expect(relay.metric('warm_hits_total')).toBe(1);
    expect(await (await session(relay)).call('pid')).not.toBe(String(ready));
  });

  test('a gateway that asks for the next version of the protocol first', async () => {
    const { relay } = await setUp();
    const gateway = open(relay);
    expect((await gateway.request('server/discover'))['error'].code).toBe(-32601);
    await gateway.initialize();
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });

  test('a client with other parameters gets a handshake of its own', async () => {
    const { bridge, relay } = await setUp();
    await session(relay);
    await warm(relay, 1);
    const other = open(relay);
    const answer = await other.initialize({ ...initializeParams, protocolVersion: '2025-03-26' });
    expect(answer['result'].protocolVersion).toBe('2025-03-26');
    expect(Number(await other.call('pid'))).toBeGreaterThan(0);
    expect(bridge.connections).toBeGreaterThan(2);
  });

  test('what a server does when it is initialized reaches its client, in order', async () => {
    const { relay } = await setUp();
    await session(relay);
    await warm(relay, 1);
    const gateway = await session(relay);
    await gateway.call('pid');
    expect(gateway.received.map(({ id, method }) => method ?? id)).toEqual([1, 'ping', 'notifications/message', 2]);
  });

  test('a ping follows, whose answer is for the relay', async () => {
    const { relay } = await setUp();
    const gateway = await session(relay);
    const { id } = await gateway.receive(({ method }) => method === 'ping');
    await gateway.call('pid');
    const before = relay.metric('bytes_total', 'to_server');
    gateway.send({ id, result: {} });
    await gateway.call('pid');
    expect(relay.metric('bytes_total', 'to_server') - before).toBeLessThan(100);
    expect(gateway.received.filter(({ method }) => method === 'ping')).toHaveLength(1);
  });

  test('a probe that only connects takes nothing', async () => {
    const { bridge, relay } = await setUp();
    await session(relay);
    await warm(relay, 1);
    const before = bridge.connections;
    const probe = open(relay);
    probe.socket.end();
    await probe.waitForClose();
    expect(bridge.connections).toBe(before);
    expect(relay.metric('warm')).toBe(1);
  });

  test('more are kept ready while they are used up, up to the ceiling', async () => {
    const { relay } = await setUp({ warm: { min: 1, max: 3 } });
    await Promise.all([1, 2, 3, 4, 5].map(async () => (await session(relay)).call('pid')));
    await warm(relay, 3);
    expect(relay.metric('warm_target')).toBe(3);
  });

  test('when sessions have let their servers go, no more than the floor are kept', async () => {
    const { bridge, relay } = await setUp({ warm: { min: 1, max: 3 }, idleSeconds: 1 });
    await Promise.all([1, 2, 3, 4, 5].map(async () => (await session(relay)).call('pid')));
    await until(() => relay.metric('attached') === 0 && relay.metric('warm_target') === 1);
    await until(() => relay.metric('warm') === 1 && bridge.alive.length === 1);
    expect(relay.metric('sessions')).toBe(5);
  });

  test('16 clients at once are all served', async () => {
    const { relay } = await setUp();
    const pids = await Promise.all(Array.from({ length: 16 }, async () => (await session(relay)).call('pid')));
    expect(new Set(pids).size).toBe(16);
  });
});

describe('a lost server', () => {
  test('two users, one of whom crashes it: the other does not notice', async () => {
    const { relay } = await setUp();
    const [one, other] = [await session(relay), await session(relay)];
    const pid = await other.call('pid');
    await expect(one.call('exit')).rejects.toThrow('ended with status 3');
    expect(await other.call('pid')).toBe(pid);
  });

  test('the whole pod is lost: the calls of all users fail at once', async () => {
    const { bridge, relay } = await setUp({ callSilenceSeconds: 0 });
    const users = [await session(relay), await session(relay)];
    for (const user of users) await user.call('pid');
    const calls = users.map((user) => user.call('silent').catch(String));
    for (const user of users) await user.call('echo', { text: 'the call before this one has arrived' });
    const lost = performance.now();
    await bridge.stop();
    expect(await Promise.all(calls)).toEqual(Array(2).fill(expect.stringContaining('mcpgen: server test: ')));
    expect(performance.now() - lost).toBeLessThan(1000);
  });

  test('calls in flight fail at once, and the session goes on with a new process', async () => {
    const { bridge, relay } = await setUp({ callSilenceSeconds: 0 });
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    const inFlight = [gateway.call('silent'), gateway.call('silent')].map((call) => call.catch(String));
    await until(() => relay.metric('bytes_total', 'to_server') > 0);
    await gateway.call('echo', { text: 'the calls before this one have arrived' });
    bridge.kill(Number(pid));
    expect(await Promise.all(inFlight)).toEqual(Array(2).fill(expect.stringContaining('ended with status 137')));
    expect(await gateway.call('pid')).not.toBe(pid);
    expect(relay.metric('calls_total', 'outcome="lost"')).toBe(2);
    expect(relay.metric('reattached_total')).toBe(1);
  });

  test('a server that ends itself, and a bridge that closes the connection', async () => {
    const { bridge, relay } = await setUp();
    const gateway = await session(relay);
    await expect(gateway.call('exit')).rejects.toThrow('ended with status 3');
    expect(await gateway.call('echo', { text: 'a' })).toBe('a');
    const { port } = bridge;
    await bridge.stop();
    stops.push(
      (
        (again) => async () =>
          (await again).stop()
      )(Bridge.start({ port })),
    );
    expect(await gateway.call('echo', { text: 'b' })).toBe('b');
  });

  test('a process that has died unnoticed is not asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-relay-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    const doomed = join(folder, 'doomed');
    writeFileSync(doomed, '');
    const die = `() => fs.readFileSync(${JSON.stringify(doomed)}, 'utf8').split(' ').includes(String(process.pid)) && process.exit(9)`;
    const server = `import(${JSON.stringify(serverFile)})
      .then(() => process.stdin.prependListener('data', ${die}))`;
    const { bridge, relay } = await setUp({ warm: { min: 2, max: 2 } }, { command: [process.execPath, '-e', server] });
    const gateway = await session(relay);
    await warm(relay, 2);
    writeFileSync(doomed, bridge.alive.map(({ pid }) => pid).join(' '));
    await expect(gateway.call('pid')).rejects.toThrow('ended with status 9');
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });

  test('a stateful server: every later call says why it fails', async () => {
    const { bridge, relay } = await setUp({ stateful: true, idleSeconds: 0.05 });
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    bridge.kill(Number(pid));
    await until(() => relay.metric('attached') === 0);
    await expect(gateway.call('pid')).rejects.toThrow('open a new session');
    await expect(gateway.call('pid')).rejects.toThrow('open a new session');
    expect(await (await session(relay)).call('echo', { text: 'new' })).toBe('new');
  });

  test('a request of the server is withdrawn, and its late answer goes nowhere', async () => {
    const { bridge, relay } = await setUp();
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    const call = gateway.call('sample').catch(String);
    const { id } = await gateway.receive(({ method }) => method === 'sampling/createMessage');
    bridge.kill(Number(pid));
    expect(await call).toContain('ended');
    const { params } = await gateway.receive(({ method }) => method === 'notifications/cancelled');
    expect(params.requestId).toBe(id);
    const second = gateway.call('sample');
    await until(() => gateway.received.filter(({ method }) => method === 'sampling/createMessage').length === 2);
    const answer = (text: string) => ({ role: 'assistant', model: 'm', content: { type: 'text', text } });
    gateway.send({ id, result: answer('late') });
    gateway.send({ id, result: answer('in time') });
    expect(await second).toBe('in time');
  });

  test.each([
    ['a short answer', 1000, 'ended with status 137'],
    ['a long answer', 3 << 20, 'closed'],
  ])('in the middle of %s', async (_, length, words) => {
    const { bridge, relay } = await setUp({ callSilenceSeconds: 0 });
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    const sent = relay.metric('bytes_total', 'to_server');
    const call = gateway.call('half', { length }).catch(String);
    await until(() => relay.metric('bytes_total', 'to_server') > sent);
    await until(() => length < 1 << 20 || relay.metric('bytes_total', 'to_gateway') > 1 << 20);
    await new Promise((resolve) => setTimeout(resolve, 200));
    bridge.kill(Number(pid));
    if (words === 'closed') await gateway.waitForClose();
    else expect(await call).toContain(words);
    expect(relay.metric('calls_total', 'outcome="lost"')).toBe(1);
  });

  test('silence in the middle of a long request is an error as well', async () => {
    const { bridge, relay } = await setUp({ callSilenceSeconds: 1.5, warm: { min: 0, max: 0 } });
    const gateway = await session(relay);
    const pid = Number(await gateway.call('pid'));
    process.kill(pid, 'SIGSTOP');
    await expect(gateway.call('length', { text: 'x'.repeat(30 << 20) })).rejects.toThrow(
      'lost while the request was sent',
    );
    expect(bridge.processes.some((one) => one.pid === pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });

  test('silence while a call is out is an error, and a waiting client is not silence', async () => {
    const { relay } = await setUp({ callSilenceSeconds: 1.5 });
    const gateway = await session(relay);
    await expect(gateway.call('silent')).rejects.toThrow('no message from the server for 1.5 s');
    const call = gateway.call('elicit');
    const { id } = await gateway.receive(({ method }) => method === 'elicitation/create');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    gateway.send({ id, result: { action: 'accept', content: { name: 'Ada' } } });
    expect(await call).toContain('Ada');
    expect(relay.metric('losses_total', 'silent')).toBe(1);
  });
});

describe('an idle session', () => {
  test('lets its server go and gets another one', async () => {
    const { bridge, relay } = await setUp({ idleSeconds: 0.2, warm: { min: 0, max: 0 } });
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    await until(() => bridge.alive.length === 0);
    expect(await gateway.call('pid')).not.toBe(pid);
    expect(relay.metric('reaped_total')).toBe(1);
    expect(relay.metric('losses_total')).toBe(0);
  });

  test('and is closed when nobody comes back', async () => {
    const { bridge, relay } = await setUp({ idleSeconds: 0.1, abandonedSeconds: 0.5, warm: { min: 0, max: 0 } });
    const gateway = await session(relay);
    await gateway.call('pid');
    await gateway.waitForClose();
    await until(() => relay.metric('sessions') === 0 && bridge.alive.length === 0);
    expect(relay.metric('abandoned_total')).toBe(1);
  });

  test('is not idle while it waits for an answer', async () => {
    const { relay } = await setUp({ idleSeconds: 0.1, callSilenceSeconds: 0 });
    const gateway = await session(relay);
    const call = gateway.call('elicit');
    const { id } = await gateway.receive(({ method }) => method === 'elicitation/create');
    await new Promise((resolve) => setTimeout(resolve, 400));
    gateway.send({ id, result: { action: 'decline' } });
    expect(await call).toContain('decline');
  });

  test('answers a ping without a server', async () => {
    const { bridge, relay } = await setUp({ idleSeconds: 0.2, warm: { min: 0, max: 0 } });
    const gateway = await session(relay);
    await until(() => bridge.alive.length === 0);
    expect(await gateway.request('ping')).toMatchObject({ result: {} });
    expect(bridge.alive).toHaveLength(0);
  });
});

describe('passed through', () => {
  test('notifications, progress and server-to-client requests', async () => {
    const { relay } = await setUp();
    const gateway = await session(relay);
    expect(await gateway.call('log')).toBe('done');
    expect(gateway.received).toContainEqual(expect.objectContaining({ params: { level: 'info', data: 'logged' } }));
    expect(await gateway.call('progress', { steps: 3 }, { progressToken: 'p' })).toBe('done');
    const progress = gateway.received.filter(({ method }) => method === 'notifications/progress');
    expect(progress.map(({ params }) => params)).toEqual(
      [1, 2, 3].map((n) => ({ progressToken: 'p', progress: n, total: 3 })),
    );
    const roots = gateway.call('roots');
    const { id } = await gateway.receive(({ method }) => method === 'roots/list');
    gateway.send({ id, result: { roots: [{ uri: 'file:///a' }] } });
    expect(await roots).toBe('file:///a');
  });

  test('a cancellation, after which the call is not waited for', async () => {
    const { relay } = await setUp({ callSilenceSeconds: 0.5 });
    const gateway = await session(relay);
    gateway.send({ id: 'x', method: 'tools/call', params: { name: 'wait' } });
    gateway.send({ method: 'notifications/cancelled', params: { requestId: 'x', reason: 'enough' } });
    await until(async () => (await gateway.call('aborted')) === '1');
    expect(relay.metric('calls_total', 'cancelled')).toBe(1);
    expect(relay.metric('losses_total')).toBe(0);
  });

  test('a line that is not a message is dropped', async () => {
    const { relay } = await setUp();
    const gateway = await session(relay);
    expect(await gateway.call('garbage')).toBe('written');
    expect(relay.metric('dropped_lines_total')).toBe(1);
  });

  test('50 MB each way', async () => {
    const { relay } = await setUp({ maxMessageMiB: 0 });
    const gateway = await session(relay);
    const bytes = 50_000_000;
    expect((await gateway.call('big', { bytes })).length).toBe(bytes);
    expect(await gateway.call('length', { text: 'y'.repeat(bytes) })).toBe(String(bytes));
  });

  test('an answer that is too long is an error of its call, and of no other', async () => {
    const { relay } = await setUp({ maxMessageMiB: 2 });
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    const other = gateway.call('echo', { text: 'x'.repeat(1_900_000) });
    const length = 'mcpgen: server test: an answer of 9.5 MiB is longer than 2 MiB: ';
    await expect(gateway.call('big', { bytes: 10_000_000 })).rejects.toThrow(`${length}ask for less data, or raise`);
    expect((await other).length).toBe(1_900_000);
    expect(await gateway.call('pid')).toBe(pid);
    expect(relay.metric('bytes_total', 'to_gateway')).toBeLessThan(5_000_000);
  });

  test('a long message that can be cut off nowhere ends the connection', async () => {
    const { relay } = await setUp({ maxMessageMiB: 1 });
    const gateway = await session(relay);
    const call = gateway.request('tools/call', { name: 'number', arguments: { digits: 5_000_000 } });
    call.catch(() => undefined);
    await gateway.waitForClose();
    expect(relay.metric('bytes_total', 'to_gateway')).toBeLessThan(3_000_000);
  });

  test('who does not read is not read for', async () => {
    const { bridge, relay } = await setUp({ maxMessageMiB: 0 });
    const gateway = await session(relay);
    gateway.socket.pause();
    const call = gateway.call('big', { bytes: 50_000_000 });
    let before = -1;
    // The bytes on their way come to a halt, well before all of them are in the relay.
    await until(async () => {
      const now = relay.metric('bytes_total', 'to_gateway');
      const halted = now === before && now > 1_000_000;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return halted;
    });
    expect(before).toBeLessThan(30_000_000);
    gateway.socket.resume();
    expect((await call).length).toBe(50_000_000);
    expect(bridge.alive.length).toBeGreaterThan(0);
  });

  test('half-close: the answers that are still to come do come', async () => {
    const { bridge, relay } = await setUp({ warm: { min: 0, max: 0 } });
    const gateway = await session(relay);
    const call = gateway.call('echo', { text: 'last' });
    gateway.socket.end();
    expect(await call).toBe('last');
    await gateway.waitForClose();
    await until(() => bridge.alive.length === 0);
    expect(relay.metric('losses_total')).toBe(0);
  });

  test('a client that does not begin with initialize', async () => {
    const { relay } = await setUp();
    const gateway = open(relay);
    expect(await gateway.request('ping')).toMatchObject({ result: {} });
  });
});
