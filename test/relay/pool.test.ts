// Servers that are late, broken or gone: who waits for them, for how long, and how often they are tried.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Bridge, type BridgeOptions } from './bridge.ts';
import { Gateway, openGateway, type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';
import { serverFile } from './servers.ts';

const stops = stopsAfterEach();

async function bridgeOf(...command: string[]): Promise<Bridge> {
  const bridge = await Bridge.start(command.length > 0 ? { command } : {});
  stops.push(() => bridge.stop());
  return bridge;
}

async function relayOf(...args: Parameters<typeof startRelay>): Promise<RunningRelay> {
  const relay = await startRelay(...args);
  stops.push(() => relay.close());
  return relay;
}

const open = (relay: RunningRelay, server?: string): Gateway => openGateway(stops, relay, server);

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const bridge = await Bridge.start();
  const { port } = bridge;
  await bridge.stop();
  return port;
}

test('a server that is not there: the gateway has its answers at once, and a call an error in bounded time', async () => {
  const late = { target: `127.0.0.1:${await freePort()}`, initializeSeconds: 0.3 };
  const relay = await relayOf({ late, fine: { bridge: await bridgeOf() } });
  const gateway = open(relay, 'late');
  expect((await gateway.initialize())['result'].serverInfo.name).toBe('late');
  expect((await gateway.request('tools/list'))['result']).toEqual({ tools: [] });
  await expect(gateway.call('pid')).rejects.toThrow(
    /^mcpgen: server late: unavailable: connect failed: .*ECONNREFUSED/,
  );
  const fine = open(relay, 'fine');
  await fine.initialize();
  expect(Number(await fine.call('pid'))).toBeGreaterThan(0);
});

test('where no pod is ready, those that are not say why, and serve as soon as they can', async () => {
  const fails = 'console.error("no URL"); process.exitCode = 7';
  const bridge = await Bridge.start({ command: [process.execPath, '-e', fails], tellsLastLine: true });
  stops.push(() => bridge.stop());
  const target = `127.0.0.1:${await freePort()}`;
  const relay = await relayOf({ late: { target, unready: bridge.target, initializeSeconds: 0.3 } });
  const gateway = open(relay);
  await gateway.initialize();
  await expect(gateway.call('pid')).rejects.toThrow('start failed: the server process ended with status 7: no URL');
  bridge.command = [process.execPath, serverFile];
  await until(() => relay.metric('warm') > 0);
  expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
});

test('where neither accepts, the reason is that of the Service', async () => {
  const target = `127.0.0.1:${await freePort()}`;
  const relay = await relayOf({ late: { target, unready: 'away.invalid:4444', initializeSeconds: 0.3 } });
  const gateway = open(relay);
  await gateway.initialize();
  await expect(gateway.call('pid')).rejects.toThrow(`connect failed: connect ECONNREFUSED ${target}`);
});

test('a name without an address', async () => {
  const relay = await relayOf({ away: { target: 'away.invalid:4444', initializeSeconds: 0.3 } });
  const gateway = open(relay);
  await gateway.initialize();
  await until(() => relay.metric('failures_total', 'stage="resolve"') > 0);
  await expect(gateway.call('pid')).rejects.toThrow('unavailable: resolve failed: ');
});

test('a late server is waited for', async () => {
  const port = await freePort();
  const relay = await relayOf({ late: { target: `127.0.0.1:${port}`, initializeSeconds: 20 } });
  const gateway = open(relay);
  await gateway.initialize();
  const answer = gateway.call('pid');
  await until(() => relay.metric('connection_failures_total') >= 2);
  const bridge = await Bridge.start({ port });
  stops.push(() => bridge.stop());
  expect(Number(await answer)).toBeGreaterThan(0);
});

describe('a session whose server is away', () => {
  /** A session that has lost its server, and the port of that. */
  async function orphan(settings: object): Promise<{ relay: RunningRelay; gateway: Gateway; port: number }> {
    const bridge = await Bridge.start();
    const relay = await relayOf({ test: { bridge, reconnectSeconds: 0.2, warm: { min: 1, max: 1 }, ...settings } });
    const gateway = open(relay);
    await gateway.initialize();
    await gateway.call('pid');
    const { port } = bridge;
    await bridge.stop();
    await until(() => relay.metric('attached') === 0);
    return { relay, gateway, port };
  }

  async function comesBack(port: number, options: BridgeOptions = {}): Promise<void> {
    const bridge = await Bridge.start({ ...options, port });
    stops.push(() => bridge.stop());
  }

  test('a call fails in time, and the next one waits until it is back', async () => {
    const { gateway, port } = await orphan({});
    await expect(gateway.call('pid')).rejects.toThrow('unavailable: ');
    const waiting = gateway.call('pid');
    await comesBack(port);
    expect(Number(await waiting)).toBeGreaterThan(0);
  });

  test('a start that takes longer than a call waits is waited for by the next one', async () => {
    const { gateway, port } = await orphan({ reconnectSeconds: 1 });
    const slow = `setTimeout(() => import(${JSON.stringify(serverFile)}), 1500)`;
    await comesBack(port, { command: [process.execPath, '-e', slow] });
    await expect(gateway.call('pid')).rejects.toThrow('still starting after 1 s');
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });

  test('a server that stays away: every second call waits for it', async () => {
    const { gateway } = await orphan({ handshakeTimeoutSeconds: 6 });
    const begun = performance.now();
    for (let call = 0; call < 3; call++) await expect(gateway.call('pid')).rejects.toThrow('unavailable: ');
    expect(performance.now() - begun).toBeGreaterThan(6000);
  });

  test('one that fails to start once is tried again', async () => {
    const { gateway, port } = await orphan({});
    await expect(gateway.call('pid')).rejects.toThrow('unavailable: ');
    const waiting = gateway.call('pid');
    const marker = join(mkdtempSync(join(tmpdir(), 'mcpgen-relay-')), 'started');
    stops.push(() => rmSync(dirname(marker), { recursive: true }));
    const second = `const fs = require('node:fs');
      if (fs.existsSync(${JSON.stringify(marker)})) import(${JSON.stringify(serverFile)});
      else { fs.writeFileSync(${JSON.stringify(marker)}, ''); process.exit(1); }`;
    await comesBack(port, { command: [process.execPath, '-e', second] });
    expect(Number(await waiting)).toBeGreaterThan(0);
  });
});

describe('a server whose process ends at its start', () => {
  const dies = "console.error('no DATABASE_URL at ' + Date.now()); process.exit(7)";

  async function broken(): Promise<{ bridge: Bridge; relay: RunningRelay }> {
    const bridge = await Bridge.start({ command: [process.execPath, '-e', dies], tellsLastLine: true });
    stops.push(() => bridge.stop());
    return { bridge, relay: await relayOf({ test: { bridge, initializeSeconds: 20 } }) };
  }

  test('a call says how, with the last words of the process', async () => {
    const { relay } = await broken();
    const gateway = open(relay);
    await gateway.initialize();
    await expect(gateway.call('pid')).rejects.toThrow(
      /unavailable: start failed: the server process ended with status 7: no DATABASE_URL at \d+$/,
    );
    const { servers } = JSON.parse((await relay.get('/servers')).text);
    const failure = { stage: 'start', reason: 'the server process ended with status 7', status: 7 };
    expect(servers).toMatchObject([{ name: 'test', state: 'failed', tools: null, hidden: [], failure }]);
    expect(servers[0].failure.lastLine).toMatch(/^no DATABASE_URL at \d+$/);
    expect((await relay.get('/readyz')).text).toContain('server test: failed: start failed: ');
    expect(relay.metric('failures_total', 'stage="start"')).toBeGreaterThan(0);
    expect(relay.metric('server_state', 'state="failed"')).toBe(1);
    expect(relay.metric('up')).toBe(0);
  });

  test('it is tried less and less, and told once', async () => {
    const { bridge, relay } = await broken();
    await until(() => relay.metric('failures_total') >= 5);
    const lines = relay.logs.map((line) => JSON.parse(line));
    const times = lines.filter(({ msg }) => msg === 'failure').map(({ time }) => Date.parse(time));
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(2 * 250 * 0.8);
    expect(bridge.connections).toBeLessThan(8);
    const told = lines.filter(({ level }) => level !== 'debug');
    expect(told).toMatchObject([{ level: 'warn', msg: 'the server does not start', stage: 'start', status: 7 }]);
  });

  test('the gateway does not wait for it', async () => {
    const { relay } = await broken();
    await until(async () => (await relay.get('/startz')).status === 200);
    expect(relay.metric('up')).toBe(0);
  });

  test('once fixed it serves, and the log says so', async () => {
    const { bridge, relay } = await broken();
    await until(() => relay.metric('failures_total') >= 1);
    bridge.command = [process.execPath, serverFile];
    await until(() => relay.metric('up') === 1);
    const told = relay.logs.map((line) => JSON.parse(line)).filter(({ level }) => level !== 'debug');
    expect(told.map(({ msg }) => msg)).toEqual(['the server does not start', 'the server is serving']);
    const gateway = open(relay);
    await gateway.initialize();
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });
});

test('another reason is logged again', async () => {
  const port = await freePort();
  const relay = await relayOf({ test: { target: `127.0.0.1:${port}` } });
  await until(() => relay.logs.some((line) => line.includes('unreachable')));
  const bridge = await Bridge.start({ port, command: [process.execPath, '-e', 'process.exit(7)'] });
  stops.push(() => bridge.stop());
  await until(() => relay.logs.some((line) => line.includes('does not start')));
});

test.each([
  ['one that accepts and says nothing', 'setInterval(() => {}, 1000)', 0.3, 'no answer to initialize within 0.'],
  [
    'one that refuses',
    "process.stdin.once('data', (d) => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(d).id, error: { code: -32602, message: 'no\\u001b' } })))",
    20,
    'the server refused initialize: no',
  ],
])('a handshake that fails: %s', async (_, program, handshakeTimeoutSeconds, words) => {
  const bridge = await bridgeOf(process.execPath, '-e', program);
  const relay = await relayOf({ test: { bridge, handshakeTimeoutSeconds, initializeSeconds: 20 } });
  const gateway = open(relay);
  await gateway.initialize();
  await expect(gateway.call('pid')).rejects.toThrow(`unavailable: handshake failed: ${words}`);
});

test('a start that takes too long gets more time', async () => {
  const slow = `setTimeout(() => import(${JSON.stringify(serverFile)}), 3000)`;
  const bridge = await bridgeOf(process.execPath, '-e', slow);
  const relay = await relayOf({ test: { bridge, handshakeTimeoutSeconds: 2, warm: { min: 0, max: 0 } } });
  await until(() => relay.metric('up') === 1);
  expect(relay.metric('failures_total', 'stage="handshake"')).toBeGreaterThanOrEqual(1);
});

test('a late server is found, also when none is kept ready', async () => {
  const port = await freePort();
  const relay = await relayOf({ late: { target: `127.0.0.1:${port}`, warm: { min: 0, max: 0 } } });
  await until(() => relay.metric('connection_failures_total') >= 1);
  const bridge = await Bridge.start({ port });
  stops.push(() => bridge.stop());
  await until(async () => (await relay.get('/readyz')).status === 200);
});

test('a server that is lost in the moment of its hand-over is lost for the session', async () => {
  const goodbye = `process.stdin.once('data', (d) => {
    const answer = { jsonrpc: '2.0', id: JSON.parse(d).id, result: { protocolVersion: '2025-11-25', capabilities: {} } };
    process.stdout.write(JSON.stringify(answer) + '\\nmcpgen: the server process ended with status 1\\n');
  });`;
  const relay = await relayOf({
    test: { bridge: await bridgeOf(process.execPath, '-e', goodbye), warm: { min: 0, max: 0 } },
  });
  const gateway = open(relay);
  await gateway.initialize();
  await expect(gateway.call('pid')).rejects.toThrow('ended with status 1');
  await until(() => relay.metric('losses_total') === 1);
  expect(relay.metric('attached')).toBe(0);
});

test('a ping before the session begins is answered, log messages are kept', async () => {
  const talkative = `process.stdin.on('data', (d) => {
    for (const line of String(d).trim().split('\\n')) {
      const { id, method, result } = JSON.parse(line);
      if (result && id === 'p') say({ method: 'notifications/message', params: { level: 'info', data: 'pong' } });
      if (method === 'initialize') { say({ id, result: { protocolVersion: '2025-11-25', capabilities: {} } }); say({ id: 'p', method: 'ping' }); }
    }
  });
  const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));`;
  const relay = await relayOf({ test: { bridge: await bridgeOf(process.execPath, '-e', talkative) } });
  await until(() => relay.metric('warm') >= 1);
  const gateway = open(relay);
  await gateway.initialize();
  gateway.request('any').catch(() => undefined);
  // It may be as busy as to send the ping only now.
  const isPing = ({ id, method }: { readonly [field: string]: unknown }): boolean => method === 'ping' && id === 'p';
  gateway.receive(isPing).then(
    () => gateway.send({ id: 'p', result: {} }),
    () => undefined,
  );
  const { params } = await gateway.receive(({ method }) => method === 'notifications/message');
  expect(params.data).toBe('pong');
  expect(gateway.received[0]?.['id']).toBe(1);
});

test('readiness, start and health', async () => {
  const port = await freePort();
  const relay = await relayOf(
    { needed: { target: `127.0.0.1:${port}` }, other: { target: `127.0.0.1:${await freePort()}`, required: false } },
    { startSeconds: { required: 1000, optional: 0 } },
  );
  expect(await relay.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  await until(async () => (await relay.get('/readyz')).text.includes('ECONNREFUSED'));
  expect(await relay.get('/startz')).toMatchObject({ status: 503 });
  const bridge = await Bridge.start({ port });
  stops.push(() => bridge.stop());
  await until(async () => (await relay.get('/startz')).status === 200);
  expect(await relay.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  expect((await relay.get('/metrics')).text).toContain('mcpgen_relay_up{server="needed"} 1');
  expect((await relay.get('/nothing')).status).toBe(404);
});
