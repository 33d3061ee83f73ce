// Answers the gateway on the server's behalf while a session has no process: greetings, lists, pings.

import type { GatewayEnd, Piece } from './gateway-end.ts';
import { type Handshake, handshakeOf } from './handshake.ts';
import type { Listens } from './listens.ts';
import { cancelledId, ErrorCode, errorResponse, Method, notification, resultResponse } from './messages.ts';
import type { Translator } from './translator.ts';

export interface FrontContext {
  /** JSON text of the answer to `initialize`, from memory or on the server's behalf. */
  greeting(handshake: Handshake): string;
  /** JSON text of the answer to `server/discover`; undefined if the server does not speak that protocol, or is not known to. */
  discovery(handshake: Handshake): string | undefined;
  /** Whether the relay itself made the gateway send this request; call `reply` when it is done. */
  isOwn(request: Buffer, reply: () => void): boolean;
}

export class Front {
  readonly #gateway: GatewayEnd;
  readonly #context: FrontContext;
  readonly #translator: Translator;
  readonly #listens: Listens;
  #handshake: Handshake | undefined;

  constructor(gateway: GatewayEnd, context: FrontContext, translator: Translator, listens: Listens) {
    this.#gateway = gateway;
    this.#context = context;
    this.#translator = translator;
    this.#listens = listens;
  }

  /** How the session was begun. */
  get handshake(): Handshake | undefined {
    return this.#handshake;
  }

  get isModern(): boolean {
    return this.#handshake?.era === 'modern';
  }

  /** A message before the session has begun; true: nothing is left to do with it. */
  begin({ bytes, envelope }: Piece): boolean {
    const handshake = envelope && handshakeOf(bytes, envelope);
    const { id, method } = envelope ?? {};
    if (!handshake || id === undefined) return false;
    if (handshake.era === 'legacy') {
      this.#handshake = handshake;
      this.#gateway.write(resultResponse(id, this.#context.greeting(handshake)));
      return true;
    }
    const discovery = this.#context.discovery(handshake);
    if (discovery !== undefined) {
      this.#handshake = handshake;
      this.#translator.isModern = true;
      if (method === Method.discover) this.#gateway.write(resultResponse(id, discovery));
      return method === Method.discover;
    }
    // The gateway goes on with `initialize`.
    if (method === Method.discover) this.#gateway.write(errorResponse(id, notFound));
    return method === Method.discover;
  }

  /** Takes a request to listen, or its end, which concern the process only if there is one; true: it was one. */
  listen({ bytes, envelope }: Piece): boolean {
    if (!this.isModern || !envelope) return false;
    const { id, method } = envelope;
    if (method === Method.cancelled) return this.#listens.cancel(cancelledId(bytes));
    const acknowledgement = method === Method.listen && id !== undefined ? this.#listens.open(id, bytes) : undefined;
    if (acknowledgement) this.#gateway.write(acknowledgement);
    return acknowledgement !== undefined;
  }

  /** Answers a request for which there need be no process; false: there must be one. */
  answer({ bytes, envelope }: Piece): boolean {
    if (envelope?.kind !== 'request' || envelope.id === undefined) return false;
    const { id, method } = envelope;
    if (method === Method.ping) {
      this.#gateway.write(resultResponse(id, '{}'));
      return true;
    }
    const handshake = method === Method.discover ? handshakeOf(bytes, envelope) : undefined;
    const discovery = this.isModern && handshake ? this.#context.discovery(handshake) : undefined;
    const answer = discovery === undefined ? this.#translator.answer(envelope) : resultResponse(id, discovery);
    if (answer) this.#gateway.write(answer);
    return answer !== undefined || this.#isOwn(id, bytes);
  }

  /** The relay made the gateway contact this server, so that it lists what the server offers. */
  #isOwn(id: string, request: Buffer): boolean {
    const reply = (): void => {
      const complete = this.isModern ? '"resultType":"complete",' : '';
      this.#gateway.write(resultResponse(id, `{${complete}"contents":[],"messages":[],"content":[]}`));
    };
    if (!this.#context.isOwn(request, reply)) return false;
    const changed = this.isModern
      ? this.#listens.notify('toolsListChanged', Method.toolListChanged)
      : [notification(Method.toolListChanged)];
    for (const message of changed) this.#gateway.write(message);
    return true;
  }
}

const notFound = { code: ErrorCode.MethodNotFound, message: 'method not found' };
