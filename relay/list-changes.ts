// Checks a server's notification that its lists changed before the gateway gets it: if a session's client leaves while the gateway
// lists the server, the gateway waits forever, and never lists that server again.

import type { Envelope } from './envelope.ts';
import { isSame, kindFacts, type Kind, kinds, type Lists, readList } from './lists.ts';
import type { Listings } from './listings.ts';
import { Method, ownId, request } from './messages.ts';

export interface ListChangesContext {
  readonly name: string;
  readonly listings: Listings;
  /** The relay can have the gateway list servers in its own session, which no client leaves. */
  readonly canRefresh: boolean;
}

export interface ListChangesEvents {
  /** JSON text of what requests of protocol 2026-07-28 say of who asks. */
  params(): string | undefined;
  /** A request for the server. */
  ask(bytes: Buffer, envelope: Envelope): void;
  /** A notification for the gateway. */
  tell(notification: Buffer): void;
}

const methods: readonly (string | undefined)[] = [
  Method.toolListChanged,
  Method.promptListChanged,
  Method.resourceListChanged,
];
/** More of them, each with another text, are not passed on. */
const maxHeld = 100;
const idOf = (kind: Kind): string => ownId(`changed-${kind}`);

export class ListChanges {
  readonly #context: ListChangesContext;
  readonly #events: ListChangesEvents;
  /** The server's notifications, by their text, until its lists have shown whether they are true. */
  readonly #held = new Map<string, Buffer>();
  #lists: Partial<Record<Kind, Lists[Kind]>> | undefined;
  /** What was known before: another session that hears of the same change may learn it first. */
  #before: Lists | undefined;
  /** It has said so again while it was asked. */
  #isAgain = false;

  constructor(context: ListChangesContext, events: ListChangesEvents) {
    this.#context = context;
    this.#events = events;
  }

  /** Takes a message of the server that is about its lists; false: it is about something else. */
  take(bytes: Buffer, { kind, id, method }: Envelope): boolean {
    if (kind === 'notification' && methods.includes(method)) {
      if (this.#held.size < maxHeld) this.#held.set(bytes.toString(), bytes);
      if (this.#lists) this.#isAgain = true;
      else this.#ask();
      return true;
    }
    const list = kind === 'response' ? kinds.find((one) => idOf(one) === id) : undefined;
    if (!list) return false;
    if (this.#lists) this.#lists[list] = readList(list, bytes) ?? [];
    if (this.#lists && kinds.every((one) => this.#lists?.[one])) this.#compare(this.#lists as Lists);
    return true;
  }

  /** The process is another one. */
  forget(): void {
    this.#held.clear();
    this.#lists = undefined;
    this.#isAgain = false;
  }

  #ask(): void {
    this.#lists = {};
    this.#before = this.#context.listings.of(this.#context.name);
    for (const kind of kinds) {
      const { method } = kindFacts[kind];
      this.#events.ask(request(idOf(kind), method, this.#events.params()), { kind: 'request', id: idOf(kind), method });
    }
  }

  #compare(lists: Lists): void {
    const { name, listings, canRefresh } = this.#context;
    const isAgain = this.#isAgain;
    const held = [...this.#held.values()];
    const before = this.#before;
    this.forget();
    if (isSame(before, lists)) return;
    listings.learn(name, lists);
    if (!canRefresh) for (const notification of held) this.#events.tell(notification);
    // Only now: some servers say so whenever they are asked.
    if (isAgain) this.#ask();
  }
}
