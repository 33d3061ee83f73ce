// A server that comes late, or whose next pod has other tools: the gateway, which lists servers once, lists that one again.

import { expect, test } from 'vitest';
import { Bridge } from './bridge.ts';
import { GatewayProgram } from './gateway.ts';
import { type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();

interface Fixture {
  relay: RunningRelay;
  gateway: GatewayProgram;
  /** Puts another pod into the place of a server's. */
  replace(name: string, tools?: string, description?: string): Promise<Bridge>;
}

const optionsOf = (tools?: string, description = ''): { env: { [name: string]: string } } => ({
  env: { SERVER_DESCRIPTION: description, ...(tools !== undefined && { SERVER_ONLY: tools }) },
});

/** A relay with servers that have these tools, all of them listed by the gateway; undefined: nobody is there yet. */
async function setUp(servers: { readonly [name: string]: string | undefined }): Promise<Fixture> {
  const bridges = new Map<string, Bridge>();
  for (const [name, tools] of Object.entries(servers)) bridges.set(name, await Bridge.start(optionsOf(tools)));
  stops.push(() => Promise.all([...bridges.values()].map((bridge) => bridge.stop())));
  const targets = [...bridges].map(([name, { target }]) => [name, { target, connectTimeoutSeconds: 1 }]);
  for (const [name, tools] of Object.entries(servers)) if (tools === undefined) await bridges.get(name)?.stop();
  const ports = (): ReadonlyMap<string, number> =>
    new Map(Object.keys(servers).map((name) => [name, relay.port(name)]));
  const gateway = await GatewayProgram.start(ports);
  stops.push(() => gateway.stop());
  const { url } = gateway;
  const relay: RunningRelay = await startRelay(Object.fromEntries(targets), {
    gateway: { url: `${url}/mcp`, health: `${url}/health`, headers: { Authorization: 'Bearer ${TOKEN}' } },
  });
  stops.push(() => relay.close());
  await until(() => relay.metric('warm') >= Object.values(servers).filter((tools) => tools !== undefined).length);
  await until(() =>
    Object.entries(servers).every(([name, tools]) => tools === undefined || relay.metric('tools', `"${name}"`) > 0),
  );
  await gateway.list();
  const replace = async (name: string, tools?: string, description?: string): Promise<Bridge> => {
    const old = bridges.get(name);
    const port = Number(old?.target.split(':').at(-1));
    if (old?.isOpen) await old.stop();
    const bridge = await Bridge.start({ ...optionsOf(tools, description), port });
    bridges.set(name, bridge);
    return bridge;
  };
  return { relay, gateway, replace };
}

test('a late server: the gateway starts without it, and has its tools when it comes', async () => {
  const { gateway, relay, replace } = await setUp({ late: undefined, other: 'pid' });
  expect(gateway.tools).toEqual(['pid']);
  expect(gateway.registered.get('late')?.templates).toEqual(['mcpgen-relay:late/{action}']);
  await replace('late', 'echo');
  await until(() => gateway.tools.join() === 'echo,pid');
  expect(gateway.refreshed).toEqual(['late']);
  expect(gateway.registered.get('late')?.templates).toEqual([]);
  await until(() => relay.metric('refreshes_total', 'ok') === 1);
  expect(relay.metric('refreshes_total', 'failed')).toBe(0);
});

test('another pod with other tools, and another text for one of the same', async () => {
  const { gateway, replace } = await setUp({ test: 'echo,pid' });
  await replace('test', 'pid,length', 'new');
  await until(
    () => gateway.tools.join() === 'length,pid' && gateway.registered.get('test')?.tools.get('pid') === 'new',
  );
});

test('a name goes from one server to another', async () => {
  const { gateway, relay, replace } = await setUp({ a: 'echo,pid', b: 'echo,length' });
  expect(gateway.registered.get('b')?.tools.has('echo')).toBe(false);
  expect(relay.metric('hidden_names', '"b"')).toBe(1);
  expect(JSON.parse((await relay.get('/servers')).text).servers[1]).toMatchObject({ tools: 1, hidden: ['echo'] });
  const told = relay.logs.map((line) => JSON.parse(line)).filter(({ msg }) => msg.includes('is hidden from clients'));
  expect(told).toMatchObject([{ server: 'b', other: 'a', names: 'echo', remedy: 'set servers.b.prefix' }]);
  await replace('a', 'pid');
  await until(() => gateway.registered.get('b')?.tools.has('echo') === true);
  await replace('a', 'echo,pid');
  await until(() => gateway.registered.get('a')?.tools.has('echo') === true);
  expect(gateway.registered.get('b')?.tools.has('echo')).toBe(false);
});

test('the same tools: the gateway is not bothered, and no process is left of the look', async () => {
  const { gateway, relay, replace } = await setUp({ test: 'pid' });
  const bridge = await replace('test', 'pid');
  await until(() => bridge.processes.length >= 2 && relay.metric('warm') >= 1);
  await until(() => bridge.alive.length === relay.metric('warm'));
  expect(gateway.refreshed).toEqual([]);
  expect(relay.metric('refreshes_total')).toBe(0);
});

test('a server that the gateway does not list again holds up no other', async () => {
  const { gateway, relay, replace } = await setUp({ a: 'echo,pid,length,big', b: 'roots' });
  gateway.stuck.add('a');
  await replace('a', 'echo,pid,length,big,exit');
  await replace('b', 'roots,log');
  await until(() => relay.metric('tools', '"b"') === 2);
  await until(() => gateway.tools.includes('log'));
  await until(() => relay.logs.some((line) => line.includes('did not request its lists; restart the gateway')));
  expect(gateway.tools).not.toContain('exit');
});

test('a relay that was restarted: the gateway has the tools that there are', async () => {
  const { gateway, relay, replace } = await setUp({ test: 'pid' });
  const target = (await replace('test', 'echo,pid')).target;
  relay.close();
  const again = await startRelay({ test: { target, listen: `127.0.0.1:${relay.port()}` } }, relay.root);
  stops.push(() => again.close());
  await until(() => gateway.tools.join() === 'echo,pid');
});

test('a server that is away keeps its tools', async () => {
  const { gateway, relay, replace } = await setUp({ a: 'echo', b: 'pid' });
  const bridge = await replace('a', 'echo');
  await bridge.stop();
  await until(() => relay.metric('up', '"a"') === 0);
  await gateway.list();
  expect(gateway.tools).toEqual(['echo', 'pid']);
});
