// The relay as a client of its own gateway: a session whose requests make the gateway contact one of its servers.

import type { Loss } from './failure.ts';
import { HttpUpstream } from './http-upstream.ts';
import type { Handshake } from './handshake.ts';
import type { Kind } from './lists.ts';
import { isObject, Method, notification, ownId, parse } from './messages.ts';
import { SseUpstream } from './sse-upstream.ts';
import type { Dial, Upstream } from './upstream.ts';
import { WarmConnection } from './warm.ts';

export interface GatewayAddress {
  readonly url: URL;
  readonly transport: 'streaming' | 'sse';
  readonly headers: { readonly [name: string]: string };
}

const timeoutMs = 10_000;
const handshake: Handshake = {
  era: 'legacy',
  key: 'mcpgen-relay',
  params: JSON.stringify({
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'mcpgen-relay', version: '1' },
  }),
};

export class GatewayClient {
  readonly #upstream: Upstream;
  readonly #waiting = new Map<string, (error: string | undefined) => void>();
  #lost: Loss | undefined;

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
    upstream.handlers = {
      connected: () => undefined,
      drain: () => undefined,
      part: () => undefined,
      message: (bytes, { kind, id = '' }) => {
        const error = kind === 'response' ? parse(bytes)?.['error'] : undefined;
        this.#waiting.get(id)?.(isObject(error) ? String(error['message']) : undefined);
      },
      lost: (loss) => {
        this.#lost = loss;
        for (const answer of this.#waiting.values()) answer(loss.reason);
      },
    };
  }

  /** Opens a session, or rejects. */
  static async open({ url, transport, headers }: GatewayAddress): Promise<GatewayClient> {
    const limits = { connectTimeoutMs: timeoutMs, maxLength: Infinity };
    const Transport = transport === 'sse' ? SseUpstream : HttpUpstream;
    const dial: Dial = (handlers) => new Transport(url, headers, limits, handlers);
    const upstream = await new Promise<Upstream>((resolve, reject) => {
      const connection = new WarmConnection(dial, timeoutMs, {
        progress: ({ state }) => {
          if (state === 'connected') {
            connection.shake(handshake);
            return;
          }
          connection.leave();
          resolve(connection.upstream);
        },
        failed: (_, __, { reason }) => reject(new Error(reason)),
      });
    });
    upstream.write(notification(Method.initialized), { kind: 'notification', method: Method.initialized });
    return new GatewayClient(upstream);
  }

  /** Asks for something by its name; gives the error, if that is the answer. `mark` goes along to the server that has it. */
  ask({ kind, id: name }: { readonly kind: Kind; readonly id: string }, mark: string): Promise<string | undefined> {
    if (this.#lost) return Promise.resolve(this.#lost.reason);
    const id = ownId(mark);
    const named = kind === 'resource' ? { uri: name } : { name, ...(kind === 'tool' && { arguments: {} }) };
    const method = { tool: Method.toolsCall, prompt: Method.promptsGet, resource: Method.resourcesRead }[
      kind as 'tool' | 'prompt' | 'resource'
    ];
    const message = `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${JSON.stringify({ ...named, _meta: { 'mcpgen/mark': mark } })}}\n`;
    this.#upstream.write(Buffer.from(message), { kind: 'request', id, method });
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('no answer'), timeoutMs);
      this.#waiting.set(id, (error) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(error);
      });
    });
  }

  close(): void {
    this.#upstream.release();
  }
}
