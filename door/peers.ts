// The doors in other pods: finds the one that has a session, and sends a request there.

import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { Lost } from './gateway.ts';

export interface PeersConfig {
  /** Names that lead to all pods that are ready. */
  readonly hosts: readonly string[];
  readonly port: number;
}

/** Marks a request that a door has passed on: the next one serves it itself. */
export const hopHeader = 'mcpgen-door-hop';

const freshMs = 1000;
const lookMs = 250;
const deadMs = 5000;
const connectTimeoutMs = 1500;
const dropped = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'upgrade'];

export class Peers {
  readonly #config: PeersConfig | undefined;
  readonly #own: string;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  #living: readonly string[] = [];
  #askedAt = -Infinity;
  /** Pods that did not answer, and since when. */
  readonly #dead = new Map<string, number>();

  constructor(config: PeersConfig | undefined, own: string) {
    this.#config = config;
    this.#own = own;
  }

  /**
   * The pod that a session is in: where it was begun, or if that is gone, the one of the others that all doors agree on. undefined:
   * this one.
   */
  async of(id: string, begunIn: string): Promise<string | undefined> {
    if (!this.#config || begunIn === this.#own) return undefined;
    const pods = (await this.#pods(this.#config.hosts)).filter((pod) => !this.#isDead(pod));
    const all = [...new Set([...pods, this.#own])];
    const found = all.includes(begunIn) ? begunIn : all.toSorted((a, b) => (weight(id, a) < weight(id, b) ? -1 : 1))[0];
    return found === this.#own ? undefined : found;
  }

  /** Settles when another pod is ready, at the latest at `deadline`. */
  async takeOver(deadline: number): Promise<void> {
    const { hosts = [] } = this.#config ?? {};
    while (hosts.length > 0 && Date.now() < deadline) {
      const pods = await this.#pods(hosts);
      if (pods.some((pod) => pod !== this.#own && !this.#isDead(pod))) return;
      await pause(lookMs);
    }
  }

  /** Passes a request on, and gives the answer to it. */
  async send(
    pod: string,
    incoming: IncomingMessage,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage | Lost> {
    const entries = Object.entries(incoming.headers).filter(([name]) => !dropped.includes(name));
    const headers = {
      ...Object.fromEntries(entries),
      ...(body && { 'content-length': body.length }),
      [hopHeader]: '1',
    };
    const { port = 0 } = this.#config ?? {};
    const options = {
      host: pod,
      port,
      method: incoming.method,
      path: incoming.url,
      headers,
      agent: this.#agent,
      signal,
    };
    // As for the gateway: the end of connections that are over is taken notice of first.
    await turn();
    return new Promise((resolve) => {
      let wasSent = false;
      const outgoing = request(options, resolve);
      const timer = setTimeout(() => !wasSent && outgoing.destroy(new Error('no connection')), connectTimeoutMs);
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) wasSent = true;
        else socket.once('connect', () => (wasSent = true));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (!signal.aborted) this.#dead.set(pod, performance.now());
        resolve({ lost: error.code ?? error.message, wasSent });
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #pods(hosts: readonly string[]): Promise<readonly string[]> {
    if (performance.now() - this.#askedAt < freshMs) return this.#living;
    this.#askedAt = performance.now();
    try {
      const found = await Promise.all(hosts.map((host) => lookup(host, { all: true })));
      this.#living = found.flat().map(({ address }) => address);
    } catch {
      // Nobody is ready, or the name server is away: what was known last may still be right.
    }
    return this.#living;
  }

  #isDead(pod: string): boolean {
    const since = this.#dead.get(pod);
    if (since === undefined) return false;
    const isDead = performance.now() - since < deadMs;
    if (!isDead) this.#dead.delete(pod);
    return isDead;
  }
}

function weight(id: string, pod: string): string {
  return createHash('sha256').update(`${pod}\n${id}`).digest('hex');
}
