// What the gateway says in `initialize`: learned from its first one, and used to do the handshake of other connections ahead.

import { parse } from './messages.ts';

export interface Handshake {
  /** JSON text of the parameters. */
  readonly params: string;
}

/** The handshake of an `initialize` request, or undefined if the message has no parameters. */
export function handshakeOf(initialize: Buffer): Handshake | undefined {
  const params = parse(initialize)?.['params'];
  return params === undefined ? undefined : { params: JSON.stringify(params) };
}

/** The last handshake seen, shared by all servers: they have one gateway, which says the same to each. */
export class KnownHandshake {
  #current: Handshake | undefined;
  readonly #listeners: (() => void)[] = [];

  get current(): Handshake | undefined {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  learn(handshake: Handshake): void {
    if (this.#current?.params === handshake.params) return;
    this.#current = handshake;
    for (const listener of this.#listeners) listener();
  }
}
