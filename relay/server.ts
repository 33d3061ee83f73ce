// One server: the address where the gateway finds it, its sessions, its pool and its state.

import { createServer, type Server } from 'node:net';
import { callFields } from './call-log.ts';
import type { CallObserver } from './calls.ts';
import type { ServerConfig } from './config.ts';
import type { Busy } from './drain.ts';
import { Eras } from './eras.ts';
import { standIn, type Handshake, type KnownHandshake } from './handshake.ts';
import { HttpUpstream } from './http-upstream.ts';
import { NoUpstream } from './no-upstream.ts';
import { Lister } from './lister.ts';
import type { Listings } from './listings.ts';
import type { Log } from './log.ts';
import { type Metrics, type ServerMetrics, serverMetrics } from './metrics.ts';
import { Pool } from './pool.ts';
import type { Refresh } from './refresh.ts';
import { Session, type SessionContext, type Unhelped } from './session.ts';
import { Sharing } from './sharing.ts';
import { SseUpstream } from './sse-upstream.ts';
import { ServerStatus } from './status.ts';
import type { Traces } from './traces.ts';
import { type Dial, TcpUpstream, type Upstream, type UpstreamHandlers } from './upstream.ts';

/** What all servers have in common. */
export interface Shared {
  readonly known: KnownHandshake;
  readonly listings: Listings;
  readonly refresh: Refresh;
  readonly metrics: Metrics;
  readonly traces: Traces | undefined;
  readonly log: Log;
}

/**
 * A server is asked again what it offers so long after a pod was lost: all connections of a pod are lost together, and the
 * sessions that lost theirs have precedence; and a rollout of several pods takes longer than the first one.
 */
const looksMs = [3000, 30_000, 120_000];
const maxGreetings = 8;

export class RelayServer {
  readonly config: ServerConfig;
  readonly status: ServerStatus;
  readonly #metrics: ServerMetrics;
  readonly #shared: Shared;
  readonly #pool: Pool;
  readonly #processes: Sharing;
  readonly #lister: Lister;
  readonly #listener: Server;
  readonly #sessions = new Set<Session>();
  readonly #log: Log;
  readonly #eras: Eras;
  /** The server's own answers to the handshakes that are known, by their keys. */
  readonly #greetings = new Map<string, string>();
  readonly #unhelped = new Set<Unhelped>();
  #lookTimers: readonly NodeJS.Timeout[] = [];

  constructor(config: ServerConfig, shared: Shared) {
    this.config = config;
    this.#shared = shared;
    this.#log = shared.log.with({ server: config.name });
    this.#metrics = serverMetrics(shared.metrics, config.name);
    this.#metrics.required.set(config.required ? 1 : 0);
    this.status = new ServerStatus(config.look, this.#metrics, this.#log);
    this.#lister = new Lister(config.handshakeTimeoutSeconds * 1000, {
      wanted: () => this.#pool.fill(),
      listed: (lists) => shared.listings.learn(config.name, lists),
      failed: (loss) => {
        this.#log.warn('could not list what the server offers', { reason: loss.reason });
        this.status.noted('handshake', loss);
      },
    });
    // A series that comes with its first event has not increased.
    for (const reason of ['opening', 'protocol'] as const) this.#metrics.unhelped(reason).add(0);
    for (const reason of ['lost', 'silent'] as const) this.#metrics.losses(reason).add(0);
    this.#eras = new Eras(shared.known, config.target !== undefined);
    const dial: Dial = (handlers) => open(config, handlers, () => this.#podLost());
    this.#pool = new Pool({
      settings: config,
      dial,
      known: shared.known,
      eras: this.#eras,
      metrics: this.#metrics,
      status: this.status,
      lister: this.#lister,
      served: ({ key }, result) => {
        // Of those that are known for now, not of all that there ever were.
        if (this.#greetings.size >= maxGreetings) this.#greetings.clear();
        this.#greetings.set(key, result);
      },
    });
    this.#processes = new Sharing(this.#pool, config, this.#metrics);
    const context = this.#sessionContext();
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
      const session = new Session(socket, context);
      this.#sessions.add(session);
      socket.once('close', () => this.#sessions.delete(session));
    });
  }

  /** Whether there is nothing to wait for: the gateway has what the server offers. */
  get isSettled(): boolean {
    return this.#shared.listings.has(this.config.name) || this.status.state === 'failed' || this.#lister.hasFailed;
  }

  get sessions(): readonly Busy[] {
    return [...this.#sessions];
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
        this.#pool.fill();
        resolve();
      });
    });
  }

  /** What the gateway can have of the server may be something else. */
  countOffer(): void {
    const { offered, hidden, changed } = this.#shared.listings.offer(this.config.name);
    this.#metrics.knowTools(offered.tool.map((tool) => tool.name));
    this.#metrics.hidden.set(hidden.length);
    this.#metrics.changedTools.set(changed.length);
  }

  /** The gateway finds it no more; the sessions that there are go on. */
  stopListening(): void {
    this.#listener.close();
  }

  close(): void {
    for (const timer of this.#lookTimers) clearTimeout(timer);
    this.#listener.close();
    for (const session of this.#sessions) session.close();
    this.#lister.close();
    this.#processes.close();
    this.#pool.close();
  }

  #sessionContext(): SessionContext {
    const { listings, refresh } = this.#shared;
    return {
      name: this.config.name,
      settings: this.config,
      pool: this.#pool,
      processes: this.#processes,
      metrics: this.#metrics,
      status: this.status,
      log: this.#log,
      listings,
      canRefresh: refresh.isPossible,
      renames: this.config.prefix !== undefined,
      greeting: (handshake) => this.#greet(handshake),
      discovery: (handshake) => this.#discover(handshake),
      observe: (session) => this.#observe(session),
      unhelped: (reason) => this.#tellUnhelped(reason),
      isOwn: (request, reply) => {
        const isOwn = refresh.isOwn(this.config.name, request, reply);
        // Clients learn that the server has changed: what they ask for now is worth waiting for.
        if (isOwn) for (const session of this.#sessions) session.waitForServer();
        return isOwn;
      },
    };
  }

  /** The call log, at level debug, and traces. */
  #observe(session: string): CallObserver | undefined {
    const { traces } = this.#shared;
    const log = this.#log.writes('debug') ? this.#log.with({ session }) : undefined;
    if (!log && !traces) return undefined;
    const place = { server: this.config.name, session };
    return (call) => {
      log?.debug('call', callFields(call));
      traces?.ended(call, place);
    };
  }

  /** Whether the server is there or not: the gateway must not wait for it. */
  #greet(handshake: Handshake): string {
    this.#shared.known.learn(handshake);
    if (this.#eras.isModernOnly) this.#tellUnhelped('protocol');
    return this.#greetings.get(handshake.key) ?? standIn(handshake, this.config.name);
  }

  #discover(handshake: Handshake): string | undefined {
    this.#shared.known.learn(handshake);
    return this.#eras.speaksModern ? this.#greetings.get(handshake.key) : undefined;
  }

  /** Counts each one and logs the first, so that it is not missed that a server becomes slow or unusable. */
  #tellUnhelped(reason: Unhelped): void {
    this.#metrics.unhelped(reason).add(1);
    if (this.#unhelped.has(reason)) return;
    this.#unhelped.add(reason);
    this.#log.warn('the relay does not support a session', { reason: unhelpedWords[reason] });
  }

  /** A connection was closed at the other end: the server's pod may be another one from now on. */
  #podLost(): void {
    for (const timer of this.#lookTimers) clearTimeout(timer);
    this.#lookTimers = looksMs.map((ms) =>
      setTimeout(() => {
        this.#eras.doubt();
        this.#lister.look();
      }, ms),
    );
  }
}

const unhelpedWords: { readonly [reason in Unhelped]: string } = {
  opening:
    'its first message is neither initialize nor server/discover, nor of protocol 2026-07-28, which this server supports',
  protocol: 'the server supports only protocol 2026-07-28, and this gateway does not',
};

function open(config: ServerConfig, handlers: UpstreamHandlers, podLost: () => void): Upstream {
  const { name, url, transport, headers, problem, target, unready, connectTimeoutSeconds, maxMessageMiB } = config;
  const limits = {
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    maxLength: maxMessageMiB > 0 ? maxMessageMiB * 2 ** 20 : Infinity,
  };
  if (problem !== undefined) return new NoUpstream({ reason: problem, isFinal: true }, handlers);
  const Http = transport === 'sse' ? SseUpstream : HttpUpstream;
  if (url) return new Http(url, headers, limits, handlers, `server ${name}: `);
  if (target) return new TcpUpstream({ target, unready }, limits, handlers, podLost);
  throw new Error(`server ${name} has no address`);
}
