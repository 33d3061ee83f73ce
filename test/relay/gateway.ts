// The part of the gateway that the relay leads to its servers: it lists them when it starts, and one of them again when that says
// in a session that it has changed (pkg/gateway/run.go and reload.go of docker/mcp-gateway v0.43).

import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Gateway, type Message } from './harness.ts';

interface Registered {
  /** Description by the tool's name. */
  tools: Map<string, string>;
  templates: string[];
}

export class GatewayProgram {
  readonly registered = new Map<string, Registered>();
  /** Servers that were listed, in order; at the start all at once. */
  readonly refreshed: string[] = [];
  isHealthy = false;
  /** Servers that it lists no more, as it still waits for an earlier list of theirs. */
  readonly stuck = new Set<string>();
  readonly #ports: () => ReadonlyMap<string, number>;
  readonly #http: HttpServer;
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();

  private constructor(ports: () => ReadonlyMap<string, number>) {
    this.#ports = ports;
    this.#http = createServer(async (request, response) => {
      if (request.url === '/health') {
        response.writeHead(this.isHealthy ? 200 : 503).end();
        return;
      }
      if (request.headers.authorization !== 'Bearer secret') {
        response.writeHead(401).end();
        return;
      }
      const id = request.headers['mcp-session-id']?.toString();
      const transport = (id === undefined ? undefined : this.#sessions.get(id)) ?? (await this.#begin());
      await transport.handleRequest(request, response);
    });
  }

  /** `ports`: where the relay listens for each server. */
  static async start(ports: () => ReadonlyMap<string, number>): Promise<GatewayProgram> {
    const program = new GatewayProgram(ports);
    await new Promise<void>((resolve) => program.#http.listen(0, '127.0.0.1', resolve));
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as { port: number }).port}`;
  }

  get tools(): string[] {
    return [...this.registered.values()].flatMap(({ tools }) => [...tools.keys()]).toSorted();
  }

  /** Lists all servers, as at its start. */
  async list(): Promise<void> {
    for (const name of this.#ports().keys()) this.#register(name, await this.#listOne(name));
    this.isHealthy = true;
  }

  stop(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  async #begin(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.#sessions.set(id, transport),
    });
    const server = new Server({ name: 'gateway', version: '1' }, { capabilities: { tools: {}, resources: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [] }));
    server.setRequestHandler(ReadResourceRequestSchema, ({ params }) =>
      this.#pass('resources/read', params, ({ templates }) =>
        templates.some((template) => params.uri.startsWith(template.slice(0, template.indexOf('{')))),
      ),
    );
    server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
      this.#pass('tools/call', params, ({ tools }) => tools.has(params.name)),
    );
    await server.connect(transport as Parameters<Server['connect']>[0]);
    return transport;
  }

  /** Passes a request on to the server that has what it is about, on a connection of its own. */
  async #pass(method: string, params: object, has: (one: Registered) => boolean): Promise<Message> {
    const [name] = [...this.registered].find(([, one]) => has(one)) ?? [];
    if (name === undefined) throw new Error('not found');
    const connection = await this.#connect(name);
    const changed = connection.receive(({ method: sent }) => sent === 'notifications/tools/list_changed');
    const refresh = changed.then(async () => {
      if (!this.stuck.has(name)) this.#refresh(name, await this.#listOn(connection));
    });
    refresh.catch(() => undefined);
    const answer = await connection.request(method, params);
    await refresh;
    connection.socket.end();
    return answer['result'];
  }

  async #connect(name: string): Promise<Gateway> {
    const connection = new Gateway(this.#ports().get(name) ?? 0);
    await connection.initialize();
    return connection;
  }

  async #listOne(name: string): Promise<Registered> {
    const connection = await this.#connect(name);
    const lists = await this.#listOn(connection);
    connection.socket.end();
    return lists;
  }

  async #listOn(connection: Gateway): Promise<Registered> {
    const { tools } = (await connection.request('tools/list'))['result'];
    await connection.request('prompts/list');
    await connection.request('resources/list');
    const { resourceTemplates } = (await connection.request('resources/templates/list'))['result'];
    return {
      tools: new Map(tools.map((tool: Message) => [tool['name'], tool['description'] ?? ''])),
      templates: resourceTemplates.map((template: Message) => template['uriTemplate']),
    };
  }

  /** It compares names: what is known already stays as it is. */
  #refresh(name: string, now: Registered): void {
    const before = this.registered.get(name)?.tools ?? new Map<string, string>();
    this.refreshed.push(name);
    const tools = [...now.tools].map(([tool, text]) => [tool, before.get(tool) ?? text] as const);
    this.#register(name, { ...now, tools: new Map(tools) });
  }

  #register(name: string, now: Registered): void {
    for (const [other, { tools }] of this.registered) {
      const clash = other === name ? undefined : [...now.tools.keys()].find((tool) => tools.has(tool));
      if (clash !== undefined) throw new Error(`tool name collision: ${other} and ${name} have ${clash}`);
    }
    this.registered.set(name, now);
  }
}
