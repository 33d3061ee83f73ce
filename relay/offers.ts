// Decides what the gateway gets of each server's lists: all that it can register. If two servers have the same name for something, the
// server whose name sorts first has it; a prefix also separates prompts and resources, where the gateway itself separates only tools.

import { problemOf } from './acceptable.ts';
import { changedTools, type DefinitionMode, type Definitions } from './definitions.ts';
import { type Entry, kindFacts, type Kind, kinds, type Lists } from './lists.ts';

export interface Offering {
  readonly name: string;
  readonly prefix: string | undefined;
  /** The only tools that the gateway lets through; undefined: all. */
  readonly allowTools: readonly string[] | undefined;
  /** Recorded definitions of its tools; undefined: none are recorded. */
  readonly definitions?: Definitions | undefined;
  readonly lists: Lists;
}

export interface Offered {
  /** The name by which the gateway tells it from others. */
  readonly id: string;
  /** The server's own name for it. */
  readonly name: string;
  /** JSON text for the gateway's list. */
  readonly text: string;
}

export interface Hidden {
  readonly kind: Kind;
  readonly name: string;
  /** The server that has the name; undefined: the gateway can register it from no server. */
  readonly owner: string | undefined;
  readonly reason: string;
}

export interface Offer {
  readonly offered: { readonly [kind in Kind]: readonly Offered[] };
  readonly hidden: readonly Hidden[];
  /** Tools that differ from their recorded definitions. */
  readonly changed: readonly string[];
}

/** By server. */
export function offersOf(servers: readonly Offering[], mode: DefinitionMode = 'off'): ReadonlyMap<string, Offer> {
  const owners = new Map<string, string>();
  const inOrder = servers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(inOrder.map((server) => [server.name, checkDefinitions(server, offerOf(server, owners), mode)]));
}

type Uncompared = Omit<Offer, 'changed'>;

function offerOf(server: Offering, owners: Map<string, string>): Uncompared {
  const hidden: Hidden[] = [];
  const entriesOf = (kind: Kind): Offered[] =>
    server.lists[kind].flatMap((entry) => {
      if (kind === 'tool' && server.allowTools && !server.allowTools.includes(entry.name)) return [];
      const ids = idsOf(kind, entry.name, server.prefix);
      const problem = problemOf(kind, ids[0] ?? '', entry);
      const id = ids.find((candidate) => !owners.has(`${kind} ${candidate}`));
      if (problem === undefined && id !== undefined) {
        owners.set(`${kind} ${id}`, server.name);
        return { id, name: entry.name, text: textOf(kind, id, entry) };
      }
      const owner = problem === undefined ? owners.get(`${kind} ${ids[0]}`) : undefined;
      const isOwn = owner === server.name;
      const clash = isOwn ? 'the server has this name twice' : `server ${owner} already has this name`;
      hidden.push({ kind, name: entry.name, owner: isOwn ? undefined : owner, reason: problem ?? clash });
      return [];
    });
  const offered = Object.fromEntries(kinds.map((kind) => [kind, entriesOf(kind)])) as unknown as Offer['offered'];
  return { offered, hidden };
}

/** Where the recorded definitions are enforced, a server with others offers nothing. Its names remain its own. */
function checkDefinitions({ lists, definitions }: Offering, offer: Uncompared, mode: DefinitionMode): Offer {
  if (mode === 'off' || !definitions) return { ...offer, changed: [] };
  const names = new Set(offer.offered.tool.map(({ name }) => name));
  const changed = changedTools(
    lists.tool.filter(({ name }) => names.has(name)),
    definitions,
  );
  if (mode === 'warn' || changed.length === 0) return { ...offer, changed };
  const reason = 'its tools differ from their recorded definitions';
  const withheld = kinds.flatMap((kind) =>
    offer.offered[kind].map(({ name }): Hidden => ({ kind, name, owner: undefined, reason })),
  );
  return { offered: nothingOffered, hidden: [...offer.hidden, ...withheld], changed };
}

export const nothingOffered: Offer['offered'] = { tool: [], prompt: [], resource: [], template: [] };

/** Names that an entry may have for the gateway, the best first. Links in a server's answers need its own URIs, where that can be. */
function idsOf(kind: Kind, name: string, prefix: string | undefined): readonly string[] {
  if (prefix === undefined) return [name.trim()];
  if (kind === 'tool' || kind === 'prompt') return [`${prefix}__${name.trim()}`];
  return [name, `${uriPrefix(prefix)}${name}`];
}

/** What is put before a URI: a scheme begins with a letter and has fewer characters than a prefix may have. */
export function uriPrefix(prefix: string): string {
  return `${prefix.replaceAll(/[^a-z\d.-]+/gi, '-').replace(/^(?![a-z])/i, 'x')}+`;
}

/** The gateway puts the prefix before the names of tools itself. */
function textOf(kind: Kind, id: string, { name, value }: Entry): string {
  return JSON.stringify(kind === 'tool' || id === name ? value : { ...value, [kindFacts[kind].key]: id });
}
