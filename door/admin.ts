// Probes and metrics of the door, on a port of their own.

import { createServer, type Server } from 'node:http';
import type { Config } from './config.ts';
import type { Door } from './door.ts';

export class Admin {
  readonly #config: Config;
  readonly #http: Server;

  constructor(config: Config, door: Door) {
    this.#config = config;
    this.#http = createServer((request, response) => {
      // A caller that waits for the running calls learns of their end when this process exits.
      if (request.url === '/drained' && door.departure.hasBegun) return;
      const [status, text] = answerOf(door, request.url ?? '');
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(this.#config.admin, resolve);
    });
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }
}

function answerOf(door: Door, path: string): readonly [status: number, text: string] {
  if (path === '/healthz' || path === '/drained') return [200, 'ok\n'];
  if (path === '/readyz') return door.departure.ending.aborted ? [503, 'ending\n'] : [200, 'ok\n'];
  return path === '/metrics' ? [200, door.metricsText()] : [404, 'not found\n'];
}
