// One server: the address where the gateway finds it, its sessions and its pool.

import { createServer, type Server } from 'node:net';
import type { ServerConfig } from './config.ts';
import type { KnownHandshake } from './handshake.ts';
import { HttpUpstream } from './http-upstream.ts';
import type { Log } from './log.ts';
import { type Metrics, serverMetrics } from './metrics.ts';
import { Pool } from './pool.ts';
import { Session, type SessionContext } from './session.ts';
import { ToolWatch } from './tool-watch.ts';
import { type Dial, TcpUpstream, type Upstream, type UpstreamHandlers } from './upstream.ts';

export interface RelayEvents {
  /** The gateway has to wait for the server; gives what is to be called if it does not get it. */
  waits(server: string): () => void;
  /** The gateway asks the server for something. */
  requested(server: string, method: string | undefined): void;
  /** The gateway has got what the server says of its tools. */
  toolsListed(server: string): void;
}

export class RelayServer {
  readonly config: ServerConfig;
  readonly pool: Pool;
  readonly toolWatch: ToolWatch;
  readonly #listener: Server;
  readonly #sessions = new Set<Session>();
  readonly #log: Log;

  constructor(config: ServerConfig, known: KnownHandshake, metrics: Metrics, log: Log, events: RelayEvents) {
    this.config = config;
    this.#log = log.with({ server: config.name });
    const counts = serverMetrics(metrics, config.name);
    const closed = (): void => this.toolWatch.podLost();
    const dial: Dial = (handlers) => open(config, handlers, closed);
    this.pool = new Pool(config, dial, known, counts, this.#log);
    this.toolWatch = new ToolWatch(config, dial, known, this.#log, () => this.#notifyToolsChanged());
    const context: SessionContext = {
      name: config.name,
      settings: config,
      pool: this.pool,
      metrics: counts,
      log: this.#log,
      waits: () => events.waits(config.name),
      requested: (method) => events.requested(config.name, method),
      toolsListed: (answer, isFirstPage) => {
        if (isFirstPage) this.toolWatch.listed(answer);
        events.toolsListed(config.name);
      },
    };
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
      const session = new Session(socket, context);
      this.#sessions.add(session);
      socket.once('close', () => this.#sessions.delete(session));
    });
  }

  /** Whether somebody waits for an answer. */
  get isBusy(): boolean {
    return [...this.#sessions].some((session) => session.isBusy);
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(this.config.listen, () => {
        this.#listener.removeListener('error', reject);
        this.#listener.on('error', (error) => this.#log.error('listening failed', { reason: error.message }));
        this.pool.start();
        resolve();
      });
    });
  }

  close(): void {
    this.#listener.close();
    for (const session of this.#sessions) session.close();
    this.toolWatch.close();
    this.pool.close();
  }

  /** One session is enough: the gateway lists a server's tools for all. One that has its server process costs least. */
  #notifyToolsChanged(): void {
    const newestFirst = [...this.#sessions].toReversed();
    const [attached, detached] = [true, false].map((isAttached) =>
      newestFirst.find((session) => session.isAttached === isAttached && session.canNotify),
    );
    (attached ?? detached)?.notifyToolsChanged();
  }
}

function open(config: ServerConfig, handlers: UpstreamHandlers, closed: () => void): Upstream {
  if (config.url) return new HttpUpstream(config.url, config.headers, config.connectTimeoutSeconds * 1000, handlers);
  if (config.target) return new TcpUpstream(config.target, config.connectTimeoutSeconds * 1000, handlers, closed);
  throw new Error(`server ${config.name} has no address`);
}
