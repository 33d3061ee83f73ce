// The relay as a whole: a server for each name that the gateway dials, and what probes ask.

import { Admin } from './admin.ts';
import type { Config } from './config.ts';
import { KnownHandshake } from './handshake.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { RelayServer } from './server.ts';

export class Relay {
  readonly metrics = new Metrics();
  readonly servers: ReadonlyMap<string, RelayServer>;
  readonly admin: Admin;

  constructor(config: Config, log: Log) {
    const known = new KnownHandshake();
    const events = {
      waits: (server: string) => this.admin.waits(server),
      requested: (server: string, method: string | undefined) => this.admin.requested(server, method),
      toolsListed: (server: string) => this.admin.toolsListed(server),
    };
    this.servers = new Map(
      config.servers.map((server) => [server.name, new RelayServer(server, known, this.metrics, log, events)]),
    );
    this.admin = new Admin(config, [...this.servers.values()], this.metrics, log);
  }

  async listen(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.listen()));
    await this.admin.listen();
  }

  close(): void {
    this.admin.close();
    for (const server of this.servers.values()) server.close();
  }
}
