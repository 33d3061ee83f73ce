// A deployment on loopback, of real parts as processes: bridges that start servers, the relay, and a gateway that is given as a binary.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT, oneOf } from './common.mjs';

export const TOKEN = 'loopback';
const RELAY = join(ROOT, 'chart/files/relay.mjs');

/** Each connection starts the command, and hears as from the chart's wrapper when the process has ended; `kill` ends all of them. */
export async function startBridge({ command, env = {} }) {
  const children = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const child = spawn(command[0], command.slice(1), {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.add(child);
    for (const stream of [socket, child.stdin, child]) stream.on('error', () => undefined);
    socket.on('data', (chunk) => child.stdin.write(chunk));
    socket.on('end', () => child.stdin.end());
    socket.on('close', () => child.stdin.end());
    child.stdout.on('data', (chunk) => socket.write(chunk));
    child.on('close', (code) => {
      children.delete(child);
      socket.write(`\nmcpgen: the server process ended with status ${code ?? 137}\n`);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    pids: () => [...children].map(({ pid }) => pid),
    killOne: () => oneOf([...children])?.kill('SIGKILL'),
    kill: () => children.forEach((child) => child.kill('SIGKILL')),
    close() {
      server.close();
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

/** The relay in front of bridges by name, told where the gateway will be. Its ports by name, and its metrics. */
export async function startRelay(bridges, { gatewayPort, defaults = {}, program = RELAY, nodeOptions = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-loopback-'));
  const metricsPort = await freePort();
  const ports = {};
  for (const name of Object.keys(bridges)) ports[name] = await freePort();
  const gateway = gatewayPort && {
    url: `http://127.0.0.1:${gatewayPort}/mcp`,
    health: `http://127.0.0.1:${gatewayPort}/health`,
    headers: { Authorization: `Bearer ${TOKEN}` },
  };
  const servers = Object.fromEntries(
    Object.entries(bridges).map(([name, { port }]) => [
      name,
      { listen: `127.0.0.1:${ports[name]}`, target: `127.0.0.1:${port}` },
    ]),
  );
  const file = join(folder, 'config.json');
  const config = { listen: { metrics: `127.0.0.1:${metricsPort}` }, gateway, logLevel: 'warn', defaults, servers };
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [...nodeOptions, program, file], {
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  const url = `http://127.0.0.1:${metricsPort}`;
  await ready(`${url}/startz`, child);
  return {
    ports,
    url,
    pid: child.pid,
    metric: async (name) => sum(await (await fetch(`${url}/metrics`)).text(), `mcpgen_relay_${name}`),
    async close() {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/** The gateway in static mode, long-lived; it dials `mcp-NAME` by socat, which a script of that name leads to `ports`. */
export async function startGateway(binary, ports, { port, longLived = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'mcpgen-loopback-'));
  const catalogs = join(home, '.docker/mcp/catalogs');
  mkdirSync(catalogs, { recursive: true });
  const registry = Object.fromEntries(
    Object.keys(ports).map((name) => [name, { type: 'server', image: `${name}:1`, longLived }]),
  );
  writeFileSync(join(catalogs, 'catalog.yaml'), JSON.stringify({ registry }));
  const cases = Object.entries(ports).map(
    ([name, to]) => `TCP:mcp-${name}:4444) exec "$socat" STDIO TCP:127.0.0.1:${to} ;;`,
  );
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\nsocat=$(PATH=\${PATH#*:} command -v socat)\ncase $2 in\n${cases.join('\n')}\nesac\nexit 1\n`;
  writeFileSync(join(bin, 'socat'), script);
  chmodSync(join(bin, 'socat'), 0o755);
  const args = ['gateway', 'run', '--transport=streaming', `--port=${port}`, '--static=true', '--catalog=catalog.yaml'];
  args.push('--secrets=/dev/null', `--servers=${Object.keys(ports).join()}`);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, MCP_GATEWAY_AUTH_TOKEN: TOKEN };
  const child = spawn(binary, args, {
    env: { ...env, DOCKER_MCP_IN_CONTAINER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
  await ready(`http://127.0.0.1:${port}/health`, child, () => log);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    pid: child.pid,
    log: () => log,
    async close() {
      await end(child);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function ready(url, child, log = () => '') {
  for (const limit = Date.now() + 60_000; ;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}: ${log()}`);
    if (Date.now() > limit) throw new Error(`${url} is not ready after 60 s: ${log()}`);
    await pause(50);
  }
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function sum(text, name) {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
}
