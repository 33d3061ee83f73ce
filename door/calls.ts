// One request in a session: checks that it is allowed, sends it to the gateway, and logs it.

import type { Log } from '../relay/log.ts';
import type { Metrics } from '../relay/metrics.ts';
import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { Limiter } from './limiter.ts';
import type { ClientMessage } from './message.ts';
import type { Named, Policy } from './policy.ts';
import { exchange, type Outcome, type PostContext } from './post.ts';
import { ErrorCode } from './refusal.ts';
import type { Session } from './session.ts';

type Ending = Outcome | 'denied' | 'limited';

/** Actions of a caller; lists and pings do not count. */
const audited = /^(tools\/call|prompts\/get|resources\/(read|subscribe)|completion\/complete)$/;
const maxGroupLabels = 100;

export interface CallsContext extends PostContext {
  readonly policy: Policy;
  readonly limiter: Limiter;
  readonly callsPerMinute: number;
  /** Servers that keep state for a session. */
  readonly stateful: readonly string[];
  readonly metrics: Metrics;
  readonly log: Log;
}

export class Calls {
  readonly #context: CallsContext;
  readonly #groups = new Set<string>();

  constructor(context: CallsContext) {
    this.#context = context;
  }

  async serve(session: Session, caller: Caller, message: ClientMessage, answer: Answer): Promise<void> {
    const start = performance.now();
    const { named, ending } = await this.#do(session, caller, message, answer);
    this.#count(caller, ending, (performance.now() - start) / 1000);
    if (!audited.test(message.method)) return;
    this.#context.log.info('call', {
      user: caller.user,
      client: caller.client || session.clientName,
      method: message.method,
      server: named?.servers.join(','),
      [named?.kind ?? 'tool']: named?.name,
      outcome: ending,
      ms: Math.round((performance.now() - start) * 10) / 10,
      session: session.label,
      request: message.id,
    });
  }

  /** Whether the caller may make another request now; if not, that is the answer. */
  admits(caller: Caller, answer: Answer): boolean {
    const { limiter, callsPerMinute } = this.#context;
    const seconds = limiter.take(caller.identity);
    if (seconds === undefined) return true;
    const text = `more than ${callsPerMinute} requests in a minute: try again in ${seconds} s, or ask for a higher door.limits.callsPerMinute`;
    answer.error(ErrorCode.Limit, text);
    return false;
  }

  async #do(
    session: Session,
    caller: Caller,
    message: ClientMessage,
    answer: Answer,
  ): Promise<{ readonly named: Named | undefined; readonly ending: Ending }> {
    const { policy } = this.#context;
    if (!this.admits(caller, answer)) return { named: undefined, ending: 'limited' };
    const { named, error } = await policy.judge(caller, message);
    if (error) {
      answer.error(error.code, error.message);
      return { named, ending: 'denied' };
    }
    const shape = (text: string, value: { readonly [field: string]: unknown }): string =>
      policy.shown(caller, message, text, value);
    const stateful = (named?.servers ?? []).filter((server) => this.#context.stateful.includes(server));
    return { named, ending: await exchange(this.#context, session, message, answer, shape, stateful) };
  }

  /** By group, because there are too many users for labels; a caller with several groups counts for the first. */
  #count(caller: Caller, outcome: Ending, seconds: number): void {
    const { metrics } = this.#context;
    const [first = 'none'] = caller.groups;
    if (this.#groups.size < maxGroupLabels) this.#groups.add(first);
    const group = this.#groups.has(first) ? first : 'other';
    metrics.counter('mcpgen_door_requests_total', 'Requests in sessions.', { group, outcome }).add(1);
    metrics.histogram('mcpgen_door_request_seconds', 'Time until requests are answered.', { group }).observe(seconds);
  }
}
