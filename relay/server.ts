// One server: the address where the gateway finds it, its sessions and its pool.

import { createServer, type Server } from 'node:net';
import type { ServerConfig } from './config.ts';
import type { KnownHandshake } from './handshake.ts';
import { HttpUpstream } from './http-upstream.ts';
import type { Log } from './log.ts';
import { type Metrics, serverMetrics } from './metrics.ts';
import { Pool } from './pool.ts';
import { Session, type SessionContext } from './session.ts';
import { TcpUpstream, type Upstream, type UpstreamHandlers } from './upstream.ts';

export interface RelayEvents {
  /** The gateway has to wait for the server; gives what is to be called if it does not get it. */
  waits(server: string): () => void;
  /** The gateway asks the server for something. */
  requested(server: string, method: string | undefined): void;
}

export class RelayServer {
  readonly config: ServerConfig;
  readonly pool: Pool;
  readonly #listener: Server;
  readonly #sessions = new Set<Session>();
  readonly #log: Log;

  constructor(config: ServerConfig, known: KnownHandshake, metrics: Metrics, log: Log, events: RelayEvents) {
    this.config = config;
    this.#log = log.with({ server: config.name });
    const counts = serverMetrics(metrics, config.name);
    this.pool = new Pool(config, (handlers) => open(config, handlers), known, counts, this.#log);
    const context: SessionContext = {
      name: config.name,
      settings: config,
      pool: this.pool,
      metrics: counts,
      log: this.#log,
      waits: () => events.waits(config.name),
      requested: (method) => events.requested(config.name, method),
    };
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
      const session = new Session(socket, context);
      this.#sessions.add(session);
      socket.once('close', () => this.#sessions.delete(session));
    });
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
    this.pool.close();
  }
}

function open(config: ServerConfig, handlers: UpstreamHandlers): Upstream {
  if (config.url) return new HttpUpstream(config.url, config.headers, config.connectTimeoutSeconds * 1000, handlers);
  if (config.target) return new TcpUpstream(config.target, config.connectTimeoutSeconds * 1000, handlers);
  throw new Error(`server ${config.name} has no address`);
}
