// The door as a whole: takes requests, asks who makes them, and leads them to the gateway.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../relay/log.ts';
import { Metrics } from '../relay/metrics.ts';
import { admit, type Headers, preflight } from './admission.ts';
import { Answer } from './answer.ts';
import { Calls } from './calls.ts';
import { Authenticator } from './authenticator.ts';
import { readBody } from './body.ts';
import type { Caller } from './caller.ts';
import type { Config } from './config.ts';
import { serveElsewhere } from './elsewhere.ts';
import { Gateway, isLost } from './gateway.ts';
import { Keys } from './keys.ts';
import { Limiter } from './limiter.ts';
import { type ClientMessage, readMessage } from './message.ts';
import { Owners } from './owners.ts';
import { Peers } from './peers.ts';
import { Policy } from './policy.ts';
import { metadataPaths, metadataText } from './metadata.ts';
import { ErrorCode, Refusal, refuse } from './refusal.ts';
import { Seal } from './seal.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { listen } from './stream.ts';
import { Tokens } from './tokens.ts';

export class Door {
  readonly metrics = new Metrics('door');
  readonly #config: Config;
  readonly #log: Log;
  readonly #gateway: Gateway;
  readonly #keys: Keys;
  readonly #authenticator: Authenticator;
  readonly #sessions: Sessions;
  readonly #owners: Owners;
  readonly #peers: Peers;
  readonly #calls: Calls;
  readonly #http: Server;
  readonly #ending = new AbortController();

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#gateway = new Gateway(config.gateway, config.gatewayToken);
    this.#keys = new Keys(config.keys, log);
    const { issuers } = config;
    const tokens = issuers.length > 0 ? new Tokens(config.resource, issuers, log) : undefined;
    this.#authenticator = new Authenticator(this.#keys, tokens, config);
    const { limits, idleSeconds, maxAgeSeconds } = config;
    const sessionLimits = { perUser: limits.sessions, idleSeconds, maxAgeSeconds };
    this.#sessions = new Sessions(sessionLimits, new Seal(config.gatewayToken), this.#gateway, config.pod, log);
    this.#peers = new Peers(config.peers, config.pod);
    this.#owners = new Owners(config.relay, config.tools, log);
    this.#calls = new Calls({
      gateway: this.#gateway,
      waitMs: config.waitSeconds * 1000,
      maxAnswer: limits.answerMiB << 20,
      policy: new Policy(config.rules, this.#owners),
      limiter: new Limiter(limits.callsPerMinute),
      callsPerMinute: limits.callsPerMinute,
      stateful: config.stateful,
      metrics: this.metrics,
      log,
    });
    const requestTimeout = limits.requestSeconds * 1000;
    this.#http = createServer({
      maxHeaderSize: limits.headerKiB * 1024,
      headersTimeout: Math.min(10_000, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: 2000,
      keepAliveTimeout: 75_000,
    });
    this.#http.maxConnections = limits.connections;
    this.#http.on('request', (request, response) => void this.#serve(request, response));
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
    this.metrics.gauge('mcpgen_door_sessions', 'Sessions that this door carries.').set(this.#sessions.size);
    return this.metrics.text();
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Lets idle sessions go. */
  sweep(): void {
    this.#sessions.sweep();
  }

  get isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Takes no more connections, ends streams, and waits for calls. */
  async drain(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#ending.abort();
    this.#http.closeIdleConnections();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([closed, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }

  close(): void {
    this.#ending.abort();
    this.#keys.close();
    this.#sessions.close();
    this.#owners.close();
    this.#http.close();
    this.#http.closeAllConnections();
    this.#gateway.close();
    this.#peers.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What a client does to its connection is no reason to end.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    try {
      const refusal = await this.#route(request, response);
      if (!refusal) return;
      this.metrics
        .counter('mcpgen_door_refused_total', 'Requests refused, by status.', { status: `${refusal.status}` })
        .add(1);
      refuse(response, refusal);
    } catch (error) {
      this.#log.error('internal error', { stack: (error as Error).stack });
      refuse(response, new Refusal(500, ErrorCode.Lost, 'internal error'));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const headers = admit(this.#config.admission, request);
    if (headers instanceof Refusal) return headers;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'GET' && this.#isMetadata(path)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(metadataText(this.#config));
      return undefined;
    }
    if (path !== this.#config.path && !this.#isMetadata(path))
      return new Refusal(404, ErrorCode.InvalidRequest, `there is nothing here: the endpoint is ${this.#config.path}`);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, preflight(headers)).end();
      return undefined;
    }
    if (path !== this.#config.path) return new Refusal(405, ErrorCode.InvalidRequest, 'use GET', { allow: 'GET' });
    const caller = await this.#authenticator.authenticate(request);
    if (caller instanceof Refusal) return caller;
    if (request.method === 'POST') return this.#post(request, response, caller);
    if (request.method !== 'GET' && request.method !== 'DELETE')
      return new Refusal(405, ErrorCode.InvalidRequest, 'use POST, GET or DELETE', { allow: 'GET, POST, DELETE' });
    if (await this.#isElsewhere(request, response, caller)) return undefined;
    const session = this.#find(request, caller);
    if (session instanceof Refusal) return session;
    if (request.method === 'GET') return this.#listen(session, response, headers, caller);
    await this.#sessions.end(session);
    response.writeHead(204).end();
    return undefined;
  }

  #isMetadata(path: string): boolean {
    return this.#config.issuers.length > 0 && metadataPaths(this.#config.path).includes(path);
  }

  /** Whether the door of another pod has the session, and has served the request. */
  async #isElsewhere(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    message?: ClientMessage,
  ): Promise<boolean> {
    const id = request.headers['mcp-session-id'];
    const facts = typeof id === 'string' ? this.#sessions.facts(id, caller) : undefined;
    if (!facts) return false;
    return serveElsewhere({ peers: this.#peers, request, response, id: String(id), facts, message });
  }

  #find(request: IncomingMessage, caller: Caller): Session | Refusal {
    const id = request.headers['mcp-session-id'];
    if (typeof id !== 'string')
      return new Refusal(400, ErrorCode.InvalidRequest, 'the header Mcp-Session-Id is missing: send initialize first');
    return this.#sessions.find(id, caller);
  }

  async #listen(session: Session, response: ServerResponse, headers: Headers, caller: Caller): Promise<undefined> {
    // A stream ends with the token: the client comes back with another one. A timer has at most 24 days.
    const left = Math.min((caller.expires ?? Infinity) - Date.now(), 2 ** 31 - 1);
    const timer = setTimeout(() => response.end(), left);
    response.once('close', () => clearTimeout(timer));
    const context = {
      gateway: this.#gateway,
      maxAnswer: this.#config.limits.answerMiB << 20,
      ending: this.#ending.signal,
    };
    await used(session, () => listen(context, session, response, headers));
  }

  async #post(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<Refusal | undefined> {
    const body = await readBody(request, this.#config.limits.bodyKiB * 1024);
    if (body instanceof Refusal) return body;
    const message = readMessage(body);
    if (message instanceof Refusal) return message;
    if (message.kind === 'request' && message.method === 'initialize') return this.#begin(message, response, caller);
    if (await this.#isElsewhere(request, response, caller, message)) return undefined;
    const session = this.#find(request, caller);
    if (session instanceof Refusal) return session;
    if (message.kind === 'request') {
      await used(session, () => this.#calls.serve(session, caller, message, new Answer(response, message.id)));
      return undefined;
    }
    return this.#notify(session, message, response);
  }

  async #begin(message: ClientMessage, response: ServerResponse, caller: Caller): Promise<Refusal | undefined> {
    const session = this.#sessions.begin(caller, message.params);
    if (session instanceof Refusal) return session;
    const answer = new Answer(response, message.id, { 'mcp-session-id': session.id });
    const attached = await used(session, () => session.attach(Date.now() + this.#config.waitSeconds * 1000));
    if (isLost(attached)) {
      this.#sessions.drop(session);
      const text = `the gateway is not available: ${attached.lost}; try again later`;
      return new Refusal(503, ErrorCode.Lost, text, { 'retry-after': '5' });
    }
    answer.finish(`{"jsonrpc":"2.0","id":${message.id},"result":${attached.greeting}}`);
    return undefined;
  }

  /** Notifications, and answers to what a server asked. */
  async #notify(session: Session, message: ClientMessage, response: ServerResponse): Promise<Refusal | undefined> {
    session.lastUsed = Date.now();
    // The door has said it, when it opened the gateway's session.
    const isKnown = message.kind === 'notification' && message.method === 'notifications/initialized';
    if (!isKnown) {
      const attached = await session.attach(Date.now());
      if (!isLost(attached)) {
        const { id, version } = attached;
        const reply = await this.#gateway.send({ method: 'POST', session: id, version, body: message.bytes });
        if (!isLost(reply)) reply.resume();
      }
    }
    response.writeHead(202).end();
    return undefined;
  }
}

/** Does something in a session, which is not idle until it is done. */
async function used<T>(session: Session, work: () => Promise<T>): Promise<T> {
  session.open++;
  try {
    return await work();
  } finally {
    session.open--;
    session.lastUsed = Date.now();
  }
}
