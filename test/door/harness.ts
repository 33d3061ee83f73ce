// What the tests of the door share: a door in front of an upstream, keys, clients, and raw requests.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { readConfig } from '../../door/config.ts';
import { Door } from '../../door/door.ts';
import { Log } from '../../relay/log.ts';
import { gatewayToken, Upstream } from './upstream.ts';

export { stopsAfterEach } from '../relay/harness.ts';

export const keys = { alice: 'alice'.padEnd(40, 'a'), bob: 'bob'.padEnd(40, 'b'), late: 'late'.padEnd(40, 'l') };
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

// oxlint-disable-next-line no-explicit-any -- answers are looked at by path, and a wrong path fails its test
export type Message = any;

export interface RunningDoor {
  readonly door: Door;
  readonly url: string;
  readonly logs: Message[];
  /** Folder of the keys. */
  readonly folder: string;
}

export function writeKey(folder: string, name: string, fields: object): void {
  writeFileSync(join(folder, name), JSON.stringify(fields));
}

/** A door with the keys of alice (group dev) and bob (group ops), and one that is expired. */
export async function startDoor(
  stops: (() => unknown)[],
  upstream: Upstream,
  settings: object = {},
  environment: { readonly [name: string]: string } = {},
): Promise<RunningDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-door-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  writeKey(folder, 'alice', { sha256: hash(keys.alice), groups: ['dev'] });
  writeKey(folder, 'bob', { sha256: hash(keys.bob), groups: ['ops'], expires: '2999-01-01' });
  writeKey(folder, 'late', { sha256: hash(keys.late), expires: '2020-01-01' });
  const file = {
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    gateway: upstream.url,
    hosts: ['127.0.0.1', 'localhost'],
    keys: folder,
    waitSeconds: 5,
    ...settings,
  };
  const logs: Message[] = [];
  const config = readConfig(JSON.stringify(file), { MCP_GATEWAY_AUTH_TOKEN: gatewayToken, ...environment });
  const door = new Door(config, new Log('debug', 'door', {}, (line) => logs.push(JSON.parse(line))));
  await door.listen();
  stops.push(() => door.close());
  return { door, url: `http://127.0.0.1:${door.port}/mcp`, logs, folder };
}

export async function startPair(
  stops: (() => unknown)[],
  settings: object = {},
): Promise<{ upstream: Upstream; door: RunningDoor }> {
  const upstream = await Upstream.start();
  stops.push(() => upstream.stop());
  return { upstream, door: await startDoor(stops, upstream, settings) };
}

export async function connect(stops: (() => unknown)[], url: string, key = keys.alice): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { roots: {} } });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }) as Message);
  stops.push(() => client.close());
  return client;
}

export async function call(client: Client, name: string, args: object = {}): Promise<string> {
  const result: Message = await client.callTool({ name, arguments: { ...args } }, undefined, { timeout: 20_000 });
  return result.content[0].text;
}

export const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

export interface RawAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
  readonly json: Message;
}

/** A request as it is written here: with any Host, and headers that `fetch` would not send. */
export function raw(
  url: string,
  body: unknown,
  { key = keys.alice as string, method = 'POST', headers = {}, path = '' } = {},
): Promise<RawAnswer> {
  const all = {
    accept: 'application/json, text/event-stream',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== '' && { authorization: `Bearer ${key}` }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, headers: all, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
        const isJson = /^[[{]/.test(data);
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, text, json: isJson ? JSON.parse(data) : undefined });
      });
    });
    outgoing.on('error', reject);
    const isBytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    outgoing.end(isBytes ? body : JSON.stringify(body));
  });
}

/** Opens a session by hand, and gives its id. */
export async function open(url: string, key = keys.alice): Promise<string> {
  const { headers } = await raw(url, initialize, { key });
  return String(headers['mcp-session-id']);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
