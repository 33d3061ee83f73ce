// Secrets of a server: which key of which Secret each is read from, which are optional, and what is reported of them.

import type { CatalogSecret, CatalogServer } from '../catalog/model.ts';
import { type Config, evaluate, parseExpression } from '../catalog/expression.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import { isDataKey, toDataKey } from '../kubernetes/names.ts';
import type { SecretKey } from './model.ts';

/** Where secrets are that the user mapped, by their catalog name. */
export type SecretMap = ReadonlyMap<string, SecretKey>;

/** Where a secret's value is: as the user mapped it, else in the Secret of the server's name, below a key of its own. */
export function secretKeyOf(
  { secrets }: CatalogServer,
  secretName: string,
  mapped: SecretMap,
): (name: string) => SecretKey {
  const keys = ownKeys(secrets);
  return (name) => mapped.get(name) ?? { name: secretName, key: keys.get(name) ?? name };
}

/** Keys by the secrets' names: a name that a Secret's key may have stays, another is rewritten, so that no two are the same. */
function ownKeys(secrets: readonly CatalogSecret[]): ReadonlyMap<string, string> {
  const names = [...new Set(secrets.map(({ name }) => name))];
  const taken = new Set(names.filter(isDataKey));
  const keys = new Map<string, string>();
  for (const name of names) {
    const base = toDataKey(name);
    let key = base;
    if (base !== name) for (let number = 2; taken.has(key); number++) key = `${base}-${number}`;
    taken.add(key);
    keys.set(name, key);
  }
  return keys;
}

/**
 * The server with those variables as secrets that a config property alone would set, where the user says `--secret` of the
 * property, or where the property is a secret of the catalog: `{{s.token}}` in the variable TOKEN is then the secret `s.token`
 * in TOKEN.
 */
export function withMappedProperties(server: CatalogServer, mapped: SecretMap, config: Config): CatalogServer {
  const isOwn = (property: string): boolean =>
    server.secrets.some(({ name }) => name === property) && evaluate(`{{${property}}}`, config) === '';
  const found = server.env.flatMap(({ name, value }) => {
    const property = loneProperty(value);
    return property !== undefined && (mapped.has(property) || isOwn(property)) ? [{ env: name, name: property }] : [];
  });
  if (found.length === 0) return server;
  const variables = new Set(found.map(({ env }) => env));
  return {
    ...server,
    secrets: [...server.secrets.filter(({ env }) => !variables.has(env)), ...found],
    // Entries keep their places, for messages; one without a value sets nothing.
    env: server.env.map((entry) => (variables.has(entry.name) ? { ...entry, value: '' } : entry)),
  };
}

/** The property that a text is nothing but. */
export function loneProperty(text: string): string | undefined {
  const [term, ...more] = parseExpression(text);
  return term?.kind === 'reference' && more.length === 0 ? term.path.join('.') : undefined;
}

/**
 * Marks the variables that the server can do without. Where a text refers to one it stays required: Kubernetes would leave
 * `$(NAME)` in the text as it is.
 */
export function markOptional(
  { secrets }: CatalogServer,
  secretEnv: Readonly<Record<string, SecretKey>>,
  aliases: ReadonlyMap<string, string>,
  texts: readonly string[],
): Readonly<Record<string, SecretKey>> {
  const optional = new Set(secrets.filter((secret) => secret.optional).map(({ env }) => env));
  const entries = Object.entries(secretEnv).map(([name, from]): [string, SecretKey] => {
    const isUsed = texts.some((text) => text.includes(`$(${name})`));
    return [name, optional.has(aliases.get(name) ?? name) && !isUsed ? { ...from, optional: true } : from];
  });
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/** One note for the Secret that the user has to create. */
export function noteSecrets(
  server: CatalogServer,
  used: Readonly<Record<string, SecretKey>>,
  mapped: SecretMap,
): Diagnostic[] {
  const keys = ownKeys(server.secrets);
  const own = server.secrets.filter(({ name }) => !mapped.has(name));
  const isOptional = new Map<string, boolean>();
  let secretName: string | undefined;
  for (const { name, env } of own) {
    const key = keys.get(name) ?? name;
    const from = used[env] ?? Object.values(used).find((each) => each.key === key);
    if (from?.key !== key) continue;
    secretName ??= from.name;
    isOptional.set(key, (isOptional.get(key) ?? true) && from.optional === true);
  }
  const first = own[0];
  if (secretName === undefined || !first) return [];
  const spare = [...isOptional].flatMap(([key, optional]) => (optional ? [key] : []));
  const named = own.map(({ name }) => [keys.get(name) ?? name, name] as const).filter(([key]) => isOptional.has(key));
  const parameters = { secret: secretName, first: first.name, keys: [...new Map(named)], spare };
  const position = positionOf(server.source, [...server.path, 'secrets']);
  return [diagnose('secret', parameters, { position, server: server.name })];
}

/** The entries of a map but for some. */
export function withoutKeys<T>(
  map: Readonly<Record<string, T>>,
  isOut: (key: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !isOut(key)));
}
