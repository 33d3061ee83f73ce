// Serves clients of protocol 2026-07-28 in gateway sessions that these clients do not see.

import { isObject } from '../relay/messages.ts';
import type { EndpointParts, Visit } from './endpoint.ts';
import { isLost, unavailable } from './gateway.ts';
import type { ClientMessage } from './message.ts';
import { metaPrefix, modernVersion } from './modern.ts';
import { ModernAnswer } from './modern-answer.ts';
import { Pool } from './pool.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import { subscribe } from './subscription.ts';

type Fields = { readonly [field: string]: unknown };

const offered = ['tools', 'prompts', 'resources', 'completions', 'logging'];

export class Stateless {
  readonly #parts: EndpointParts;
  readonly #pool: Pool;
  #count = 0;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#pool = new Pool(parts.sessions);
  }

  async serve(visit: Visit, message: ClientMessage): Promise<Refusal | undefined> {
    if (message.kind !== 'request') {
      // None says anything that the gateway must know: a request is cancelled by closing its stream.
      visit.response.writeHead(202).end();
      return undefined;
    }
    const isListen = message.method === 'subscriptions/listen';
    const session = isListen ? this.#pool.open(visit.caller) : this.#pool.take(visit.caller);
    if (session instanceof Refusal) return session;
    if (isListen) return subscribe(this.#parts, session, visit, message);
    const answer = new ModernAnswer(visit.response, message, ++this.#count);
    await session.use(() =>
      message.method === 'server/discover'
        ? this.#discover(session, visit, answer)
        : this.#call(session, visit, { ...message, bytes: answer.sent }, answer),
    );
    return undefined;
  }

  async #call(session: Session, { caller }: Visit, message: ClientMessage, answer: ModernAnswer): Promise<void> {
    const stop = answer.onClose(() => void this.#cancel(session, answer.number));
    await this.#parts.calls.serve(session, caller, message, answer);
    stop();
  }

  /** The client has closed the stream: that is how it cancels. */
  async #cancel(session: Session, requestId: number): Promise<void> {
    const attached = await session.attach(Date.now());
    if (isLost(attached)) return;
    const { id, version } = attached;
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
    const reply = await this.#parts.gateway.send({ method: 'POST', session: id, version, body });
    if (!isLost(reply)) reply.resume();
  }

  async #discover(session: Session, { caller }: Visit, answer: ModernAnswer): Promise<void> {
    if (!this.#parts.calls.admits(caller, answer)) return;
    const attached = await session.attach(Date.now() + this.#parts.waitMs);
    if (isLost(attached)) {
      answer.error(ErrorCode.Lost, unavailable(attached));
      return;
    }
    const { capabilities, serverInfo, instructions } = JSON.parse(attached.greeting) as Fields;
    const known = Object.entries(isObject(capabilities) ? capabilities : {}).filter(([key]) => offered.includes(key));
    const result = {
      supportedVersions: [modernVersion],
      capabilities: Object.fromEntries(known),
      ...(typeof instructions === 'string' && { instructions }),
      _meta: { [`${metaPrefix}serverInfo`]: serverInfo },
    };
    answer.finish(JSON.stringify({ result }));
  }
}
