// A server whose next pod has other tools: the gateway, which lists them once, is told.

import { afterEach, expect, test } from 'vitest';
import { Bridge } from './bridge.ts';
import { Gateway, type RunningRelay, startRelay, until } from './harness.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A relay whose gateway has listed the tools, and a way to put another pod into the place of the server's. */
async function setUp(): Promise<{
  relay: RunningRelay;
  gateway: Gateway;
  replacePod(tools?: string): Promise<Bridge>;
}> {
  let bridge = await Bridge.start();
  const { port } = bridge;
  stops.push(() => bridge.stop());
  const relay = await startRelay({ test: { bridge, reconnectSeconds: 20 } }, { quietSeconds: 0 });
  stops.push(() => relay.close());
  const gateway = new Gateway(relay.port());
  stops.push(() => gateway.socket.destroy());
  await gateway.initialize();
  await gateway.request('tools/list');
  await until(() => relay.metric('warm') >= 1);
  const replacePod = async (tools?: string): Promise<Bridge> => {
    await bridge.stop();
    bridge = await Bridge.start({ port, ...(tools !== undefined && { env: { SERVER_TOOLS: tools } }) });
    return bridge;
  };
  return { relay, gateway, replacePod };
}

const isToolsChanged = ({ method }: { readonly [field: string]: unknown }): boolean =>
  method === 'notifications/tools/list_changed';

test('other tools: a session is told, and all is well when the gateway has listed them', async () => {
  const { relay, gateway, replacePod } = await setUp();
  await replacePod('added');
  await gateway.receive(isToolsChanged);
  expect((await relay.get('/gateway')).text).toContain('server test has other tools than when the gateway listed them');
  const { result } = await gateway.request('tools/list');
  expect(result.tools.map(({ name }: { name: string }) => name)).toContain('added');
  expect(await relay.get('/gateway')).toEqual({ status: 200, text: 'ok\n' });
});

test('nobody to tell: the gateway is to be restarted', async () => {
  const { relay, gateway, replacePod } = await setUp();
  gateway.socket.destroy();
  await until(() => relay.metric('sessions') === 0);
  await replacePod('added');
  await until(async () => (await relay.get('/gateway')).status === 503);
});

test('a call that is out keeps the gateway from being restarted', async () => {
  const { relay, gateway, replacePod } = await setUp();
  gateway.socket.destroy();
  await until(() => relay.metric('sessions') === 0);
  await replacePod('added');
  await until(async () => (await relay.get('/gateway')).status === 503);
  const other = new Gateway(relay.port());
  stops.push(() => other.socket.destroy());
  await other.initialize();
  void other.call('silent').catch(() => undefined);
  await until(async () => (await relay.get('/gateway')).status === 200);
});

test('the same tools: nobody is bothered, and nothing is left of the look', async () => {
  const { relay, gateway, replacePod } = await setUp();
  const bridge = await replacePod();
  // One that is warm, one that was asked, and one more for that.
  await until(() => bridge.processes.length >= 2 && relay.metric('warm') >= 1);
  await until(() => bridge.alive.length === relay.metric('warm'));
  expect(gateway.received.filter(isToolsChanged)).toEqual([]);
  expect((await relay.get('/gateway')).status).toBe(200);
});

test('a process that ended is no other pod', async () => {
  const { relay, gateway } = await setUp();
  const looked = relay.metric('warm_hits_total') + relay.metric('warm_misses_total');
  await expect(gateway.call('exit')).rejects.toThrow('ended with status 3');
  await gateway.call('pid');
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(relay.metric('warm_hits_total') + relay.metric('warm_misses_total')).toBe(looked + 1);
});
