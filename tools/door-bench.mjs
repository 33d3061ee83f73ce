// `npm run bench:door -- --gateway FILE`: figures, not tests: what the door adds to a call, and what clients notice when the gateway restarts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect as connectTcp } from 'node:net';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ROOT, start } from './common.mjs';
import { TOKEN, freePort, startBridge, startGateway, startRelay } from './loopback.mjs';

const HELP = `npm run bench:door -- --gateway FILE [--calls N] [--clients N]

Runs the gateway (a binary of docker-mcp), the relay, a server and the door on loopback. Prints a table in Markdown with the time of a call,
calls per second and memory, directly and through the door, also by clients of protocol 2026-07-28; then what idle connections cost, and what
clients of the door notice when the gateway restarts.

  --gateway FILE   the gateway
  --calls N        calls of each client (default: 300)
  --idle N         connections that do nothing (default: 1000)
  --clients N      clients at once in the second round, and at the restart (default: 8)
`;
const KEY = 'bench'.padEnd(40, 'b');

await start(main);

async function main() {
  const options = {
    gateway: { type: 'string' },
    calls: { type: 'string', default: '300' },
    clients: { type: 'string', default: '8' },
    idle: { type: 'string', default: '1000' },
    help: { type: 'boolean' },
  };
  const { values } = parseArgs({ options });
  if (values.help || !values.gateway) return void console.log(HELP);
  const [calls, count] = [Number(values.calls), Number(values.clients)];
  const bridge = await startBridge({ command: [process.execPath, join(ROOT, 'test/relay/server.mjs')] });
  const port = await freePort();
  const relay = await startRelay({ server: bridge }, { gatewayPort: port });
  let gateway = await startGateway(values.gateway, relay.ports, { port });
  const door = await startDoor(gateway.url);
  console.log('| way | clients | p50, ms | p99, ms | calls/s |\n| --- | --- | --- | --- | --- |');
  for (const clients of [1, count])
    for (const [way, url, token, open] of [
      ['direct', gateway.url, TOKEN, connect],
      ['door', door.url, KEY, connect],
      ['door, 2026-07-28', door.url, KEY, connectModern],
    ])
      console.log(`| ${way} | ${clients} | ${await measure(url, token, clients, calls, open)} |`);
  console.log(`memory of the door: ${memory(door.pid)} MB after ${2 * calls * (1 + count)} calls`);
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
  const lost = (await Promise.allSettled(clients.map((client) => echo(client)))).filter(
    ({ status }) => status === 'rejected',
  );
  const again = await echo(modern).then(
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

async function startDoor(gateway) {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-door-'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const keys = mkdtempSync(join(folder, 'keys-'));
  writeFileSync(join(keys, 'bench'), JSON.stringify({ sha256, groups: ['bench'] }));
  const limits = { callsPerMinute: 1_000_000, sessions: 100 };
  const listen = { listen: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` };
  const config = { ...listen, gateway, hosts: ['127.0.0.1'], keys, limits, waitSeconds: 60 };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [join(ROOT, 'chart/files/door.mjs'), join(folder, 'config.json')], {
    env: { ...process.env, MCP_GATEWAY_AUTH_TOKEN: TOKEN },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => undefined))?.ok) await pause(50);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    pid: child.pid,
    async close() {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

async function connect(url, token) {
  const client = new Client({ name: 'door-bench', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

async function connectModern(url, token) {
  const client = new ModernClient(
    { name: 'door-bench', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new ModernTransport(new URL(url), { requestInit }));
  return client;
}

function echo(client) {
  const request = { name: 'echo', arguments: { text: 'x' } };
  const options = { timeout: 120_000 };
  return client instanceof ModernClient
    ? client.callTool(request, options)
    : client.callTool(request, undefined, options);
}

/** Connections on which one request was answered, and nothing comes after it. */
async function idle(door, count) {
  const before = memory(door.pid);
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
  const after = memory(door.pid);
  const client = await connect(door.url, KEY);
  await echo(client);
  await client.close();
  console.log(`${sockets.length} idle connections: ${before} MB before, ${after} MB with them, and a call is answered`);
  for (const socket of sockets) socket.destroy();
}

async function measure(url, token, count, calls, open) {
  const clients = await Promise.all(Array.from({ length: count }, () => open(url, token)));
  await Promise.all(clients.map(echo));
  const times = [];
  const begin = performance.now();
  const loop = async (client) => {
    for (let n = 0; n < calls; n++) {
      const at = performance.now();
      await echo(client);
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
      await echo(client);
      outcomes.good++;
    } catch (error) {
      outcomes.failed.push(error.message);
    }
  }
}

function memory(pid) {
  const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kB) / 1024);
}
