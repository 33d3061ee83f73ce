// Sends one message of a client to the gateway, and returns the answer.

import type { IncomingMessage } from 'node:http';
import { isObject } from '../relay/messages.ts';
import type { Answer } from './answer.ts';
import { type Gateway, isLost, readMessages, readText, unavailable } from './gateway.ts';
import type { ClientMessage } from './message.ts';
import { ErrorCode } from './refusal.ts';
import type { Attached, Session } from './session.ts';

export type Outcome = 'ok' | 'error' | 'lost' | 'unavailable' | 'disconnected';

export interface PostContext {
  readonly gateway: Gateway;
  /** Time that a request waits for an unreachable gateway. */
  readonly waitMs: number;
  readonly maxAnswer: number;
}

/** Makes the text that the client gets of the last message. */
export type Shape = (text: string, message: { readonly [field: string]: unknown }) => string;

/** Requests that are safe to repeat. */
const repeatable =
  /^(ping|server\/discover|(tools|prompts|resources|resources\/templates)\/list|prompts\/get|resources\/read|completion\/complete|logging\/setLevel)$/;

export function isRepeatable(method: string): boolean {
  return repeatable.test(method);
}

export const lostText =
  'the gateway was lost during this call, which may or may not have taken effect; call again if repeating it is safe';

/** Sends a request and returns its answer; `shape` may replace the last message. `stateful`: servers that it uses, which keep state. */
export async function exchange(
  context: PostContext,
  session: Session,
  message: ClientMessage,
  answer: Answer,
  shape: Shape,
  stateful: readonly string[] = [],
): Promise<Outcome> {
  const deadline = Date.now() + context.waitMs;
  // Once more, and no more: it may be what takes the gateway away.
  let mayRepeat = isRepeatable(message.method);
  for (;;) {
    const attached = await session.attach(deadline);
    if (answer.isOver) return 'disconnected';
    if (isLost(attached)) {
      answer.error(ErrorCode.Lost, unavailable(attached));
      return 'unavailable';
    }
    const forgetful = stateful.filter((server) => session.hasLostState(server));
    if (forgetful.length > 0) {
      const text = `the gateway was restarted, and the state that ${forgetful.join(', ')} kept for this session may be lost; call again to continue without it`;
      answer.error(ErrorCode.Lost, text);
      return 'lost';
    }
    const { outcome, mayBeDone } = await attempt(context, attached, message, answer, shape);
    if (outcome !== 'lost') return outcome;
    session.detach(attached);
    if ((mayBeDone && !mayRepeat) || Date.now() > deadline) {
      answer.error(ErrorCode.Lost, lostText);
      return 'lost';
    }
    if (mayBeDone) mayRepeat = false;
  }
}

/** `mayBeDone`: the gateway had the request when it was lost. */
async function attempt(
  context: PostContext,
  { id, version }: Attached,
  { bytes }: ClientMessage,
  answer: Answer,
  shape: Shape,
): Promise<{ readonly outcome: Outcome; readonly mayBeDone: boolean }> {
  const abort = new AbortController();
  const stop = answer.onClose(() => abort.abort());
  const sent = { method: 'POST', session: id, version, body: bytes, signal: abort.signal } as const;
  const reply = await context.gateway.send(sent);
  const outcome = isLost(reply) || reply.statusCode === 404 ? 'lost' : await pass(context, reply, answer, shape);
  stop();
  if (answer.isOver && outcome === 'lost') return { outcome: 'disconnected', mayBeDone: true };
  if (!isLost(reply) && reply.statusCode === 404) reply.resume();
  return { outcome, mayBeDone: isLost(reply) ? reply.wasSent : reply.statusCode !== 404 };
}

/** Passes on the messages of the gateway's answer; `lost`: it ended before the last one, which the caller reports. */
async function pass(
  { maxAnswer }: PostContext,
  reply: IncomingMessage,
  answer: Answer,
  shape: Shape,
): Promise<Outcome> {
  if (reply.statusCode !== 200) {
    const text = (await readText(reply)).trim().slice(0, 500);
    answer.error(ErrorCode.InvalidRequest, `the gateway answered with status ${reply.statusCode}: ${text}`);
    return 'error';
  }
  let outcome: Outcome | undefined;
  const message = (text: string): void => {
    const value = parse(text);
    if (value === undefined || outcome !== undefined) return;
    if ('method' in value) {
      answer.message(text);
      return;
    }
    outcome = isFailure(value) ? 'error' : 'ok';
    answer.finish(shape(text, value));
  };
  const ending = await readMessages(reply, maxAnswer, { message, drained: () => answer.drained() });
  if (outcome !== undefined) return outcome;
  if (answer.isOver) return 'disconnected';
  if (ending !== 'too long') return 'lost';
  reply.destroy();
  answer.error(
    ErrorCode.Limit,
    `the answer is longer than ${maxAnswer >> 20} MiB: ask for less data, or raise door.limits.answerMiB`,
  );
  return 'error';
}

function isFailure(value: { readonly [field: string]: unknown }): boolean {
  const { result } = value;
  return 'error' in value || (isObject(result) && result['isError'] === true);
}

function parse(text: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
