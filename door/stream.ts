// The stream of a client's session for messages that answer no request. It outlives the gateway's stream, as the session does.

import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { event, streamHeaders } from './answer.ts';
import type { Caller } from './caller.ts';
import { type Gateway, isLost, readMessages, readText } from './gateway.ts';
import type { Attached, Session } from './session.ts';

const keepAliveMs = 25_000;
const retryMs = 500;
const toolsChanged = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

export interface ListenContext {
  readonly gateway: Gateway;
  readonly maxAnswer: number;
  /** The door ends: streams end in between two events, and clients come back elsewhere. */
  readonly ending: AbortSignal;
}

/** Transforms the gateway's messages on their way to the client. */
export interface Passing {
  readonly opening: string;
  /** The text that the client gets; undefined: none. */
  pass(text: string): string | undefined;
  /** Run in each gateway session that feeds the stream. */
  attached(attached: Attached): Promise<void>;
  readonly closing: string;
}

const asTheyAre: Passing = {
  opening: ': open\n\n',
  pass: (text) => text,
  attached: async () => undefined,
  closing: '',
};

/** Serves the stream until the client leaves or the door stops. */
export async function listen(
  context: ListenContext,
  session: Session,
  response: ServerResponse,
  headers: { readonly [name: string]: string },
  passing = asTheyAre,
): Promise<void> {
  response.writeHead(200, { ...streamHeaders, ...headers }).write(passing.opening);
  const write = (text: string): void => {
    const passed = passing.pass(text);
    if (passed !== undefined) response.write(event(passed));
  };
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  response.once('close', stop);
  if (context.ending.aborted) stop();
  context.ending.addEventListener('abort', stop, { once: true });
  const keepAlive = setInterval(() => response.write(': waiting\n\n'), keepAliveMs);
  let isAgain = false;
  while (!abort.signal.aborted) {
    const attached = await session.attach(Date.now() + 60_000);
    if (abort.signal.aborted) break;
    if (!isLost(attached)) {
      // Another gateway may have other tools.
      if (isAgain && attached.greeting.includes('"listChanged":true')) write(toolsChanged);
      await passing.attached(attached);
      const ending = await follow(context, session, attached, write, abort.signal);
      if (ending === 'refused') break;
      isAgain = ending === 'lost';
    }
    await pause(retryMs, undefined, { signal: abort.signal }).catch(() => undefined);
  }
  clearInterval(keepAlive);
  context.ending.removeEventListener('abort', stop);
  response.end(passing.closing);
}

/** `lost`: the gateway's session is gone. `busy`: it still has an earlier stream. `refused`: it offers no stream. */
async function follow(
  { gateway, maxAnswer }: ListenContext,
  session: Session,
  attached: Attached,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<'lost' | 'busy' | 'refused'> {
  const reply = await gateway.send({ method: 'GET', session: attached.id, version: attached.version, signal });
  if (signal.aborted) return 'busy';
  if (isLost(reply) || reply.statusCode === 404) {
    if (!isLost(reply)) reply.resume();
    session.detach(attached);
    return 'lost';
  }
  if (reply.statusCode !== 200) {
    await readText(reply);
    return reply.statusCode === 409 ? 'busy' : 'refused';
  }
  const sink = { message: write, drained: () => undefined };
  const ending = await readMessages(reply, maxAnswer, sink);
  if (signal.aborted || ending === 'ended') return 'busy';
  session.detach(attached);
  return 'lost';
}

/** A stream ends with the token: the client comes back with another one. */
export function endWithToken(response: ServerResponse, { expires = Infinity }: Caller): void {
  // A timer has at most 24 days.
  const timer = setTimeout(() => response.end(), Math.min(expires - Date.now(), 2 ** 31 - 1));
  response.once('close', () => clearTimeout(timer));
}
