// Lists what a server offers, on a connection that nothing else uses: once it is available, and after its pod is replaced.

import { createHash } from 'node:crypto';
import type { Loss } from './failure.ts';
import { kindFacts, type Kind, kinds, type Lists, readList } from './lists.ts';
import type { Handshake } from './handshake.ts';
import { Method, notification, ownId, request, resultResponse } from './messages.ts';
import type { Upstream } from './upstream.ts';
import type { WarmConnection } from './warm.ts';

export interface ListerEvents {
  /** Wants a connection as soon as there is one. */
  wanted(): void;
  /** It offers this, which is not what it offered before. */
  listed(lists: Lists): void;
  failed(loss: Loss): void;
}

const firstRetryMs = 1000;
const maxRetryMs = 60_000;

export class Lister {
  readonly #timeoutMs: number;
  readonly #events: ListerEvents;
  #wants = true;
  #attempts = 0;
  /** Fingerprint of the last lists that it reported. */
  #print: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, events: ListerEvents) {
    this.#timeoutMs = timeoutMs;
    this.#events = events;
  }

  /** Whether it is to be given the next connection whose handshake is done. */
  get wants(): boolean {
    return this.#wants;
  }

  /** Whether it has tried and failed. */
  get hasFailed(): boolean {
    return this.#attempts > 0;
  }

  /** What the server offers may be something else from now on. */
  look(): void {
    clearTimeout(this.#timer);
    this.#wants = true;
    this.#events.wanted();
  }

  /** Uses the connection, and lets it go. */
  async use({ upstream, handshake }: WarmConnection): Promise<void> {
    this.#wants = false;
    try {
      const lists = await listAll(upstream, handshake, this.#timeoutMs);
      this.#attempts = 0;
      // What a session has changed in its own process since is not undone by another process that is as it was.
      const print = createHash('sha256').update(JSON.stringify(lists)).digest('hex');
      if (print !== this.#print) this.#events.listed(lists);
      this.#print = print;
    } catch (error) {
      const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#attempts++);
      this.#events.failed({ reason: (error as Error).message });
      this.#timer = setTimeout(() => this.look(), delayMs);
    } finally {
      upstream.release();
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

async function listAll(upstream: Upstream, handshake: Handshake | undefined, timeoutMs: number): Promise<Lists> {
  const isModern = handshake?.era === 'modern';
  const answers = new Map<string, (answer: Buffer) => void>();
  let fail: (reason: string) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = (reason) => reject(new Error(reason));
  });
  failed.catch(() => undefined);
  upstream.handlers = {
    connected: () => undefined,
    drain: () => undefined,
    part: () => fail('an answer to a list request is longer than 1 MiB'),
    lost: ({ reason }) => fail(reason),
    message: (bytes, { kind, id = '', method }) => {
      if (kind === 'response') answers.get(id)?.(bytes);
      else if (method === Method.ping) upstream.write(resultResponse(id, '{}'), { kind: 'response', id });
    },
  };
  const timer = setTimeout(() => fail(`no answer to a list request within ${timeoutMs / 1000} s`), timeoutMs);
  const list = (kind: Kind): Promise<Buffer> => {
    const id = ownId(kind);
    const { method } = kindFacts[kind];
    const answer = new Promise<Buffer>((resolve) => answers.set(id, resolve));
    upstream.write(request(id, method, isModern ? handshake.params : undefined), { kind: 'request', id, method });
    return Promise.race([answer, failed]);
  };
  try {
    if (!isModern)
      upstream.write(notification(Method.initialized), { kind: 'notification', method: Method.initialized });
    const lists: Partial<Record<Kind, Lists[Kind]>> = {};
    // A server that does not know a kind answers with an error.
    for (const kind of kinds) lists[kind] = readList(kind, await list(kind)) ?? [];
    return lists as Lists;
  } finally {
    clearTimeout(timer);
  }
}
