// What probes and Prometheus ask the relay over HTTP, and whether the gateway has missed a server at its start.

import { createServer, get, type Server } from 'node:http';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { Method } from './messages.ts';
import type { Metrics } from './metrics.ts';
import type { RelayEvents, RelayServer } from './server.ts';

/**
 * The gateway looks for tools once, at its start. A server that it does not get then is missing until it is restarted, which
 * `/gateway` asks for when the server is there and nobody is using the gateway.
 */
export class Admin implements RelayEvents {
  readonly #config: Config;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #servers: readonly RelayServer[];
  readonly #missed = new Set<string>();
  readonly #startedAt = Date.now();
  #lastRequestAt = 0;
  #started = false;
  readonly #http: Server;

  constructor(config: Config, servers: readonly RelayServer[], metrics: Metrics, log: Log) {
    this.#config = config;
    this.#servers = servers;
    this.#metrics = metrics;
    this.#log = log;
    this.#http = createServer((request, response) => {
      void this.#answer(request.url ?? '').then(({ status, text }) => {
        response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
      });
    });
  }

  listen(): Promise<void> {
    const address = this.#config.metrics;
    if (!address) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(address, resolve);
    });
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  waits(server: string): () => void {
    // Asked now, as the gateway may have started by the time that it gives up. In a session, a server that is away for a
    // moment is no reason for anything: the gateway has its tools.
    const healthy = this.#gatewayIsHealthy();
    return () => {
      void healthy.then((wasHealthy) => {
        if (wasHealthy !== false) return;
        this.#missed.add(server);
        this.#log.warn('the gateway starts without this server', { server });
      });
    };
  }

  requested(server: string, method: string | undefined): void {
    this.#lastRequestAt = Date.now();
    // Missed until it is answered: the gateway takes an error for a server without tools.
    if (method === Method.toolsList) this.#missed.add(server);
  }

  toolsListed(server: string): void {
    this.#missed.delete(server);
  }

  async #answer(path: string): Promise<{ status: number; text: string }> {
    if (path === '/metrics') return { status: 200, text: this.#metrics.text() };
    if (path === '/healthz') return { status: 200, text: 'ok\n' };
    if (path === '/readyz') return verdict(this.#missing((server) => server.config.required));
    if (path === '/startz') return verdict(this.#startMissing());
    if (path === '/gateway') return verdict(await this.#gatewayProblems());
    return { status: 404, text: 'not found\n' };
  }

  #missing(counts: (server: RelayServer) => boolean): string[] {
    return this.#servers
      .filter((server) => counts(server) && !server.pool.reachable)
      .map(({ config, pool }) => `server ${config.name} is not reachable: ${pool.lastError}`);
  }

  /** What the gateway's start still waits for. Once it has started, nothing. */
  #startMissing(): string[] {
    if (this.#started) return [];
    const seconds = (Date.now() - this.#startedAt) / 1000;
    const { required, optional } = this.#config.startSeconds;
    const missing = this.#missing(
      ({ config }) => seconds < (config.required ? required : Math.min(optional, required)),
    );
    this.#started = missing.length === 0;
    return missing;
  }

  async #gatewayProblems(): Promise<string[]> {
    if ((await this.#gatewayIsHealthy()) === false) return ['the gateway is not healthy'];
    const isQuiet = Date.now() - this.#lastRequestAt >= this.#config.quietSeconds * 1000;
    if (!isQuiet || this.#servers.some(({ isBusy }) => isBusy)) return [];
    return this.#servers
      .filter(({ pool }) => pool.reachable)
      .flatMap(({ config: { name }, toolWatch }) => {
        if (this.#missed.has(name)) return `the gateway has not got the tools of server ${name}, which is there now`;
        return toolWatch.isStale ? `server ${name} has other tools than when the gateway listed them` : [];
      });
  }

  /** Undefined: not known. */
  #gatewayIsHealthy(): Promise<boolean | undefined> {
    const url = this.#config.gatewayHealth;
    if (!url) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const request = get(url, { timeout: 2000 }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      request.once('timeout', () => request.destroy());
      request.once('error', () => resolve(false));
      request.once('close', () => resolve(false));
    });
  }
}

function verdict(problems: readonly string[]): { status: number; text: string } {
  return problems.length === 0 ? { status: 200, text: 'ok\n' } : { status: 503, text: `${problems.join('\n')}\n` };
}
