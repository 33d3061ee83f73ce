// Users with MCP clients: each call's time and failure is noted, and what failed is tried again as a user would.
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { call, connect } from '../e2e/client.ts';
import { duration, frequencies, spread } from './figures.ts';
import type { FaultRelease } from './release.ts';
import type { Probe } from './servers.ts';

export interface Attempt {
  readonly ms: number;
  /** Why it failed. */
  readonly error?: string;
}

export class User {
  private readonly release: FaultRelease;
  private client: Client | undefined;
  /** Ends the running calls when the connection breaks. */
  private breaks = new Set<(error: Error) => void>();

  constructor(release: FaultRelease) {
    this.release = release;
  }

  /** Opens a session, the next one after the first. */
  async open(seconds = 60): Promise<Client> {
    await this.close();
    const client = new Client({ name: 'mcpgen-faults', version: '1' });
    // The SDK leaves a call whose connection broke without an answer until its time-out; a user sees the transport's error.
    client.onerror = (error) => {
      if (/SSE stream disconnected/.test(error.message)) for (const end of this.breaks) end(error);
    };
    await connect(await this.release.url(), this.release.token, client, seconds);
    this.client = client;
    return client;
  }

  /** One call, in the session that is open or in a first one. */
  async attempt({ tool, args, answer }: Probe, seconds = 60): Promise<Attempt> {
    const begun = performance.now();
    try {
      const client = this.client ?? (await this.open());
      const text = await this.unlessBroken(call(client, tool, args, seconds));
      if (!text.includes(answer)) throw new Error(`${tool} answered: ${text}`);
      return { ms: performance.now() - begun };
    } catch (error) {
      return { ms: performance.now() - begun, error: (error as Error).message };
    }
  }

  private unlessBroken<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.breaks.add(reject);
      void answer.then(resolve, reject).finally(() => this.breaks.delete(reject));
    });
  }

  /** A retry: in the same session, and if that does not help, in a new one. */
  async retry(probe: Probe): Promise<Attempt> {
    const again = await this.attempt(probe);
    if (again.error === undefined) return again;
    await this.close();
    return this.attempt(probe);
  }

  /** Names of the tools in this session. A request to a pod that is lost with its node may never be answered: each one has 10 s. */
  async tools(): Promise<string[]> {
    const { tools } = await (this.client ?? (await this.open(10))).listTools(undefined, { timeout: 10_000 });
    return tools.map(({ name }) => name);
  }

  /** Ends the session, so that its processes are no load for what comes next. */
  async close(): Promise<void> {
    const transport = this.client?.transport as StreamableHTTPClientTransport | undefined;
    const ended = transport?.terminateSession().catch(() => undefined);
    await Promise.race([ended, pause(2000)]); // there may be nobody to tell
    await this.abandon();
  }

  /** Leaves silently, as most clients do. */
  async abandon(): Promise<void> {
    await this.client?.close().catch(() => undefined);
    this.client = undefined;
  }
}

export class Tally {
  readonly times: number[] = [];
  readonly failed: Attempt[] = [];
  readonly failedRetries: Attempt[] = [];

  get calls(): number {
    return this.times.length + this.failed.length;
  }

  add(attempt: Attempt): void {
    if (attempt.error === undefined) this.times.push(attempt.ms);
    else this.failed.push(attempt);
  }

  merge(other: Tally): this {
    this.times.push(...other.times);
    this.failed.push(...other.failed);
    this.failedRetries.push(...other.failedRetries);
    return this;
  }

  /** For the table. */
  get text(): string {
    const answered = `${this.times.length} of ${this.calls} calls answered (${spread(this.times)})`;
    if (this.failed.length === 0) return answered;
    const slowest = duration(Math.max(...this.failed.map(({ ms }) => ms)));
    const why = frequencies(this.failed.map(({ error }) => error ?? ''));
    const left =
      this.failedRetries.length === 0 ? 'every retry succeeded' : `retries that failed: ${this.failedRetries.length}`;
    return `${answered}, ${this.failed.length} failed within ${slowest}: ${why}; ${left}`;
  }
}

/** Each user calls the probes in turn, one every so often, until `until` settles; what fails is tried again. */
export async function keepCalling(
  users: readonly User[],
  probes: readonly Probe[],
  everyMs: number,
  until: Promise<unknown>,
): Promise<Tally> {
  const tally = new Tally();
  let isOver = false;
  const end = until.catch(() => undefined).then(() => void (isOver = true));
  const use = async (user: User, number: number) => {
    for (let turn = number; !isOver; turn++) {
      const next = pause(everyMs);
      const probe = probes[turn % probes.length];
      if (!probe) return;
      const attempt = await user.attempt(probe);
      tally.add(attempt);
      if (attempt.error !== undefined) {
        const again = await user.retry(probe);
        if (again.error !== undefined) tally.failedRetries.push(again);
      }
      await next;
    }
  };
  await Promise.all(users.map(use));
  await Promise.all(users.map((user) => user.close()));
  await end;
  await until;
  return tally;
}
