// The MCP endpoint: a caller opens a session, posts messages in it, listens, and closes it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Headers } from './admission.ts';
import { Answer } from './answer.ts';
import { readBody } from './body.ts';
import type { Caller } from './caller.ts';
import type { Calls } from './calls.ts';
import { serveElsewhere } from './elsewhere.ts';
import { type Gateway, isLost, unavailable } from './gateway.ts';
import { type ClientMessage, readMessage } from './message.ts';
import { readModern } from './modern.ts';
import type { Peers } from './peers.ts';
import type { Policy } from './policy.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { Stateless } from './stateless.ts';
import { endWithToken, listen } from './stream.ts';

export interface EndpointParts {
  readonly gateway: Gateway;
  readonly sessions: Sessions;
  readonly peers: Peers;
  readonly calls: Calls;
  readonly policy: Policy;
  readonly waitMs: number;
  /** Bytes. */
  readonly maxBody: number;
  readonly maxAnswer: number;
  /** Clients must go elsewhere. */
  readonly ending: AbortSignal;
}

export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  /** For whatever is answered. */
  readonly headers: Headers;
}

export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #stateless: Stateless;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#stateless = new Stateless(parts);
  }

  async serve(visit: Visit): Promise<Refusal | undefined> {
    const { request, response } = visit;
    if (request.method === 'POST') return this.#post(visit);
    if (request.method !== 'GET' && request.method !== 'DELETE')
      return new Refusal(405, ErrorCode.InvalidRequest, 'use POST, GET or DELETE', { allow: 'GET, POST, DELETE' });
    if (await this.#isElsewhere(visit)) return undefined;
    const session = this.#find(visit);
    if (session instanceof Refusal) return session;
    if (request.method === 'GET') return this.#listen(session, visit);
    await this.#parts.sessions.end(session);
    response.writeHead(204).end();
    return undefined;
  }

  /** Whether the door of another pod has the session, and has served the request. */
  async #isElsewhere({ request, response, caller }: Visit, message?: ClientMessage): Promise<boolean> {
    const { sessions, peers } = this.#parts;
    const id = request.headers['mcp-session-id'];
    const facts = typeof id === 'string' ? sessions.facts(id, caller) : undefined;
    return facts ? serveElsewhere({ peers, request, response, id: String(id), facts, message }) : false;
  }

  #find({ request, caller }: Visit): Session | Refusal {
    const id = request.headers['mcp-session-id'];
    if (typeof id !== 'string')
      return new Refusal(400, ErrorCode.InvalidRequest, 'the header Mcp-Session-Id is missing: send initialize first');
    return this.#parts.sessions.find(id, caller);
  }

  async #listen(session: Session, { response, headers, caller }: Visit): Promise<undefined> {
    endWithToken(response, caller);
    await session.use(() => listen(this.#parts, session, response, headers));
  }

  async #post(visit: Visit): Promise<Refusal | undefined> {
    const { request, response, caller } = visit;
    const body = await readBody(request, this.#parts.maxBody);
    if (body instanceof Refusal) return body;
    const message = readMessage(body);
    if (message instanceof Refusal) return message;
    const modern = readModern(request.headers, message);
    if (modern instanceof Refusal) return modern;
    if (modern) return this.#stateless.serve(visit, message);
    if (message.kind === 'request' && message.method === 'initialize') return this.#begin(message, visit);
    if (await this.#isElsewhere(visit, message)) return undefined;
    const session = this.#find(visit);
    if (session instanceof Refusal) return session;
    if (message.kind !== 'request') return this.#notify(session, message, response);
    await session.use(() => this.#parts.calls.serve(session, caller, message, new Answer(response, message.id)));
    return undefined;
  }

  async #begin(message: ClientMessage, { response, caller }: Visit): Promise<Refusal | undefined> {
    const { sessions, waitMs } = this.#parts;
    const session = sessions.begin(caller, message.params);
    if (session instanceof Refusal) return session;
    const answer = new Answer(response, message.id, { 'mcp-session-id': session.id });
    const attached = await session.use(() => session.attach(Date.now() + waitMs));
    if (isLost(attached)) {
      sessions.drop(session);
      return new Refusal(503, ErrorCode.Lost, unavailable(attached), { 'retry-after': '5' });
    }
    answer.finish(`{"jsonrpc":"2.0","id":${message.id},"result":${attached.greeting}}`);
    return undefined;
  }

  /** Notifications, and answers to what a server asked. */
  async #notify(session: Session, message: ClientMessage, response: ServerResponse): Promise<undefined> {
    session.lastUsed = Date.now();
    // The door has said it, when it opened the gateway's session.
    const isKnown = message.kind === 'notification' && message.method === 'notifications/initialized';
    if (!isKnown) {
      const attached = await session.attach(Date.now());
      if (!isLost(attached)) {
        const { id, version } = attached;
        const reply = await this.#parts.gateway.send({ method: 'POST', session: id, version, body: message.bytes });
        if (!isLost(reply)) reply.resume();
      }
    }
    response.writeHead(202).end();
  }
}
