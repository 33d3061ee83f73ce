// What each server offers, as last listed by the relay, and which part of it the gateway has.

import type { ServerConfig } from './config.ts';
import { printable } from './failure.ts';
import { kindFacts, type Kind, kinds, type Lists, noLists } from './lists.ts';
import type { Log } from './log.ts';
import type { DefinitionMode } from './definitions.ts';
import { type Hidden, nothingOffered, type Offer, type Offered, offersOf, uriPrefix } from './offers.ts';

/** Text by id of what the gateway was given; a kind that it never asked for is missing. */
type Given = Partial<Record<Kind, ReadonlyMap<string, string>>>;

type Listed = Pick<ServerConfig, 'name' | 'prefix' | 'allowTools' | 'definitions'>;

interface Server {
  readonly config: Listed;
  lists: Lists | undefined;
  given: Given;
  /** Only what stays as it was is given: the gateway compares names, and takes a changed entry for the same. */
  onlyKept: boolean;
}

const nothing: Offer = { offered: nothingOffered, hidden: [], changed: [] };
const scheme = 'mcpgen-relay';
/** A name may have been kept from the gateway's clients by its policy: more of them are not tried. */
const maxWays = 10;

export interface ListingsEvents {
  /** What the gateway can have is not what it was. */
  changed(): void;
  /** The gateway has been given all that the server offers. */
  answered(server: string): void;
}

export class Listings {
  readonly #servers: ReadonlyMap<string, Server>;
  readonly #mode: DefinitionMode;
  readonly #log: Log;
  readonly #events: ListingsEvents;
  #offers: ReadonlyMap<string, Offer> = new Map();
  /** What the log said last of each server. */
  readonly #told = new Map<string, string>();
  readonly #toldChanged = new Map<string, string>();

  constructor(servers: readonly Listed[], mode: DefinitionMode, log: Log, events: ListingsEvents) {
    this.#mode = mode;
    this.#servers = new Map(
      servers.map((config) => [config.name, { config, lists: undefined, given: {}, onlyKept: false }]),
    );
    this.#log = log;
    this.#events = events;
  }

  /** Whether the server's lists were seen. */
  has(name: string): boolean {
    return this.#server(name).lists !== undefined;
  }

  /** The server's lists as they were seen last. */
  of(name: string): Lists | undefined {
    return this.#server(name).lists;
  }

  /** The server has these now; kinds that are left out are as before. */
  learn(name: string, lists: Partial<Lists>): void {
    const server = this.#server(name);
    server.lists = { ...(server.lists ?? noLists), ...lists };
    const offerings = [...this.#servers.values()].map(({ config, lists: seen = noLists }) => ({
      name: config.name,
      prefix: config.prefix,
      allowTools: config.allowTools,
      definitions: config.definitions,
      lists: seen,
    }));
    this.#offers = offersOf(offerings, this.#mode);
    this.#tellHidden();
    this.#tellChanged();
    this.#events.changed();
  }

  offer(name: string): Offer {
    return this.#offers.get(name) ?? nothing;
  }

  /** JSON text of the result of the gateway's request for a list. */
  answer(name: string, kind: Kind): string {
    const server = this.#server(name);
    const entries = this.#available(server, kind);
    server.given[kind] = new Map(entries.map(({ id, text }) => [id, text]));
    const texts = entries.map(({ text }) => text);
    if (kind === 'template' && kinds.every((each) => !server.given[each]?.size)) texts.push(placeholder(name));
    // The gateway asks for templates last.
    if (kind === 'template') this.#events.answered(name);
    return `{"${kindFacts[kind].field}":[${texts.join(',')}]}`;
  }

  /** Servers whose entries in the gateway are out of date. */
  stale(): string[] {
    return [...this.#servers.values()].filter((server) => this.#isStale(server)).map(({ config }) => config.name);
  }

  /** Whether the gateway has entries of the server that are gone, or changed. */
  hasOutdated(name: string): boolean {
    const { given } = this.#server(name);
    const { offered } = this.offer(name);
    return kinds.some((kind) => [...(given[kind] ?? [])].some(([id, text]) => textsOf(offered[kind]).get(id) !== text));
  }

  /** From now on, or no longer, the gateway gets only those entries of the server that stay unchanged. */
  giveOnlyKept(name: string, onlyKept: boolean): void {
    this.#server(name).onlyKept = onlyKept;
  }

  /** Requests that make the gateway contact the server: names that it got, then those that it may have from another relay. */
  ways(name: string): { readonly kind: Kind; readonly id: string }[] {
    const { given } = this.#server(name);
    const { offered } = this.offer(name);
    const order: readonly Kind[] = ['resource', 'prompt', 'tool'];
    const known = order.flatMap((kind) => [...(given[kind]?.keys() ?? [])].map((id) => ({ kind, id })));
    const possible = order.flatMap((kind) => offered[kind].map(({ id }) => ({ kind, id })));
    return [{ kind: 'resource' as const, id: `${scheme}:${name}/list` }, ...known, ...possible].slice(0, maxWays);
  }

  /** The server's own name for what the gateway asks for. */
  ownName(name: string, kind: 'prompt' | 'resource', id: string): string {
    const found = this.offer(name).offered[kind].find((entry) => entry.id === id);
    if (found) return found.name;
    const { prefix } = this.#server(name).config;
    if (prefix === undefined || kind === 'prompt') return id;
    const before = uriPrefix(prefix);
    return id.startsWith(before) ? id.slice(before.length) : id;
  }

  #server(name: string): Server {
    const server = this.#servers.get(name);
    if (!server) throw new Error(`no server ${name}`);
    return server;
  }

  /** What another server still has at the gateway is not given a second time: the gateway would refuse both. */
  #available(server: Server, kind: Kind): readonly Offered[] {
    const others = [...this.#servers.values()].filter((other) => other !== server);
    return this.offer(server.config.name).offered[kind].filter(({ id, text }) => {
      if (others.some(({ given }) => given[kind]?.has(id))) return false;
      return !server.onlyKept || server.given[kind]?.get(id) === text;
    });
  }

  #isStale({ config, lists, given }: Server): boolean {
    if (!lists) return false;
    const { offered } = this.offer(config.name);
    return kinds.some((kind) => {
      const has = given[kind];
      return !has || has.size !== offered[kind].length || offered[kind].some(({ id, text }) => has.get(id) !== text);
    });
  }

  /** Logs once per server and reason, however many names, and again when the names change. */
  #tellHidden(): void {
    for (const [server, { hidden }] of this.#offers) {
      const groups = groupBy(hidden, ({ kind, reason }) => `${kind}: ${reason}`);
      const told = this.#told.get(server) ?? '';
      const words = JSON.stringify([...groups].map(([what, entries]) => [what, entries.map(({ name }) => name)]));
      this.#told.set(server, words);
      if (words === told) continue;
      for (const entries of groups.values()) this.#tell(server, entries);
    }
  }

  /** Logs once per server, and again when other tools have changed. */
  #tellChanged(): void {
    for (const [server, { changed }] of this.#offers) {
      const names = printable(changed.join(', '));
      if (names === (this.#toldChanged.get(server) ?? '')) continue;
      this.#toldChanged.set(server, names);
      if (changed.length === 0)
        this.#log.info('the tools of a server match their recorded definitions again', { server });
      else {
        const remedy = 'review them, then run mcpgen verify --record and upgrade the release';
        const fields = { server, mode: this.#mode, count: changed.length, names, remedy };
        this.#log.warn('tools differ from their recorded definitions', fields);
      }
    }
  }

  #tell(server: string, entries: readonly Hidden[]): void {
    const [first] = entries;
    if (!first) return;
    const { kind, owner, reason } = first;
    const names = printable(entries.map(({ name }) => name).join(', '));
    const remedy = owner === undefined ? undefined : `set servers.${server}.prefix`;
    const fields = { server, kind, reason, other: owner, count: entries.length, names, remedy };
    this.#log.warn('part of what a server offers is hidden from clients', fields);
  }
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

function textsOf(entries: readonly Offered[]): Map<string, string> {
  return new Map(entries.map(({ id, text }) => [id, text]));
}

/** For a server that offers nothing else, so that the gateway has a name by which to contact it. */
function placeholder(server: string): string {
  return JSON.stringify({
    uriTemplate: `${scheme}:${server}/{action}`,
    name: `${server}: not available`,
    description: `Server ${server} currently offers nothing.`,
  });
}
