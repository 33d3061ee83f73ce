// Which protocols a server supports: tries `initialize`, and `server/discover` on a separate process, because a server of the old
// protocol may exit at it.

import type { Era, Handshake, KnownHandshake } from './handshake.ts';

export class Eras {
  readonly #known: KnownHandshake;
  /** Over HTTP, the new protocol has headers that the relay does not write. */
  readonly #canAsk: boolean;
  /** Missing: not known yet. */
  readonly #speaks: Partial<Record<Era, boolean>> = {};

  constructor(known: KnownHandshake, canAsk: boolean) {
    this.#known = known;
    this.#canAsk = canAsk;
  }

  get speaksModern(): boolean {
    return this.#speaks.modern === true;
  }

  get isModernOnly(): boolean {
    return this.#speaks.legacy === false && this.#speaks.modern === true;
  }

  /** The handshake that is done ahead. */
  get kept(): Handshake {
    const isModern = this.#speaks.modern === true && (this.#known.asksModern || this.#speaks.legacy === false);
    return this.#known.current(isModern ? 'modern' : 'legacy');
  }

  /** What remains to be asked on a process of its own: whether the server speaks the new protocol, if that matters. */
  get question(): Handshake | undefined {
    const { legacy, modern } = this.#speaks;
    const matters = legacy === false || (legacy === true && this.#known.asksModern);
    return this.#canAsk && modern === undefined && matters ? this.#known.current('modern') : undefined;
  }

  /** Whether it does not speak the old protocol, as far as is known. */
  get refusesLegacy(): boolean {
    return this.#speaks.legacy === false;
  }

  answered({ era }: Handshake, speaks: boolean): void {
    this.#speaks[era] = speaks;
  }

  /** The server may have been replaced: protocols that it did not support are tried again. */
  doubt(): void {
    for (const era of ['legacy', 'modern'] as const) if (this.#speaks[era] === false) delete this.#speaks[era];
  }
}
