// Servers that speak streamable HTTP: the gateway's connection to them is like any other.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { Gateway, openGateway, type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();

class McpHttpServer {
  readonly sessions = new Map<string, StreamableHTTPServerTransport>();
  /** Of the session that called a tool last: the relay has sessions of its own besides. */
  called: Server | undefined;
  readonly requests: { readonly method: string; readonly headers: IncomingMessage['headers'] }[] = [];
  readonly http: HttpServer;
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
    this.http = createServer((request, response) => void this.#handle(request, response));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ method: request.method ?? '', headers: request.headers });
    const id = request.headers['mcp-session-id']?.toString();
    let transport = id === undefined ? await this.#begin() : this.sessions.get(id);
    if (transport) await transport.handleRequest(request, response);
    else response.writeHead(404).end();
    if (request.method === 'DELETE' && id !== undefined) this.sessions.delete(id);
  }

  async #begin(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      enableJsonResponse: this.#json,
      onsessioninitialized: (id) => void this.sessions.set(id, transport),
    });
    const server = new Server({ name: 'http', version: '1' }, { capabilities: { tools: {}, logging: {} } });
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
      this.called = server;
      const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
      if (params.name === 'roots') return text((await server.listRoots()).roots.map(({ uri }) => uri).join());
      if (params.name === 'big') return text('x'.repeat(9 << 20));
      if (params.name === 'log') {
        await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data: 'logged' } });
      }
      return text(String(params.arguments?.['text']));
    });
    await server.connect(transport as Parameters<Server['connect']>[0]);
    return transport;
  }
}

/** Starts it, and gives its URL. */
async function listen(http: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as { port: number }).port}/mcp`;
}

async function relayOf(url: string, settings: object = {}): Promise<RunningRelay> {
  const relay = await startRelay({ http: { url, ...settings } });
  stops.push(() => relay.close());
  return relay;
}

const open = (relay: RunningRelay): Gateway => openGateway(stops, relay);

async function setUp(json = false, settings: object = {}): Promise<{ server: McpHttpServer; relay: RunningRelay }> {
  const server = new McpHttpServer(json);
  const relay = await relayOf(await listen(server.http), { headers: { 'X-Key': '${TOKEN}' }, ...settings });
  return { server, relay };
}

async function session(relay: RunningRelay): Promise<Gateway> {
  const gateway = open(relay);
  await gateway.initialize();
  return gateway;
}

test.each([false, true])('calls, with JSON answers: %s', async (json) => {
  const { server, relay } = await setUp(json);
  const gateway = await session(relay);
  expect(await gateway.call('echo', { text: 'a\nb' })).toBe('a\nb');
  expect((await gateway.request('no/such')).error.code).toBe(-32601);
  expect(server.requests.every(({ headers }) => headers['x-key'] === 'secret')).toBe(true);
  expect(server.requests.at(-1)?.headers['mcp-protocol-version']).toBe('2025-06-18');
});

test('notifications and requests of the server, within a call and on its own stream', async () => {
  const { server, relay } = await setUp(false, { warm: { min: 0, max: 0 } });
  const gateway = await session(relay);
  expect(await gateway.call('log', { text: 'x' })).toBe('x');
  await gateway.receive(({ method }) => method === 'notifications/message');
  const call = gateway.call('roots');
  const { id } = await gateway.receive(({ method }) => method === 'roots/list');
  gateway.send({ id, result: { roots: [{ uri: 'file:///b' }] } });
  expect(await call).toBe('file:///b');
  await until(() => server.requests.some(({ method }) => method === 'GET'));
  await server.called?.sendToolListChanged();
  await server.called?.notification({ method: 'notifications/custom' });
  await gateway.receive(({ method }) => method === 'notifications/custom');
});

test('a forgotten session is reopened, and the gateway does not notice', async () => {
  const { server, relay } = await setUp(false, { warm: { min: 0, max: 0 }, reconnectSeconds: 20 });
  const gateway = await session(relay);
  expect(await gateway.call('echo', { text: '1' })).toBe('1');
  server.sessions.clear();
  await expect(gateway.call('echo', { text: '2' })).rejects.toThrow('no longer knows the session');
  expect(await gateway.call('echo', { text: '3' })).toBe('3');
});

test.each([false, true])('a message that is too long fails alone, with JSON answers: %s', async (json) => {
  const { relay } = await setUp(json, { reconnectSeconds: 20 });
  const gateway = await session(relay);
  await expect(gateway.call('big')).rejects.toThrow('mcpgen: server http: the answer is longer than 8 MiB');
  await expect(gateway.call('echo', { text: 'x'.repeat(9 << 20) })).rejects.toThrow('the request is longer than 8 MiB');
  expect(await gateway.call('echo', { text: 'short' })).toBe('short');
  expect(relay.metric('losses_total')).toBe(0);
});

test('less may be allowed', async () => {
  const { relay } = await setUp(true, { maxMessageMiB: 1 });
  const gateway = await session(relay);
  await expect(gateway.call('big')).rejects.toThrow('the answer is longer than 1 MiB: ask for less data, or raise');
});

test('a protocol version that is no header is not sent as one', async () => {
  const versions: unknown[] = [];
  const server = createServer((request, response) => {
    versions.push(request.headers['mcp-protocol-version']);
    request.once('data', (body) => {
      const { id } = JSON.parse(String(body));
      const answer = { jsonrpc: '2.0', id, result: { protocolVersion: 'v\u2028', capabilities: {} } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const gateway = open(await relayOf(await listen(server)));
  await gateway.initialize();
  await gateway.request('tools/list');
  expect(versions.filter((version) => version !== undefined)).toEqual([]);
});

test('the session is ended when the gateway leaves', async () => {
  const { server, relay } = await setUp(false, { warm: { min: 0, max: 0 } });
  const gateway = await session(relay);
  await gateway.call('echo', { text: '1' });
  gateway.socket.end();
  await gateway.waitForClose();
  await until(() => server.requests.some(({ method }) => method === 'DELETE'));
});

test('an HTTP error is the answer to its call only', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(503).end('busy'));
  });
  const gateway = open(await relayOf(await listen(server)));
  await gateway.initialize();
  await expect(gateway.call('echo')).rejects.toThrow('HTTP status 503');
});
