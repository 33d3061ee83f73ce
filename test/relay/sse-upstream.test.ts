// Servers that speak the older HTTP+SSE transport.

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { type Gateway, openGateway, type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();

/** The SDK's own server. */
class McpSseServer {
  readonly sessions = new Map<string, SSEServerTransport>();
  readonly requests: { readonly method: string; readonly headers: IncomingMessage['headers'] }[] = [];
  readonly http = createServer((request, response) => void this.#handle(request, response));

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ method: request.method ?? '', headers: request.headers });
    if (request.method === 'GET') return this.#begin(response);
    const id = new URL(request.url ?? '', 'http://x').searchParams.get('sessionId') ?? '';
    await this.sessions.get(id)?.handlePostMessage(request, response);
  }

  async #begin(response: ServerResponse): Promise<void> {
    const transport = new SSEServerTransport('/messages?a=b', response);
    this.sessions.set(transport.sessionId, transport);
    response.once('close', () => this.sessions.delete(transport.sessionId));
    const server = new Server({ name: 'sse', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      if (params.name === 'roots') await server.listRoots();
      const big = params.name === 'big' ? 'x'.repeat(9 << 20) : undefined;
      return { content: [{ type: 'text', text: big ?? String(params.arguments?.['text']) }] };
    });
    await server.connect(transport);
  }
}

async function relayOf(http: HttpServer, settings: object = {}): Promise<RunningRelay> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as { port: number }).port}/sse`;
  const relay = await startRelay({ sse: { url, transport: 'sse', ...settings } });
  stops.push(() => relay.close());
  stops.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return relay;
}

async function setUp(settings: object = {}): Promise<{ server: McpSseServer; relay: RunningRelay; gateway: Gateway }> {
  const server = new McpSseServer();
  const relay = await relayOf(server.http, { headers: { 'X-Key': '${TOKEN}' }, ...settings });
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  return { server, relay, gateway };
}

test('calls, with headers that are sent along each time', async () => {
  const { server, gateway } = await setUp();
  expect(await gateway.call('echo', { text: 'a\nb' })).toBe('a\nb');
  expect(await gateway.call('echo', { text: 'x'.repeat(1 << 20) })).toHaveLength(1 << 20);
  expect((await gateway.request('no/such')).error.code).toBe(-32601);
  expect(server.requests.every(({ headers }) => headers['x-key'] === 'secret')).toBe(true);
});

test('the server asks its client, in a call', async () => {
  const { gateway } = await setUp();
  const call = gateway.call('roots', { text: 'done' });
  const { id } = await gateway.receive(({ method }) => method === 'roots/list');
  gateway.send({ id, result: { roots: [] } });
  expect(await call).toBe('done');
});

test('a stream that ends is opened again', async () => {
  const { server, gateway } = await setUp({ warm: { min: 0, max: 0 }, reconnectSeconds: 20 });
  expect(await gateway.call('echo', { text: '1' })).toBe('1');
  server.http.closeAllConnections();
  await until(async () => (await gateway.call('echo', { text: '2' }).catch(() => '')) === '2');
});

test('a request that is too long fails alone, and the session ends when the gateway leaves', async () => {
  const { server, gateway } = await setUp({ warm: { min: 0, max: 0 } });
  await expect(gateway.call('echo', { text: 'x'.repeat(9 << 20) })).rejects.toThrow('the request is longer than 8 MiB');
  expect(await gateway.call('echo', { text: 'short' })).toBe('short');
  const { size } = server.sessions;
  gateway.socket.end();
  await gateway.waitForClose();
  await until(() => server.sessions.size < size);
});

const answering = (stream: string, status = 200): HttpServer =>
  createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/event-stream' }).write(stream);
  });

test.each([
  ['event: endpoint\ndata: http://127.0.0.1:9/steal\n\n', 200, 'its message endpoint has another host or port'],
  ['event: endpoint\ndata: http://[\n\n', 200, 'its message endpoint has another host or port'],
  ['nothing here', 404, 'HTTP status 404'],
  [': still here\n\n', 200, 'no endpoint event within 0.2 s'],
])('a server that is none: %j', async (stream, status, reason) => {
  const relay = await relayOf(answering(stream, status), { connectTimeoutSeconds: 0.2, initializeSeconds: 0.5 });
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  await expect(gateway.call('echo')).rejects.toThrow(reason);
});

test('a server without its Secret says so, and others serve', async () => {
  const optional = { NO_SUCH: 'the Secret docs has no value for the key token' };
  const relay = await startRelay({ docs: { url: 'http://127.0.0.1:9', initializeSeconds: 0.2, optional } });
  stops.push(() => relay.close());
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  await expect(gateway.call('echo')).rejects.toThrow('the Secret docs has no value for the key token');
  // The gateway's start does not wait for it.
  await until(async () => (await relay.get('/startz')).status === 200);
  const { servers } = JSON.parse((await relay.get('/servers')).text);
  expect(servers[0].state).toBe('failed');
});
