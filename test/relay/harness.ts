// What the tests of the relay share: a relay with a bridge behind it, and the gateway's end of a connection.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { readConfig } from '../../relay/config.ts';
import { Log } from '../../relay/log.ts';
import { Relay } from '../../relay/relay.ts';
import { Bridge, type BridgeOptions } from './bridge.ts';

export type Message = { readonly [field: string]: any };

/** What the gateway says first (docker/mcp-gateway v0.43). */
export const initializeParams = {
  protocolVersion: '2025-06-18',
  capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
  clientInfo: { name: 'docker-mcp-gateway', version: '1.0.0' },
};

export interface RunningRelay {
  readonly relay: Relay;
  readonly logs: string[];
  /** What its configuration says besides servers. */
  readonly root: { readonly [name: string]: unknown };
  port(server?: string): number;
  /** The value of a metric, summed over the labels that are not given. */
  metric(name: string, ...labels: string[]): number;
  get(path: string): Promise<{ status: number; text: string }>;
  close(): void;
}

/** Starts a relay; a server is a bridge, or an address. */
export async function startRelay(
  servers: { readonly [name: string]: { readonly bridge?: Bridge; readonly [setting: string]: unknown } },
  root: { readonly [name: string]: unknown } = {},
): Promise<RunningRelay> {
  const logs: string[] = [];
  const entries = Object.entries(servers).map(([name, { bridge, ...settings }]) => [
    name,
    { listen: '127.0.0.1:0', ...(bridge && { target: bridge.target }), ...settings },
  ]);
  const file = { listen: { metrics: '127.0.0.1:0' }, ...root, servers: Object.fromEntries(entries) };
  const log = new Log('debug', 'relay', {}, (line) => logs.push(line));
  const relay = new Relay(readConfig(JSON.stringify(file), { TOKEN: 'secret' }), log);
  await relay.listen();
  const ports = new Map([...relay.servers].map(([name, { port }]) => [name, port]));
  return {
    relay,
    logs,
    root,
    port: (server = Object.keys(servers)[0] ?? '') => ports.get(server) ?? 0,
    metric: (name, ...labels) =>
      relay.metrics
        .text()
        .split('\n')
        .filter((line) => line.startsWith(`mcpgen_relay_${name}{`) && labels.every((label) => line.includes(label)))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    get: async (path) => {
      const response = await fetch(`http://127.0.0.1:${relay.admin.port}${path}`);
      return { status: response.status, text: await response.text() };
    },
    close: () => relay.close(),
  };
}

/** What a test starts: ended after it, the last one first. */
export function stopsAfterEach(): (() => unknown)[] {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return stops;
}

/** A bridge with a relay before it, which has the one server `test`. */
export async function startBridged(
  stops: (() => unknown)[],
  options: BridgeOptions = {},
  settings: object = {},
): Promise<{ bridge: Bridge; relay: RunningRelay }> {
  const bridge = await Bridge.start(options);
  stops.push(() => bridge.stop());
  const relay = await startRelay({ test: { bridge, reconnectSeconds: 20, initializeSeconds: 20, ...settings } });
  stops.push(() => relay.close());
  return { bridge, relay };
}

/** A connection of the gateway to a server, by default the first. */
export function openGateway(stops: (() => unknown)[], relay: RunningRelay, server?: string): Gateway {
  const gateway = new Gateway(relay.port(server));
  stops.push(() => gateway.socket.destroy());
  return gateway;
}

/** The gateway's end of a connection, as `socat` sees it. */
export class Gateway {
  readonly socket: Socket;
  readonly received: Message[] = [];
  closed = false;
  /** What protocol 2026-07-28 sends along with each request. */
  readonly meta = {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'docker-mcp-gateway', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
  isModern = false;
  #rest: Buffer[] = [];
  #nextId = 1;
  #watchers: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('end', () => this.#close());
    this.socket.on('close', () => this.#close());
  }

  send(message: object): void {
    this.socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Sends a request and gives its answer. */
  request(method: string, params: object = {}): Promise<Message> {
    const id = this.#nextId++;
    this.send({ id, method, params: this.isModern ? { ...this.meta, ...params } : params });
    return this.receive((message) => message['id'] === id && !('method' in message));
  }

  async initialize(params: object = initializeParams): Promise<Message> {
    const answer = await this.request('initialize', params);
    this.send({ method: 'notifications/initialized' });
    return answer;
  }

  /** Begins as protocol 2026-07-28 does; rejects if the server does not speak it. */
  async discover(): Promise<Message> {
    const answer = await this.request('server/discover', this.meta);
    if (answer['error']) throw new Error(answer['error'].message);
    this.isModern = true;
    return answer;
  }

  /** Calls a tool and gives the text of its answer, or throws its JSON-RPC error. */
  async call(name: string, args: object = {}, meta?: object): Promise<string> {
    const answer = await this.request('tools/call', { name, arguments: args, ...(meta && { _meta: meta }) });
    if (answer['error']) throw new Error(answer['error'].message);
    return answer['result'].content[0].text;
  }

  /** The first message so far, or to come, that fits. */
  async receive(fits: (message: Message) => boolean): Promise<Message> {
    await this.#until(() => this.received.some(fits));
    return this.received.find(fits) as Message;
  }

  async waitForClose(): Promise<void> {
    await this.#until(() => this.closed);
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`waited in vain; received ${this.received.length}`)), 20_000);
      const check = (): void => {
        if (!condition()) {
          this.#watchers.push(check);
          return;
        }
        clearTimeout(limit);
        resolve();
      };
      check();
    });
  }

  #read(chunk: Buffer): void {
    this.#rest.push(chunk);
    if (!chunk.includes(0x0a)) return;
    const lines = Buffer.concat(this.#rest).toString().split('\n');
    this.#rest = [Buffer.from(lines.pop() ?? '')];
    for (const line of lines) this.received.push(JSON.parse(line));
    this.#notify();
  }

  #close(): void {
    this.closed = true;
    this.#notify();
  }

  #notify(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something holds, looking often; fails after 20 seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
