// The relay as a whole: one server for each name that the gateway connects to, what they offer, and the admin endpoints.

import { Admin } from './admin.ts';
import type { Config } from './config.ts';
import { drained } from './drain.ts';
import { isGatewayHealthy } from './gateway-health.ts';
import { GatewayWatch } from './gateway-watch.ts';
import { KnownHandshake } from './handshake.ts';
import { Listings } from './listings.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { Refresh } from './refresh.ts';
import { RelayServer } from './server.ts';
import { Traces } from './traces.ts';
import { version } from './version.ts';

export class Relay {
  readonly metrics = new Metrics();
  readonly servers: ReadonlyMap<string, RelayServer>;
  readonly admin: Admin;
  readonly #refresh: Refresh;
  readonly #watch: GatewayWatch;
  readonly #traces: Traces | undefined;

  constructor(config: Config, log: Log) {
    const { metrics } = this;
    const known = new KnownHandshake();
    const listings: Listings = new Listings(config.servers, config.toolDefinitions, log, {
      changed: () => {
        for (const server of this.servers.values()) server.countOffer();
        refresh.request();
      },
      answered: (server) => refresh.answered(server),
    });
    const isHealthy = (): Promise<boolean | undefined> => isGatewayHealthy(config.gatewayHealth);
    const refresh = new Refresh({ gateway: config.gateway, listings, isHealthy, metrics, log });
    this.#refresh = refresh;
    this.#watch = new GatewayWatch(isHealthy, metrics);
    const about = 'The versions of mcpgen and of Node.js, as labels.';
    metrics.gauge('mcpgen_relay_build_info', about, { version, node: process.version }).set(1);
    this.#traces = config.traces && new Traces(config.traces, metrics, log);
    const shared = { known, listings, refresh, metrics, traces: this.#traces, log };
    this.servers = new Map(config.servers.map((server) => [server.name, new RelayServer(server, shared)]));
    this.admin = new Admin(config, [...this.servers.values()], listings, metrics);
  }

  async listen(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.listen()));
    await this.admin.listen();
    this.#watch.start();
  }

  /** After `close`: what is known of the last calls is sent. */
  async flush(): Promise<void> {
    await this.#traces?.flush();
  }

  /** Accepts no new sessions, and waits for running calls, at most this long. */
  async drain(limitMs: number): Promise<void> {
    const servers = [...this.servers.values()];
    for (const server of servers) server.stopListening();
    await drained(
      servers.flatMap(({ sessions }) => sessions),
      limitMs,
    );
  }

  close(): void {
    this.admin.close();
    this.#watch.close();
    this.#refresh.close();
    for (const server of this.servers.values()) server.close();
  }
}
