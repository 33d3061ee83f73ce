// The keys of Secrets that the servers of values read: which must be there, and who reads them.

import { compare } from '../diagnostics.ts';
import { type ChartValues, secretsOf, serversOf, type ServerValues } from '../values/in-effect.ts';

export interface NeededKey {
  readonly secret: string;
  /** Undefined: the Secret as a whole, as files. */
  readonly key: string | undefined;
  /** Nobody needs it to start. */
  readonly optional: boolean;
  /** Servers, with the variable where it is one. */
  readonly users: readonly string[];
  /** What it is called in a file of NAME=VALUE lines: the key, or SECRET/KEY where several Secrets have the key. */
  readonly name: string;
}

/** Sorted by Secret and key, each once. */
export function neededKeys(values: ChartValues): readonly NeededKey[] {
  const found = new Map<string, { ref: Reference; optional: boolean; users: Set<string> }>();
  for (const [server, own] of serversOf(values)) {
    for (const ref of referencesOf(own)) {
      const id = JSON.stringify([ref.secret, ref.key]);
      const entry = found.get(id) ?? { ref, optional: true, users: new Set() };
      entry.users.add(ref.variable === undefined ? server : `${server} (${ref.variable})`);
      found.set(id, { ...entry, optional: entry.optional && ref.optional });
    }
  }
  const all = [...found.values()];
  const count = (key: string | undefined): number => all.filter(({ ref }) => ref.key === key).length;
  return all
    .map(({ ref: { secret, key }, optional, users }) => ({
      secret,
      key,
      optional,
      users: [...users].sort(compare),
      name: key !== undefined && count(key) === 1 ? key : `${secret}/${key ?? ''}`,
    }))
    .sort((a, b) => compare(a.secret, b.secret) || compare(a.key ?? '', b.key ?? ''));
}

interface Reference {
  readonly secret: string;
  readonly key: string | undefined;
  readonly variable?: string;
  readonly optional: boolean;
}

function referencesOf(server: ServerValues): Reference[] {
  const variables = Object.entries(secretsOf(server)).map(([variable, { name, key, optional = false }]): Reference => ({
    secret: name,
    key,
    variable,
    optional,
  }));
  const files = Object.values(server.volumes ?? {}).flatMap(({ secret }): Reference[] => {
    if (!secret) return [];
    const keys = secret.items?.map(({ key }) => key) ?? [undefined];
    return keys.map((key) => ({ secret: secret.name, key, optional: false }));
  });
  return [...variables, ...files];
}
