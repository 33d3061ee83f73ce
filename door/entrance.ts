// The way in: checks and authenticates each request, and answers and counts what it refuses.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../relay/log.ts';
import type { Metrics } from '../relay/metrics.ts';
import { admit, preflight } from './admission.ts';
import type { Authenticator } from './authenticator.ts';
import type { Config } from './config.ts';
import type { Endpoint } from './endpoint.ts';
import { metadataPaths, metadataText } from './metadata.ts';
import { ErrorCode, Refusal, refuse } from './refusal.ts';

export class Entrance {
  readonly #config: Config;
  readonly #authenticator: Authenticator;
  readonly #endpoint: Endpoint;
  readonly #metrics: Metrics;
  readonly #log: Log;

  constructor(config: Config, authenticator: Authenticator, endpoint: Endpoint, metrics: Metrics, log: Log) {
    this.#config = config;
    this.#authenticator = authenticator;
    this.#endpoint = endpoint;
    this.#metrics = metrics;
    this.#log = log;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What a client does to its connection is no reason to end.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    try {
      const refusal = await this.#route(request, response);
      if (!refusal) return;
      this.#metrics
        .counter('mcpgen_door_refused_total', 'Refused requests, by status.', { status: `${refusal.status}` })
        .add(1);
      refuse(response, refusal);
    } catch (error) {
      this.#log.error('internal error', { stack: (error as Error).stack });
      refuse(response, new Refusal(500, ErrorCode.Lost, 'internal error'));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const headers = admit(this.#config.admission, request);
    if (headers instanceof Refusal) return headers;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'GET' && this.#isMetadata(path)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(metadataText(this.#config));
      return undefined;
    }
    if (path !== this.#config.path && !this.#isMetadata(path))
      return new Refusal(404, ErrorCode.InvalidRequest, `not found: the endpoint is ${this.#config.path}`);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, preflight(headers)).end();
      return undefined;
    }
    if (path !== this.#config.path) return new Refusal(405, ErrorCode.InvalidRequest, 'use GET', { allow: 'GET' });
    const caller = await this.#authenticator.authenticate(request);
    return caller instanceof Refusal ? caller : this.#endpoint.serve({ request, response, caller, headers });
  }

  #isMetadata(path: string): boolean {
    return this.#config.issuers.length > 0 && metadataPaths(this.#config.path).includes(path);
  }
}
