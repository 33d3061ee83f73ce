// The door as a whole: its parts, its start and its end.

import { createServer, type Server } from 'node:http';
import type { Log } from '../relay/log.ts';
import { Metrics } from '../relay/metrics.ts';
import { Authenticator } from './authenticator.ts';
import { Calls } from './calls.ts';
import type { Config } from './config.ts';
import { Departure } from './departure.ts';
import { Endpoint } from './endpoint.ts';
import { Entrance } from './entrance.ts';
import { Gateway } from './gateway.ts';
import { Keys } from './keys.ts';
import { Limiter } from './limiter.ts';
import { Owners } from './owners.ts';
import { Peers } from './peers.ts';
import { Policy } from './policy.ts';
import { Seal } from './seal.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';

export class Door {
  readonly metrics = new Metrics('door');
  readonly departure: Departure;
  readonly #config: Config;
  readonly #gateway: Gateway;
  readonly #keys: Keys;
  readonly #sessions: Sessions;
  readonly #owners: Owners;
  readonly #peers: Peers;
  readonly #http: Server;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#gateway = new Gateway(config.gateway, config.gatewayToken);
    this.#keys = new Keys(config.keys, log);
    const { issuers, limits, idleSeconds, maxAgeSeconds } = config;
    const tokens = issuers.length > 0 ? new Tokens(config.resource, issuers, log) : undefined;
    const sessionLimits = { perUser: limits.sessions, idleSeconds, maxAgeSeconds };
    this.#sessions = new Sessions(sessionLimits, new Seal(config.gatewayToken), this.#gateway, config.pod, log);
    this.#peers = new Peers(config.peers, config.pod);
    this.#owners = new Owners(config.relay, config.tools, log);
    this.#http = createHttp(limits);
    this.departure = new Departure(this.#http);
    const shared = {
      gateway: this.#gateway,
      waitMs: config.waitSeconds * 1000,
      maxAnswer: limits.answerMiB << 20,
    };
    const policy = new Policy(config.rules, this.#owners);
    const calls = new Calls({
      ...shared,
      policy,
      limiter: new Limiter(limits.callsPerMinute),
      callsPerMinute: limits.callsPerMinute,
      stateful: config.stateful,
      metrics: this.metrics,
      log,
    });
    const endpoint = new Endpoint({
      ...shared,
      calls,
      policy,
      sessions: this.#sessions,
      peers: this.#peers,
      maxBody: limits.bodyKiB * 1024,
      ending: this.departure.ending,
    });
    const authenticator = new Authenticator(this.#keys, tokens, config);
    const entrance = new Entrance(config, authenticator, endpoint, this.metrics, log);
    this.#http.on('request', (request, response) => {
      this.departure.watch(response);
      void entrance.serve(request, response);
    });
  }

  async listen(): Promise<void> {
    this.#keys.start();
    this.#sessions.start();
    this.#owners.start();
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(this.#config.listen, resolve);
    });
  }

  /** What Prometheus reads. */
  metricsText(): string {
    this.metrics.gauge('mcpgen_door_sessions', 'Open sessions in this pod.').set(this.#sessions.size);
    return this.metrics.text();
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Releases idle sessions. */
  sweep(): void {
    this.#sessions.sweep();
  }

  /** Lets another pod take over, and running calls finish. */
  async drain(ms: number, lead?: number): Promise<void> {
    const takeOver = (deadline: number): Promise<void> =>
      this.#sessions.size > 0 ? this.#peers.takeOver(deadline) : Promise.resolve();
    await this.departure.go(ms, takeOver, lead);
  }

  close(): void {
    this.#keys.close();
    this.#sessions.close();
    this.#owners.close();
    this.#http.close();
    this.#http.closeAllConnections();
    this.#gateway.close();
    this.#peers.close();
  }
}

function createHttp({ connections, headerKiB, requestSeconds }: Config['limits']): Server {
  const requestTimeout = requestSeconds * 1000;
  const http = createServer({
    maxHeaderSize: headerKiB * 1024,
    headersTimeout: Math.min(10_000, requestTimeout),
    requestTimeout,
    connectionsCheckingInterval: 2000,
    keepAliveTimeout: 75_000,
  });
  http.maxConnections = connections;
  return http;
}
