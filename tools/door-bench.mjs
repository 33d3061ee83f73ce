// `npm run bench:door -- --gateway FILE`: figures, not tests: what the door adds to a call, and what clients notice when the gateway restarts.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect as connectTcp } from 'node:net';
import { ROOT, start } from './common.mjs';
import { soak } from './door-soak.mjs';
import { TOKEN, freePort, startBridge, startGateway, startRelay } from './loopback.mjs';
import { call, connect, connectModern, keyOf, startDoor } from './loopback-door.mjs';

const HELP = `npm run bench:door -- --gateway FILE [--calls N] [--idle N] [--clients N]
npm run bench:door -- soak --gateway FILE [--minutes N] [--clients N]

Runs the gateway (a binary of docker-mcp), the relay, a server and the door on loopback. Prints a table in Markdown with the time of a call,
calls per second and memory, directly and through the door, also by clients of protocol 2026-07-28; then what idle connections cost, and what
clients of the door notice when the gateway restarts.

With soak: clients of both protocols, with keys of two groups, call with short pauses, while the gateway is killed or restarted about every
30 seconds. Prints what became of the calls and sessions, and the memory and sockets of the door. Status 1 if a session was lost, a call failed
again when it was repeated, or a group could use or see other tools than its own.

  --gateway FILE   the gateway
  --calls N        calls of each client (default: 300)
  --idle N         connections that do nothing (default: 1000)
  --clients N      clients at once in the second round, and at the restart (default: 8);
                   with soak, of each protocol in each group (default: 3)
  --minutes N      how long the soak lasts (default: 20)
`;
const KEY = keyOf('bench');

await start(main);

async function main() {
  const options = {
    gateway: { type: 'string' },
    calls: { type: 'string', default: '300' },
    clients: { type: 'string' },
    idle: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '20' },
    help: { type: 'boolean' },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, ...more] = positionals;
  if (values.help || !values.gateway || more.length > 0 || !['soak', undefined].includes(command))
    return void console.log(HELP);
  if (command === 'soak') {
    const [minutes, clients] = [Number(values.minutes), Number(values.clients ?? 3)];
    return soak({ binary: values.gateway, minutes, clients });
  }
  const [calls, count] = [Number(values.calls), Number(values.clients ?? 8)];
  const bridge = await startBridge({ command: [process.execPath, join(ROOT, 'test/relay/server.mjs')] });
  const port = await freePort();
  const relay = await startRelay({ server: bridge }, { gatewayPort: port });
  let gateway = await startGateway(values.gateway, relay.ports, { port });
  const door = await startDoor(gateway.url, ['bench']);
  console.log('| way | clients | p50, ms | p99, ms | calls/s |\n| --- | --- | --- | --- | --- |');
  for (const clients of [1, count])
    for (const [way, url, token, open] of [
      ['direct', gateway.url, TOKEN, connect],
      ['door', door.url, KEY, connect],
      ['door, 2026-07-28', door.url, KEY, connectModern],
    ])
      console.log(`| ${way} | ${clients} | ${await measure(url, token, clients, calls, open)} |`);
  console.log(`memory of the door: ${door.memory()} MB after ${2 * calls * (1 + count)} calls`);
  await idle(door, Number(values.idle));

  const modern = await connectModern(door.url, KEY);
  const clients = await Promise.all(Array.from({ length: count }, () => connect(door.url, KEY)));
  const outcomes = { good: 0, failed: [], over: false };
  const loops = clients.map((client) => callUntil(client, outcomes));
  await pause(1000);
  const before = outcomes.good;
  const end = Date.now();
  await gateway.close();
  gateway = await startGateway(values.gateway, relay.ports, { port });
  const up = Date.now();
  while (outcomes.good - before < count * 4) await pause(5);
  console.log(
    `restart: the gateway was away for ${up - end} ms, and ${Date.now() - up} ms later ${count * 4} calls were good`,
  );
  outcomes.over = true;
  await Promise.all(loops);
  const lost = (await Promise.allSettled(clients.map((client) => call(client)))).filter(
    ({ status }) => status === 'rejected',
  );
  const again = await call(modern).then(
    () => 'answered',
    (error) => error.message,
  );
  console.log(`a client of 2026-07-28 after the restart: ${again}`);
  await modern.close();
  console.log(
    `calls good ${outcomes.good}, failed ${outcomes.failed.length} of ${count} clients, sessions lost ${lost.length}`,
  );
  for (const text of new Set(outcomes.failed)) console.log(`  ${text}`);
  await Promise.all(clients.map((client) => client.close()));
  await door.close();
  await gateway.close();
  await relay.close();
  bridge.close();
}

/** Connections on which one request was answered, and nothing comes after it. */
async function idle(door, count) {
  const before = door.memory();
  const { hostname, port } = new URL(door.url);
  const open = () =>
    new Promise((resolve, reject) => {
      const socket = connectTcp(Number(port), hostname);
      socket.once('error', reject);
      socket.once('data', () => resolve(socket));
      socket.write(`GET /nothing HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    });
  const sockets = [];
  while (sockets.length < count) sockets.push(...(await Promise.all(Array.from({ length: 50 }, open))));
  const after = door.memory();
  const client = await connect(door.url, KEY);
  await call(client);
  await client.close();
  console.log(`${sockets.length} idle connections: ${before} MB before, ${after} MB with them, and a call is answered`);
  for (const socket of sockets) socket.destroy();
}

async function measure(url, token, count, calls, open) {
  const clients = await Promise.all(Array.from({ length: count }, () => open(url, token)));
  await Promise.all(clients.map((client) => call(client)));
  const times = [];
  const begin = performance.now();
  const loop = async (client) => {
    for (let n = 0; n < calls; n++) {
      const at = performance.now();
      await call(client);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(clients.map(loop));
  const rate = (count * calls * 1000) / (performance.now() - begin);
  await Promise.all(clients.map((client) => client.close()));
  times.sort((a, b) => a - b);
  return [times[times.length >> 1], times[Math.floor(times.length * 0.99)], rate]
    .map((one) => one.toFixed(1))
    .join(' | ');
}

async function callUntil(client, outcomes) {
  while (!outcomes.over) {
    try {
      await call(client);
      outcomes.good++;
    } catch (error) {
      outcomes.failed.push(error.message);
    }
  }
}
