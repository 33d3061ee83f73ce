// Where a session gets its server processes, and how long it waits for one.

import type { ServerSettings } from './config.ts';
import type { Handshake } from './handshake.ts';
import { Method } from './messages.ts';
import type { Sharing } from './sharing.ts';
import type { Patience } from './waiters.ts';
import type { Taken } from './warm.ts';

export class ProcessSource {
  readonly #processes: Sharing;
  readonly #settings: ServerSettings;
  /** The session had a process that was lost. */
  #hasLost = false;
  /** The client knows that its server was lost, or it was not: the next call may take as long as a server's start. */
  #isPatient = true;

  constructor(processes: Sharing, settings: ServerSettings) {
    this.#processes = processes;
    this.#settings = settings;
  }

  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** The session's process was lost, with this many open calls. */
  lost(calls: number): void {
    this.#hasLost = true;
    this.#isPatient = calls > 0;
  }

  /** The session let its process go. */
  released(): void {
    this.#isPatient = true;
  }

  /** There was none in time. */
  failed(): void {
    this.#isPatient = !this.#isPatient;
  }

  /** A process with the handshake done. What ended the last one may have ended those that were ready as well. */
  async take(handshake: Handshake, initialized: Buffer | undefined, gone: AbortSignal): Promise<Taken> {
    const patience = this.#patience();
    for (;;) {
      const wasReady = this.#processes.isReady(handshake);
      const connection = await this.#processes.take(handshake, patience, gone);
      if (initialized) connection.upstream.write(initialized, { kind: 'notification', method: Method.initialized });
      else if (handshake.era === 'legacy') return connection;
      if (!wasReady || !this.#hasLost || (await connection.isAlive())) return connection;
    }
  }

  /**
   * That its server was lost a client learns soon, by a call that fails if there is no other server yet; its next call then
   * waits. Should that fail as well, the server is down, and the next fails soon.
   */
  #patience(): Patience {
    const { initializeSeconds, reconnectSeconds, handshakeTimeoutSeconds } = this.#settings;
    if (!this.#hasLost) return { reachSeconds: initializeSeconds, startSeconds: handshakeTimeoutSeconds };
    if (!this.#isPatient) return { reachSeconds: reconnectSeconds, startSeconds: 0 };
    return { reachSeconds: handshakeTimeoutSeconds, startSeconds: handshakeTimeoutSeconds };
  }
}
