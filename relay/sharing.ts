// The processes of a server that sessions of protocol 2026-07-28 share: as many as concurrent calls need, up to a limit.

import type { ServerSettings } from './config.ts';
import type { Handshake } from './handshake.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Pool } from './pool.ts';
import { SharedProcess } from './shared-process.ts';
import { SharedUpstream } from './shared-upstream.ts';
import type { Patience } from './waiters.ts';
import type { Taken, WarmConnection } from './warm.ts';

/** Whether a session shares its process: in the new protocol, and not where it keeps its own. */
export function isShared(settings: ServerSettings, { era }: Handshake): boolean {
  const { sharedProcesses, stateful, idleSeconds } = settings;
  return era === 'modern' && sharedProcesses > 0 && !stateful && idleSeconds > 0;
}

export class Sharing {
  readonly #pool: Pool;
  readonly #settings: ServerSettings;
  readonly #metrics: ServerMetrics;
  readonly #processes = new Set<SharedProcess>();
  /** Those that wait for the first one. */
  readonly #joiners = new Set<(process: SharedProcess) => void>();

  constructor(pool: Pool, settings: ServerSettings, metrics: ServerMetrics) {
    this.#pool = pool;
    this.#settings = settings;
    this.#metrics = metrics;
  }

  /** Whether `take` will not have to wait. */
  isReady(handshake: Handshake): boolean {
    return (this.#shares(handshake) && this.#best() !== undefined) || this.#pool.isReady(handshake);
  }

  /** A process for a session, its own or one of several. Rejects as the pool does. */
  async take(handshake: Handshake, patience: Patience, gone: AbortSignal): Promise<Taken> {
    if (!this.#shares(handshake)) return this.#pool.take(handshake, patience, gone);
    const best = this.#best();
    if (best) this.#metrics.warmHits.add(1);
    return this.#seat(best ?? (await this.#wait(handshake, patience, gone)), handshake);
  }

  close(): void {
    for (const process of this.#processes) this.#drop(process);
  }

  #shares(handshake: Handshake): boolean {
    return isShared(this.#settings, handshake);
  }

  #seat(process: SharedProcess, handshake: Handshake): Taken {
    const upstream = new SharedUpstream(process, (now) => this.#next(now, handshake), this.#maxLength);
    return {
      upstream,
      backlog: [],
      get loss() {
        return upstream.loss;
      },
      isAlive: () => process.isAlive(handshake),
    };
  }

  /** Each waits in the pool's order and for as long as it would alone; the first process that is ready is there for all. */
  async #wait(handshake: Handshake, patience: Patience, gone: AbortSignal): Promise<SharedProcess> {
    const served = new AbortController();
    let join: (process: SharedProcess) => void = () => undefined;
    const joined = new Promise<SharedProcess>((resolve) => (join = resolve));
    this.#joiners.add(join);
    const taken = this.#pool.take(handshake, patience, AbortSignal.any([gone, served.signal]));
    const added = taken.then((connection) => this.#add(connection));
    added.catch(() => undefined);
    try {
      return await Promise.race([joined, added]);
    } finally {
      this.#joiners.delete(join);
      served.abort();
    }
  }

  #add({ upstream }: WarmConnection): SharedProcess {
    const process = new SharedProcess(upstream, this.#maxLength, {
      left: () => this.#left(process),
      lost: () => this.#remove(process),
      dropped: () => this.#metrics.droppedLines.add(1),
    });
    this.#processes.add(process);
    this.#metrics.sharedProcesses.set(this.#processes.size);
    for (const join of this.#joiners) join(process);
    return process;
  }

  /** The one with the fewest calls out, and then the fewest sessions. */
  #best(): SharedProcess | undefined {
    return [...this.#processes]
      .filter(({ isSuspect }) => !isSuspect)
      .toSorted((a, b) => a.calls() - b.calls() || a.members - b.members)[0];
  }

  /** A session keeps its process, unless others wait there for answers and another process is less busy. */
  #next(now: SharedProcess, handshake: Handshake): SharedProcess {
    if (now.calls() === 0 && !now.isSuspect) return now;
    const best = this.#best();
    if (best?.calls() === 0) return best;
    const spare = this.#processes.size < this.#settings.sharedProcesses ? this.#pool.spare(handshake) : undefined;
    if (spare) return this.#add(spare);
    return best && (now.isSuspect || best.calls() < now.calls()) ? best : now;
  }

  /** The last one without a session stays for the next. */
  #left(process: SharedProcess): void {
    const empty = [...this.#processes].filter(({ members }) => members === 0);
    if (process.isSuspect || empty.length > 1) this.#drop(process);
    else
      setTimeout(() => {
        if (process.members === 0) this.#drop(process);
      }, this.#settings.idleSeconds * 1000).unref();
  }

  #drop(process: SharedProcess): void {
    this.#remove(process);
    process.release();
  }

  #remove(process: SharedProcess): void {
    this.#processes.delete(process);
    this.#metrics.sharedProcesses.set(this.#processes.size);
  }

  get #maxLength(): number {
    return this.#settings.maxMessageMiB > 0 ? this.#settings.maxMessageMiB * 2 ** 20 : Infinity;
  }
}
