// The gateway's end for the tests of the door: the SDK's own server behind the gateway's token, which can go away and come back.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

export const gatewayToken = 'the-token-of-the-gateway';

export class Upstream {
  readonly seen: IncomingHttpHeaders[] = [];
  /** Parameters of each `initialize`. */
  readonly opened: unknown[] = [];
  readonly calls: string[] = [];
  /** Tools whose calls were cancelled. */
  readonly cancelled: string[] = [];
  /** Called with the name of each tool, before it is answered. */
  onCall: (name: string) => Promise<void> = async () => undefined;
  /** Called before a list of tools is given. */
  onList: () => Promise<void> = async () => undefined;
  tools = ['echo', 'add', 'slow', 'fail', 'big'];
  readonly sessions = new Map<string, StreamableHTTPServerTransport>();
  readonly #servers = new Set<Server>();
  #http: HttpServer | undefined;
  port = 0;

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    await upstream.start();
    return upstream;
  }

  async start(): Promise<void> {
    const http = createServer(async (request, response) => {
      this.seen.push(request.headers);
      if (request.headers.authorization !== `Bearer ${gatewayToken}`) {
        response.writeHead(401).end('Unauthorized');
        return;
      }
      const id = request.headers['mcp-session-id']?.toString();
      const known = id === undefined ? undefined : this.sessions.get(id);
      if (id !== undefined && !known) {
        response.writeHead(404).end('session not found');
        return;
      }
      const transport = known ?? (await this.#begin());
      await transport.handleRequest(request, response);
    });
    this.#http = http;
    await new Promise<void>((resolve) => http.listen(this.port, '127.0.0.1', resolve));
    this.port = (http.address() as { port: number }).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  /** As when the gateway's container ends: its sessions are gone. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#http?.close(resolve));
    this.#http?.closeAllConnections();
    await closed;
    this.sessions.clear();
  }

  /** Says to all sessions that the tools are others. */
  async change(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.sendToolListChanged().catch(() => undefined)));
  }

  async #begin(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.sessions.set(id, transport),
      onsessionclosed: (id) => void this.sessions.delete(id),
    });
    const server = new Server(
      { name: 'upstream', version: '1' },
      { capabilities: { tools: { listChanged: true }, prompts: {}, resources: {}, logging: {} } },
    );
    server.oninitialized = () => this.opened.push({ ...server.getClientVersion(), ...server.getClientCapabilities() });
    server.setRequestHandler(ListToolsRequestSchema, async () => {
      await this.onList();
      return { tools: this.tools.map((name) => ({ name, inputSchema: { type: 'object' as const } })) };
    });
    server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [{ name: 'greet' }] }));
    server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [{ uri: 'note://one', name: 'one' }] }));
    server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => ({
      contents: [{ uri, text: 'text' }],
    }));
    server.setRequestHandler(
      CallToolRequestSchema,
      async ({ params: { name, arguments: args, _meta } }, { sendNotification, signal }) => {
        this.calls.push(name);
        signal.addEventListener('abort', () => this.cancelled.push(name));
        await this.onCall(name);
        if (name === 'slow') await pause(300);
        const { progressToken } = _meta ?? {};
        if (progressToken !== undefined)
          await sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
        if (name === 'fail') return { isError: true, content: [{ type: 'text' as const, text: 'failed' }] };
        if (name === 'big') return { content: [{ type: 'text' as const, text: 'x'.repeat(Number(args?.['length'])) }] };
        if (name === 'add')
          await sendNotification({ method: 'notifications/message', params: { level: 'info', data: 'adding' } });
        return { content: [{ type: 'text' as const, text: JSON.stringify(args ?? {}) }] };
      },
    );
    this.#servers.add(server);
    await server.connect(transport as Parameters<Server['connect']>[0]);
    return transport;
  }
}
