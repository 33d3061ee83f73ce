// A server that says its lists have changed is asked for them first; the gateway hears of it only if they have.

import { expect, test } from 'vitest';
import { Bridge } from './bridge.ts';
import { GatewayProgram } from './gateway.ts';
import { openGateway, type RunningRelay, startBridged, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();
const changed = ({ method }: { readonly [field: string]: unknown }): boolean =>
  method === 'notifications/tools/list_changed';

test('without a change, the gateway hears nothing', async () => {
  const { relay } = await startBridged(stops);
  await until(() => relay.metric('tools') > 0);
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  await gateway.call('shout');
  // By then, what the server said before has been looked at.
  await gateway.call('shout');
  await gateway.request('tools/list');
  expect(gateway.received.filter(changed)).toEqual([]);
  await gateway.call('grow');
  await gateway.receive(changed);
  const { tools } = (await gateway.request('tools/list'))['result'];
  expect(tools.map(({ name }: { name: string }) => name)).toContain('grown');
});

test('a client that leaves at once: the gateway lists the server in a session of the relay', async () => {
  const bridge = await Bridge.start();
  stops.push(() => bridge.stop());
  const program = await GatewayProgram.start(() => new Map([['test', relay.port()]]));
  stops.push(() => program.stop());
  const { url } = program;
  const gateway = { url: `${url}/mcp`, health: `${url}/health`, headers: { Authorization: 'Bearer ${TOKEN}' } };
  const relay: RunningRelay = await startRelay({ test: { bridge } }, { gateway });
  stops.push(() => relay.close());
  await until(() => relay.metric('tools') > 0);
  await program.list();
  const session = openGateway(stops, relay);
  await session.initialize();
  await session.call('grow');
  await until(() => relay.logs.some((line) => line.includes('listed the servers again')));
  expect(session.received.filter(changed)).toEqual([]);
  expect(program.tools).toContain('grown');
});
