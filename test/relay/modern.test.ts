// Sessions of protocol 2026-07-28, as a gateway with a newer SDK begins them: by `server/discover`, without a handshake.

import { describe, expect, test } from 'vitest';
import { Bridge } from './bridge.ts';
import { Gateway, openGateway, type RunningRelay, startBridged, stopsAfterEach, until } from './harness.ts';
import { modernServerFile, serverFile } from './servers.ts';

const stops = stopsAfterEach();

const modern = [process.execPath, modernServerFile];
const legacy = [process.execPath, serverFile];
/** Like servers on Rust's SDK: it ends when the first request is not `initialize`. */
const touchy = [
  process.execPath,
  '-e',
  `import(${JSON.stringify(serverFile)}).then(() => process.stdin.prependOnceListener('data',
     (data) => { if (!String(data).includes('"initialize"')) process.exit(1); }))`,
];

async function setUp(
  command: readonly string[],
  env: { readonly [name: string]: string } = {},
  settings: object = {},
): Promise<{ bridge: Bridge; relay: RunningRelay }> {
  const { bridge, relay } = await startBridged(stops, { command, env }, settings);
  await until(() => relay.metric('warm') >= 1 && relay.metric('tools') > 0);
  return { bridge, relay };
}

const open = (relay: RunningRelay): Gateway => openGateway(stops, relay);

/** A session that was begun by `server/discover`; what the relay learns of the gateway by the first one, it knows for later ones. */
async function session(relay: RunningRelay): Promise<Gateway> {
  const gateway = open(relay);
  await gateway.discover();
  return gateway;
}

describe('a server of the new protocol only', () => {
  const only = { ERA: 'modern' };

  test('is found out on a process of its own, and its sessions begin warm', async () => {
    const { bridge, relay } = await setUp(modern, only);
    const [gateway] = [await session(relay)];
    await until(() => relay.metric('warm') === 1);
    const alive = bridge.alive.map(({ pid }) => String(pid));
    expect(alive).toContain(await gateway.call('pid'));
    expect(relay.metric('warm_hits_total')).toBe(1);
    expect(relay.metric('up')).toBe(1);
    expect((await gateway.request('tools/list'))['result']).toMatchObject({ resultType: 'complete', ttlMs: 0 });
  });

  test('a killed process: the call that is out fails, the next one is answered by another', async () => {
    const { bridge, relay } = await setUp(modern, only);
    const gateway = await session(relay);
    const pid = await gateway.call('pid');
    const call = gateway.call('silent').catch(String);
    await until(() => relay.metric('bytes_total', 'to_server') > 500);
    bridge.kill(Number(pid));
    expect(await call).toContain('ended with status 137');
    expect(await gateway.call('pid')).not.toBe(pid);
    expect(relay.metric('reattached_total')).toBe(1);
  });

  test('a client that asks without discovering first', async () => {
    const { relay } = await setUp(modern, only);
    const gateway = open(relay);
    gateway.isModern = true;
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
    expect(relay.metric('warm_hits_total') + relay.metric('warm_misses_total')).toBe(1);
  });

  test('a gateway that does not speak it: each call says so, and it is counted', async () => {
    const { relay } = await setUp(modern, only);
    const gateway = open(relay);
    await gateway.initialize();
    await expect(gateway.call('pid')).rejects.toThrow(
      'the server supports only protocol 2026-07-28, and this gateway does not',
    );
    expect(relay.metric('unhelped_sessions_total', 'reason="protocol"')).toBe(1);
  });
});

describe('a server of both eras', () => {
  test('is asked once, when the gateway has asked, and later sessions are of the new protocol', async () => {
    const { bridge, relay } = await setUp(modern);
    const first = open(relay);
    expect((await first.request('server/discover', first.meta))['error'].code).toBe(-32601);
    await first.initialize();
    expect(Number(await first.call('pid'))).toBeGreaterThan(0);
    await until(async () => {
      const answer = await open(relay)
        .discover()
        .catch(() => undefined);
      return answer?.['result']?.supportedVersions?.[0] === '2026-07-28';
    });
    await until(() => relay.metric('warm') === 1);
    const hits = relay.metric('warm_hits_total');
    const second = await session(relay);
    const alive = bridge.alive.map(({ pid }) => String(pid));
    expect(alive).toContain(await second.call('pid'));
    expect(relay.metric('warm_hits_total')).toBe(hits + 1);
  });
});

describe('a server of the old protocol', () => {
  test.each([
    ['any', legacy],
    ['one that ends on any request before initialize', touchy],
  ])('%s: the gateway falls back, and its sessions begin warm', async (_, command) => {
    const { bridge, relay } = await setUp(command);
    for (let count = 1; count <= 3; count++) {
      const gateway = open(relay);
      expect((await gateway.request('server/discover', gateway.meta))['error'].code).toBe(-32601);
      await gateway.initialize();
      await gateway.call('pid');
      await until(() => relay.metric('warm') >= 1);
    }
    expect(relay.metric('losses_total')).toBe(0);
    expect(relay.metric('up')).toBe(1);
    expect(relay.metric('warm_hits_total')).toBe(3);
    expect(bridge.processes.filter(({ exitCode }) => exitCode === 1).length).toBe(command === touchy ? 1 : 0);
  });
});

describe('what a session listens to', () => {
  const listening = async (relay: RunningRelay): Promise<Gateway> => {
    const gateway = await session(relay);
    gateway.send({
      id: 'listen',
      method: 'subscriptions/listen',
      params: { ...gateway.meta, notifications: { toolsListChanged: true } },
    });
    const { params } = await gateway.receive(({ method }) => method === 'notifications/subscriptions/acknowledged');
    expect(params).toMatchObject({ notifications: { toolsListChanged: true } });
    return gateway;
  };
  const changed = ({ method }: { readonly [field: string]: unknown }): boolean =>
    method === 'notifications/tools/list_changed';

  test('reaches it from its process, also after that was replaced', async () => {
    const { bridge, relay } = await setUp(modern, { ERA: 'modern' });
    const gateway = await listening(relay);
    await gateway.call('grow');
    const { params } = await gateway.receive(changed);
    expect(params._meta['io.modelcontextprotocol/subscriptionId']).toBe('listen');
    bridge.kill(Number(await gateway.call('pid')));
    await until(() => relay.metric('attached') === 0);
    await gateway.call('grow');
    await until(() => gateway.received.filter(changed).length === 2);
    expect(gateway.received.filter(({ id, method }) => id === 'listen' && !method)).toEqual([]);
  });

  test('is no call: a session that only listens is idle, and silence is no loss', async () => {
    const { relay } = await setUp(modern, { ERA: 'modern' }, { idleSeconds: 1, callSilenceSeconds: 0.3 });
    const gateway = await listening(relay);
    await gateway.call('pid');
    await until(() => relay.metric('reaped_total') === 1);
    expect(relay.metric('losses_total')).toBe(0);
    expect(Number(await gateway.call('pid'))).toBeGreaterThan(0);
  });

  test('ends when the gateway cancels it', async () => {
    const { relay } = await setUp(modern, { ERA: 'modern' });
    const gateway = await listening(relay);
    await gateway.call('pid');
    gateway.send({ method: 'notifications/cancelled', params: { requestId: 'listen', ...gateway.meta } });
    await gateway.call('grow');
    await gateway.call('pid');
    expect(gateway.received.filter(changed)).toEqual([]);
  });
});
