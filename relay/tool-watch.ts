// Whether the gateway knows the tools that a server has now: it lists them at its start, and a server's next pod may have others.

import { createHash } from 'node:crypto';
import type { ServerSettings } from './config.ts';
import type { Handshake, KnownHandshake } from './handshake.ts';
import type { Log } from './log.ts';
import { isObject, Method, notification, ownId, parse, request } from './messages.ts';
import type { Dial, Upstream } from './upstream.ts';
import { WarmConnection } from './warm.ts';

/** All connections of a pod are lost together, and the sessions that lost theirs have precedence. */
const settleMs = 3000;
const retryMs = 5000;
/** Listing takes no longer, a server's start included. */
const remindMs = 30_000;
const listId = ownId('tools');

export class ToolWatch {
  readonly #settings: ServerSettings;
  readonly #dial: Dial;
  readonly #handshake: KnownHandshake;
  readonly #log: Log;
  readonly #notify: () => void;
  /** Fingerprint of the tools that the gateway was given last. */
  #listed: string | undefined;
  #isStale = false;
  #lookTimer: NodeJS.Timeout | undefined;
  #remindTimer: NodeJS.Timeout | undefined;

  /** `notify` has the gateway list the tools anew, if it can. */
  constructor(settings: ServerSettings, dial: Dial, handshake: KnownHandshake, log: Log, notify: () => void) {
    this.#settings = settings;
    this.#dial = dial;
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
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#remindTimer);
  }

  #lookLater(delayMs: number): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    const handshake = this.#handshake.current;
    if (!handshake) return;
    const timeoutMs = this.#settings.handshakeTimeoutSeconds * 1000;
    try {
      const tools = fingerprint(await listTools(await start(this.#dial, handshake, timeoutMs), timeoutMs));
      if (tools === undefined) return;
      this.#isStale = tools !== this.#listed;
    } catch (error) {
      this.#log.debug('the tools cannot be listed', { reason: (error as Error).message });
      this.#lookLater(retryMs);
      return;
    }
    if (this.#isStale) this.#log.info('the server has other tools than the gateway knows');
    this.#remind();
  }

  /** Until the gateway has listed the tools: that may fail, or there may be nobody yet to be told. */
  #remind(): void {
    clearTimeout(this.#remindTimer);
    if (!this.#isStale) return;
    this.#notify();
    this.#remindTimer = setTimeout(() => this.#remind(), remindMs);
  }
}

/** A server process of our own, with the handshake done. */
function start(dial: Dial, handshake: Handshake, timeoutMs: number): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    const connection = new WarmConnection(dial, timeoutMs, {
      progress: ({ state, upstream }) => {
        if (state === 'connected') {
          connection.shake(handshake);
          return;
        }
        connection.leave();
        resolve(upstream);
      },
      failed: (_, __, reason) => reject(new Error(reason)),
    });
  });
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
