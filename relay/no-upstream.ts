// A server that cannot be used as configured: each connection fails at once, with the reason.

import type { Loss } from './failure.ts';
import type { Upstream, UpstreamHandlers } from './upstream.ts';

export class NoUpstream implements Upstream {
  handlers: UpstreamHandlers;
  readonly #timer: NodeJS.Immediate;

  constructor(loss: Loss, handlers: UpstreamHandlers) {
    this.handlers = handlers;
    this.#timer = setImmediate(() => this.handlers.lost(loss));
  }

  write(): boolean {
    return true;
  }

  pause(): void {
    // Nothing comes.
  }

  resume(): void {
    // Nothing comes.
  }

  end(): void {
    this.release();
  }

  release(): void {
    clearImmediate(this.#timer);
  }

  destroy(): void {
    this.release();
  }
}
