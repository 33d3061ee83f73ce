// What a call costs with the relay and without: first calls of sessions, and calls in two sessions that take turns, so that both see the same load.
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, startBridge, startGateway, startRelay } from '../loopback.mjs';
import { SERVERS, cpuSeconds, milliseconds, openSession, quantile, row, timed } from './common.mjs';

export async function calls(gateways, { sessions, calls: count, warmup, servers }) {
  console.log(
    row(
      'gateway',
      'server',
      'first call without',
      'with',
      'a call without',
      'with',
      'ratio',
      'processor time a call of all without',
      'of the relay',
    ),
  );
  console.log(`|${'-|'.repeat(9)}`);
  for (const [name, binary] of gateways)
    for (const protocol of servers) {
      if (name.startsWith('v0.43') && protocol === 'modern') continue; // it does not speak that protocol
      console.log(row(name, protocol, ...(await measure(binary, SERVERS[protocol], { sessions, count, warmup }))));
    }
}

async function measure(binary, server, { sessions, count, warmup }) {
  const bridge = await startBridge(server);
  const ports = [await freePort(), await freePort()];
  const relay = await startRelay({ server: bridge }, { gatewayPort: ports[0] });
  const gateways = [];
  try {
    gateways.push(await startGateway(binary, relay.ports, { port: ports[0] }));
    gateways.push(await startGateway(binary, { server: bridge.port }, { port: ports[1] }));
    const [withRelay, without] = gateways;
    const first = await firstCalls([without, withRelay], relay, sessions);
    const steady = await steadyCalls([without, withRelay], relay, { count, warmup });
    const [a, b] = steady.times;
    const ratio = quantile(
      a.map((time, index) => b[index] / time),
      0.5,
    );
    const ways = (lists) =>
      lists.map((list) => `${milliseconds(quantile(list, 0.5))}, 90 %: ${milliseconds(quantile(list, 0.9))}`);
    const micro = (seconds) => `${((seconds / count) * 1e6).toFixed(0)} µs`;
    return [...ways(first), ...ways(steady.times), ratio.toFixed(2), micro(steady.all), micro(steady.relay)];
  } finally {
    for (const gateway of gateways) await gateway.close();
    await relay.close();
    bridge.close();
  }
}

/** Milliseconds by gateway. A process of each server is ready before each. */
async function firstCalls(gateways, relay, count) {
  const lists = gateways.map(() => []);
  for (let index = 0; index < count; index++)
    for (const [way, gateway] of gateways.entries()) {
      await settled(relay);
      const session = await openSession(gateway);
      lists[way].push(await timed(() => session.call('pid')));
      await session.close();
    }
  return lists;
}

async function steadyCalls(gateways, relay, { count, warmup }) {
  const open = await Promise.all(gateways.map((gateway) => openSession(gateway)));
  const servers = [];
  for (const session of open) servers.push(Number(await session.call('pid')));
  // Programs of Node.js are slower until their code has been compiled.
  for (let index = 0; index < warmup; index++) for (const session of open) await session.call('pid');
  await settled(relay);
  const times = gateways.map(() => []);
  // Half of this process, client and bridge of both, belongs to each way.
  const used = () => cpuSeconds(gateways[0].pid) + cpuSeconds(servers[0]) + cpuSeconds(process.pid) / 2;
  const before = [used(), cpuSeconds(relay.pid)];
  for (let index = 0; index < count; index++)
    for (const [way, session] of open.entries()) times[way].push(await timed(() => session.call('pid')));
  const after = [used(), cpuSeconds(relay.pid)];
  for (const session of open) await session.close();
  return { times, all: after[0] - before[0], relay: after[1] - before[1] };
}

async function settled(relay) {
  await pause(300);
  for (let count = 0; count < 200 && (await relay.metric('warm')) < 1; count++) await pause(50);
  await pause(200);
}
