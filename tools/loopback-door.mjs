// The door on loopback, as a process, and clients of both protocols that come to it with keys.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ROOT } from './common.mjs';
import { TOKEN, freePort } from './loopback.mjs';

/** The key of a group: each group has one. */
export const keyOf = (group) => group.padEnd(40, '-');

/** The door in front of a gateway, with a key for each group; `settings` are added to its configuration. */
export async function startDoor(gateway, groups, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-door-'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const keys = mkdtempSync(join(folder, 'keys-'));
  for (const group of groups) {
    const sha256 = createHash('sha256').update(keyOf(group)).digest('hex');
    writeFileSync(join(keys, group), JSON.stringify({ sha256, groups: [group] }));
  }
  const limits = { callsPerMinute: 1_000_000, sessions: 100 };
  const listen = { listen: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` };
  const url = `http://127.0.0.1:${port}/mcp`;
  const config = {
    ...listen,
    resource: url,
    gateway,
    hosts: ['127.0.0.1'],
    keys,
    limits,
    waitSeconds: 60,
    ...settings,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [join(ROOT, 'chart/files/door.mjs'), join(folder, 'config.json')], {
    env: { ...process.env, MCP_GATEWAY_AUTH_TOKEN: TOKEN },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => undefined))?.ok) await pause(50);
  return {
    url,
    /** In MB. */
    memory() {
      const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kB) / 1024);
    },
    /** Its connections, and the ports that it listens on. */
    sockets() {
      const files = `/proc/${child.pid}/fd`;
      const links = readdirSync(files).map((name) => readlinkSync(join(files, name)));
      return links.filter((link) => link.startsWith('socket:')).length;
    },
    async close() {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

export async function connect(url, token) {
  const client = new Client({ name: 'door-bench', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

export async function connectModern(url, token) {
  const client = new ModernClient(
    { name: 'door-bench', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new ModernTransport(new URL(url), { requestInit }));
  return client;
}

/** Calls a tool; the answer to `echo` is compared with what was sent. */
export async function call(client, name = 'echo', text = 'x') {
  const request = { name, arguments: { text } };
  const options = { timeout: 120_000 };
  const modern = client instanceof ModernClient;
  const result = await (modern ? client.callTool(request, options) : client.callTool(request, undefined, options));
  if (result.isError || (name === 'echo' && result.content[0]?.text !== text))
    throw new Error(`${name} answered ${JSON.stringify(result)}`);
}
