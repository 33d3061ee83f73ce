// Memory and times of a server of protocol 2026-07-28 whose sessions have a process each, or share a few.
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, startBridge, startGateway, startRelay } from '../loopback.mjs';
import { SERVERS, memoryMB, milliseconds, openSession, quantile, row, timed } from './common.mjs';

const SESSIONS = 50;
const BOUNDS = [0, 1, 2, 4, 8];
const ACTIVE_MS = 15_000;

export async function sharing(gateways) {
  console.log(
    row(
      'gateway',
      'shared processes',
      'processes',
      'memory',
      'first call',
      '50 idle: processes',
      'memory',
      '50 active: processes',
      'memory',
      'a call',
      'calls/s',
      'memory of the relay',
    ),
  );
  console.log(`|${'-|'.repeat(12)}`);
  for (const [name, binary] of gateways)
    for (const bound of BOUNDS) console.log(row(name, bound, ...(await measure(binary, bound))));
}

async function measure(binary, sharedProcesses) {
  const bridge = await startBridge(SERVERS.modern);
  const gatewayPort = await freePort();
  const relay = await startRelay({ server: bridge }, { gatewayPort, defaults: { sharedProcesses } });
  const gateway = await startGateway(binary, relay.ports, { port: gatewayPort });
  const usage = () => [bridge.pids().length, `${memoryMB(bridge.pids()).toFixed(0)} MB`];
  try {
    await pause(3000);
    const before = usage();
    const sessions = [];
    const first = [];
    for (let index = 0; index < SESSIONS; index++) {
      const session = await openSession(gateway);
      first.push(await timed(() => session.call('pid')));
      sessions.push(session);
    }
    await pause(3000);
    const idle = usage();
    const times = [];
    const end = Date.now() + ACTIVE_MS;
    const use = async (session) => {
      while (Date.now() < end) times.push(await timed(() => session.call('pid')));
    };
    const active = pause(ACTIVE_MS - 1000).then(usage);
    await Promise.all(sessions.map(use));
    const busy = await active;
    const rate = (times.length / ACTIVE_MS) * 1000;
    const relayMemory = `${memoryMB([relay.pid]).toFixed(0)} MB`;
    const spread = (list) => [0.5, 0.99].map((share) => milliseconds(quantile(list, share))).join(', 99 %: ');
    for (const session of sessions) await session.close();
    return [...before, spread(first), ...idle, ...busy, spread(times), rate.toFixed(0), relayMemory];
  } finally {
    await gateway.close();
    await relay.close();
    bridge.close();
  }
}
