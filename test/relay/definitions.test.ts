// Recorded definitions of tools: a server that says something else offers nothing where that is enforced.

import { expect, test } from 'vitest';
import { hashDefinition } from '../../generator/definitions/definition.ts';
import { Bridge } from './bridge.ts';
import { openGateway, type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();

/** A server with two tools, of which these definitions were recorded; undefined: none were. */
async function start(
  mode: string,
  recorded: { readonly [tool: string]: string } | undefined,
  settings: object = {},
): Promise<RunningRelay> {
  const bridge = await Bridge.start({ env: { SERVER_ONLY: 'pid,echo', SERVER_DESCRIPTION: 'as it was' } });
  stops.push(() => bridge.stop());
  const relay = await startRelay(
    { test: { bridge, ...settings, ...(recorded && { toolDefinitions: recorded }) } },
    { toolDefinitions: mode },
  );
  stops.push(() => relay.close());
  await until(() => relay.metric('up') === 1 && relay.metric('tools') + relay.metric('hidden_names') > 0);
  return relay;
}

async function toolsOf(relay: RunningRelay): Promise<readonly { name: string }[]> {
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  const answer = await gateway.request('tools/list');
  return (answer['result'] as { tools: { name: string }[] }).tools;
}

/** What is recorded of the tools as they are. */
async function record(): Promise<{ [tool: string]: string }> {
  const tools = await toolsOf(await start('off', undefined));
  expect(tools.map(({ name }) => name).toSorted()).toEqual(['echo', 'pid']);
  return Object.fromEntries(
    tools.map((tool) => [
      tool.name,
      hashDefinition(tool.name, tool as { name: string; [field: string]: unknown }).definition,
    ]),
  );
}
const linesOf = (relay: RunningRelay): { [field: string]: unknown }[] =>
  relay.logs
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg.includes('differ from their recorded definitions'));

test('as recorded: all is offered, and nothing is said', async () => {
  const relay = await start('enforce', await record());
  expect(await toolsOf(relay)).toHaveLength(2);
  expect(relay.metric('changed_tools')).toBe(0);
  expect(linesOf(relay)).toEqual([]);
});

test('changed, or more than was recorded', async () => {
  const { echo = '' } = await record();
  const other = `sha256:${'0'.repeat(64)}`;
  const enforced = await start('enforce', { echo, pid: other });
  expect(await toolsOf(enforced)).toEqual([]);
  expect(enforced.metric('changed_tools')).toBe(1);
  expect(linesOf(enforced)).toMatchObject([{ server: 'test', mode: 'enforce', count: 1, names: 'pid' }]);

  const warned = await start('warn', { echo });
  expect(await toolsOf(warned)).toHaveLength(2);
  expect(warned.metric('changed_tools')).toBe(1);
  expect(linesOf(warned)).toMatchObject([{ server: 'test', mode: 'warn', names: 'pid' }]);

  const off = await start('off', { echo });
  expect(await toolsOf(off)).toHaveLength(2);
  expect(off.metric('changed_tools')).toBe(0);
});

test('what is not offered anyway is not compared', async () => {
  const { echo = '' } = await record();
  const relay = await start('enforce', { echo }, { allowTools: ['echo'] });
  expect(await toolsOf(relay)).toHaveLength(1);
  expect(relay.metric('changed_tools')).toBe(0);
});
