// The relay's HTTP endpoints for probes, people and Prometheus.

import { createServer, type Server } from 'node:http';
import { isUnreached } from './failure.ts';
import type { Config } from './config.ts';
import { drained } from './drain.ts';
import type { Listings } from './listings.ts';
import { kinds } from './lists.ts';
import type { Metrics } from './metrics.ts';
import type { RelayServer } from './server.ts';

/** While servers start one after another, the next may take this long; the start no longer waits for unreachable ones then. */
const graceMs = 10_000;
const maxDrainSeconds = 3600;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export class Admin {
  readonly #config: Config;
  readonly #metrics: Metrics;
  readonly #servers: readonly RelayServer[];
  readonly #listings: Listings;
  readonly #startedAt = Date.now();
  #started = false;
  readonly #http: Server;

  constructor(config: Config, servers: readonly RelayServer[], listings: Listings, metrics: Metrics) {
    this.#config = config;
    this.#servers = servers;
    this.#listings = listings;
    this.#metrics = metrics;
    this.#http = createServer(async (request, response) => {
      // Not by URL, which throws for what anybody may send.
      const [path = '', query] = (request.url ?? '').split('?');
      const { status, type, text } = path === '/drain' ? await this.#drain(query) : this.#answer(path);
      response.writeHead(status, { 'content-type': type }).end(text);
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

  /** When the running calls are answered, or `seconds` are over. */
  async #drain(query: string | undefined): Promise<Answer> {
    const seconds = Math.min(maxDrainSeconds, Number(new URLSearchParams(query).get('seconds')) || 0);
    const sessions = this.#servers.flatMap((server) => server.sessions);
    const left = await drained(sessions, seconds * 1000);
    return left === 0 ? plain(200, 'ok\n') : plain(503, `calls without an answer: ${left}\n`);
  }

  #answer(path: string): Answer {
    if (path === '/metrics') return plain(200, this.#metrics.text());
    if (path === '/healthz') return plain(200, 'ok\n');
    if (path === '/readyz')
      return verdict(this.#problems(({ config, status }) => config.required && status.state !== 'serving'));
    if (path === '/startz') return verdict(this.#startProblems());
    if (path === '/servers')
      return { status: 200, type: 'application/json', text: `${JSON.stringify(this.#report())}\n` };
    if (path === '/offers')
      return { status: 200, type: 'application/json', text: `${JSON.stringify(this.#offers())}\n` };
    return plain(404, 'not found\n');
  }

  #problems(counts: (server: RelayServer) => boolean): string[] {
    return this.#servers
      .filter(counts)
      .map(({ config, status }) => `server ${config.name}: ${status.state}${status.reason && `: ${status.reason}`}`);
  }

  /** What the gateway's start still waits for. Once it has started, nothing. */
  #startProblems(): string[] {
    if (this.#started) return [];
    const { required, optional } = this.#config.startSeconds;
    const passedMs = Date.now() - this.#startedAt;
    const serving = this.#servers.filter(({ status }) => status.state === 'serving');
    const isLate = serving.length > 0 && serving.every(({ status }) => Date.now() - status.since.getTime() > graceMs);
    const waits = ({ config, isSettled, status }: RelayServer): boolean =>
      !isSettled &&
      !(isLate && status.state === 'unreachable') &&
      passedMs < 1000 * (config.required ? required : Math.min(optional, required));
    const problems = this.#problems(waits);
    this.#started = problems.length === 0;
    return problems;
  }

  /** Names that the gateway knows, by server and kind: the door asks whose they are. */
  #offers(): object {
    const idsOf = (name: string): object => {
      const { offered } = this.#listings.offer(name);
      return Object.fromEntries(kinds.map((kind) => [kind, offered[kind].map(({ id }) => id)]));
    };
    return Object.fromEntries(this.#servers.map(({ config: { name } }) => [name, idsOf(name)]));
  }

  #report(): object {
    const servers = this.#servers.map(({ config: { name, required, look }, status: { state, since, failure } }) => {
      const { offered, hidden } = this.#listings.offer(name);
      return {
        name,
        state,
        required,
        tools: this.#listings.has(name) ? offered.tool.length : null,
        since: since.toISOString(),
        failure: failure
          ? {
              stage: failure.stage,
              reason: failure.reason,
              status: failure.status ?? null,
              lastLine: failure.lastLine ?? null,
              look: isUnreached(failure.stage) ? look : null,
              at: failure.at.toISOString(),
            }
          : null,
        hidden: hidden.map((entry) => entry.name),
      };
    });
    return { servers };
  }
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; version=0.0.4; charset=utf-8', text };
}

function verdict(problems: readonly string[]): Answer {
  return problems.length === 0 ? plain(200, 'ok\n') : plain(503, `${problems.join('\n')}\n`);
}
