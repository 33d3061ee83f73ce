// Whether the gateway knows the tools that a server has now: it lists them at its start, and a server's next pod may have others.

import { createHash } from 'node:crypto';
import type { ServerSettings } from './config.ts';
import type { KnownHandshake } from './handshake.ts';
import type { Log } from './log.ts';
import { isObject, Method, notification, parse, request } from './messages.ts';
import type { Pool } from './pool.ts';
import type { Upstream } from './upstream.ts';

/** All connections of a pod are lost together, and the next pod takes a moment. */
const settleMs = 1000;
/** Listing takes no longer, a server's start included. */
const remindMs = 30_000;
/** An id that no server mistakes for one of the gateway's. */
const listId = '"mcpgen-tools"';

export class ToolWatch {
  readonly #settings: ServerSettings;
  readonly #pool: Pool;
  readonly #handshake: KnownHandshake;
  readonly #log: Log;
  readonly #notify: () => void;
  /** Fingerprint of the tools that the gateway was given last. */
  #listed: string | undefined;
  #isStale = false;
  #timer: NodeJS.Timeout | undefined;

  /** `notify` has the gateway list the tools anew, if it can. */
  constructor(settings: ServerSettings, pool: Pool, handshake: KnownHandshake, log: Log, notify: () => void) {
    this.#settings = settings;
    this.#pool = pool;
    this.#handshake = handshake;
    this.#log = log;
    this.#notify = notify;
  }

  /** Whether the gateway has been given other tools than the server has now. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** The gateway has got this answer to `tools/list`. */
  listed(answer: Buffer): void {
    const tools = fingerprint(answer);
    if (tools === undefined) return;
    this.#listed = tools;
    this.#isStale = false;
  }

  /** A connection was closed at the other end: the server's pod may be another one from now on. */
  podLost(): void {
    this.#lookLater(settleMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookLater(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    const handshake = this.#handshake.current;
    if (!handshake || this.#listed === undefined) return;
    const startSeconds = this.#settings.handshakeTimeoutSeconds;
    try {
      const { upstream } = await this.#pool.take(handshake, { reachSeconds: startSeconds, startSeconds });
      const tools = fingerprint(await listTools(upstream, startSeconds * 1000));
      if (tools === undefined || tools === this.#listed) return;
    } catch (error) {
      this.#log.debug('the tools cannot be listed', { reason: (error as Error).message });
      this.#lookLater(startSeconds * 1000);
      return;
    }
    this.#log.info('the server has other tools than the gateway knows');
    this.#isStale = true;
    this.#remind();
  }

  /** Until the gateway has listed the tools: that may fail, or there may be nobody yet to be told. */
  #remind(): void {
    if (!this.#isStale) return;
    this.#notify();
    this.#timer = setTimeout(() => this.#remind(), remindMs);
  }
}

/** Asks a server on a connection of its own, which is let go after that. */
function listTools(upstream: Upstream, timeoutMs: number): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    upstream.handlers = {
      connected: () => undefined,
      drain: () => undefined,
      part: () => settle(() => reject(new Error('the answer is longer than 1 MiB'))),
      lost: (reason) => settle(() => reject(new Error(reason))),
      message: (bytes, { kind, id }) => {
        if (kind === 'response' && id === listId) settle(() => resolve(bytes));
      },
    };
    upstream.write(notification(Method.initialized), { kind: 'notification', method: Method.initialized });
    upstream.write(request(listId, Method.toolsList), { kind: 'request', id: listId, method: Method.toolsList });
  }).finally(() => upstream.release());
}

/** The same for the same tools in whatever order; undefined if the answer has none. */
function fingerprint(answer: Buffer): string | undefined {
  const result = parse(answer)?.['result'];
  const tools = isObject(result) ? result['tools'] : undefined;
  if (!Array.isArray(tools)) return undefined;
  const texts = tools.map((tool) => JSON.stringify(tool)).toSorted();
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}
