// What is missing of the keys that are needed: in a file of NAME=VALUE lines, or in a listing of Secrets. Values are never shown.

import { isMap } from '../tree.ts';
import type { NeededKey } from './needed.ts';

/** Which keys a place has. */
export type HasKey = (needed: NeededKey) => boolean;

/** A value that is empty is missing. */
export function inEnvFile(values: ReadonlyMap<string, string>): HasKey {
  return ({ name, secret, key }) => ((values.get(name) || values.get(`${secret}/${key}`)) ?? '') !== '';
}

/** `kubectl get secrets -o json`, or one Secret. Undefined: it is something else. */
export function inListing(listing: unknown): HasKey | undefined {
  if (!isMap(listing)) return undefined;
  const items = listing['kind'] === 'Secret' ? [listing] : listing['items'];
  if (!Array.isArray(items)) return undefined;
  const keys = new Map<string, ReadonlySet<string>>();
  for (const item of items.filter(isMap)) {
    const { metadata, data, stringData } = item;
    const own = { ...(isMap(data) ? data : {}), ...(isMap(stringData) ? stringData : {}) };
    const name = isMap(metadata) ? metadata['name'] : undefined;
    if (item['kind'] === 'Secret' && typeof name === 'string')
      keys.set(name, new Set(Object.keys(own).filter((key) => own[key] !== '')));
  }
  return ({ secret, key }) => (key === undefined ? keys.has(secret) : (keys.get(secret)?.has(key) ?? false));
}

export interface CheckedKey {
  readonly secret: string;
  readonly key: string | null;
  readonly users: readonly string[];
  readonly state: 'present' | 'missing' | 'optional';
}

/** `optional`: it is missing, and may be. */
export function checkKeys(needed: readonly NeededKey[], has: HasKey): readonly CheckedKey[] {
  return needed.map((one) => ({
    secret: one.secret,
    key: one.key ?? null,
    users: one.users,
    state: has(one) ? 'present' : one.optional ? 'optional' : 'missing',
  }));
}
