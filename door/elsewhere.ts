// Forwards a request to the door in the pod that has its session.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isLost } from './gateway.ts';
import type { ClientMessage } from './message.ts';
import { hopHeader, type Peers } from './peers.ts';
import { isRepeatable, lostText } from './post.ts';
import { ErrorCode, errorText } from './refusal.ts';
import type { SessionFacts } from './seal.ts';

export interface Elsewhere {
  readonly peers: Peers;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly facts: SessionFacts;
  readonly message: ClientMessage | undefined;
}

/** false: the session is here. */
export async function serveElsewhere({ peers, request, response, id, facts, message }: Elsewhere): Promise<boolean> {
  if (request.headers[hopHeader] !== undefined) return false;
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  for (;;) {
    const pod = await peers.of(id, facts.pod);
    if (pod === undefined) return false;
    const reply = await peers.send(pod, request, message?.bytes, abort.signal);
    if (abort.signal.aborted) return true;
    if (!isLost(reply)) {
      const { connection: _, 'keep-alive': __, ...headers } = reply.headers;
      response.writeHead(reply.statusCode ?? 502, headers);
      await pipeline(reply, response).catch(() => response.destroy());
      return true;
    }
    // That pod counts as gone now, and the next one is asked.
    if (reply.wasSent && message?.kind === 'request' && !isRepeatable(message.method)) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(errorText(message.id, { code: ErrorCode.Lost, message: lostText }));
      return true;
    }
  }
}
