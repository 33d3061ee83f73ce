// Makes the gateway list a server's tools again without a restart, which it does when a server says in a session that they changed:
// the relay opens a session at the gateway, whose request leads to the server, and sends that notification in the server's place.

import { randomUUID } from 'node:crypto';
import { GatewayClient, type GatewayAddress } from './gateway-client.ts';
import type { Listings } from './listings.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Servers that come at about the same time are listed together. */
const settleMs = 300;
/** The gateway ignores a notification while it still acts on one; it has its lists by then, and registers what is in them. */
const pauseMs = 200;
const firstRetryMs = 1000;
const maxRetryMs = 30_000;

/** A request of the relay that is on its way to itself, through the gateway. */
interface Errand {
  readonly mark: Buffer;
  /** Answers the request, which has come. */
  reply: (() => void) | undefined;
  readonly listed: () => void;
}

export interface RefreshContext {
  readonly gateway: GatewayAddress | undefined;
  readonly listings: Listings;
  /** Undefined: not known. */
  isHealthy(): Promise<boolean | undefined>;
  readonly metrics: Metrics;
  readonly log: Log;
}

export class Refresh {
  readonly #context: RefreshContext;
  readonly #errands = new Map<string, Errand>();
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #failures = 0;
  #closed = false;

  constructor(context: RefreshContext) {
    this.#context = context;
    for (const outcome of ['ok', 'failed'] as const) this.#count(outcome, 0);
  }

  get isPossible(): boolean {
    return this.#context.gateway !== undefined;
  }

  /** The gateway's lists may be out of date. */
  request(): void {
    if (this.#context.gateway && !this.#isRunning) this.#later(settleMs);
  }

  /** Whether a request for the server is the relay's own; `reply` answers it, when the gateway has listed the server. */
  isOwn(server: string, request: Buffer, reply: () => void): boolean {
    const errand = this.#errands.get(server);
    if (!errand || !request.includes(errand.mark)) return false;
    errand.reply = reply;
    return true;
  }

  /** The gateway has been given all lists of the server. */
  answered(server: string): void {
    this.#errands.get(server)?.listed();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #later(delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  async #run(): Promise<void> {
    const { gateway, listings, log, isHealthy } = this.#context;
    const stale = listings.stale();
    if (!gateway || stale.length === 0 || this.#isRunning) return;
    this.#isRunning = true;
    let problem: string | undefined;
    // While it starts it lists all by itself.
    const isUp = (await isHealthy()) !== false;
    if (isUp) problem = await this.#refresh(gateway).catch((error: Error) => error.message);
    this.#isRunning = false;
    const left = listings.stale().filter((server) => !isUp || stale.includes(server));
    if (isUp) {
      this.#count(left.length === 0 ? 'ok' : 'failed', 1);
      const names = stale.join(', ');
      if (left.length === 0) log.info('the gateway listed the servers again', { servers: names });
      else if (this.#failures === 0)
        log.warn('the gateway did not list the servers again', { servers: names, reason: problem });
      this.#failures = left.length === 0 ? 0 : this.#failures + 1;
    }
    // Others may have come in the meantime.
    if (left.length === 0) this.request();
    else this.#later(Math.min(maxRetryMs, firstRetryMs * 2 ** this.#failures));
  }

  /** Returns what prevented the gateway from it, if anything did. */
  async #refresh(gateway: GatewayAddress): Promise<string | undefined> {
    const { listings } = this.#context;
    const client = await GatewayClient.open(gateway);
    let problem: string | undefined;
    try {
      // First all that goes, or changes: a name may go from one server to another, and the gateway takes it from one only.
      for (const server of listings.stale()) {
        if (!listings.hasOutdated(server)) continue;
        listings.giveOnlyKept(server, true);
        problem = (await this.#list(client, server).finally(() => listings.giveOnlyKept(server, false))) ?? problem;
      }
      for (const server of listings.stale()) problem = (await this.#list(client, server)) ?? problem;
    } finally {
      client.close();
    }
    return problem;
  }

  async #list(client: GatewayClient, server: string): Promise<string | undefined> {
    let problem: string | undefined;
    for (const way of this.#context.listings.ways(server)) {
      const mark = randomUUID();
      let isListed = false;
      const answer = client.ask(way, mark);
      const listed = new Promise<void>((resolve) => {
        const errand: Errand = {
          mark: Buffer.from(mark),
          reply: undefined,
          listed: () => {
            isListed = true;
            resolve();
          },
        };
        this.#errands.set(server, errand);
      });
      problem = await Promise.race([answer, listed.then(() => undefined)]);
      const reply = this.#errands.get(server)?.reply;
      this.#errands.delete(server);
      reply?.();
      if (isListed) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        return undefined;
      }
      // It has had the notification, and another way would end like this one: the other servers must not wait for that.
      if (reply)
        return `server ${server}: the gateway got the notification but did not request its lists; restart the gateway if this continues`;
    }
    return `server ${server}: ${problem ?? 'the gateway did not request its lists'}`;
  }

  #count(outcome: 'ok' | 'failed', amount: number): void {
    const help = 'Times that the relay had the gateway list servers again.';
    this.#context.metrics.counter('mcpgen_relay_refreshes_total', help, { outcome }).add(amount);
  }
}
