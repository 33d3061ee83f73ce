// The environment of a server and what refers to it: as the gateway sets it, with secrets left as references.

import type { Config } from '../catalog/expression.ts';
import { setVariables, splitExpansion } from '../catalog/environment.ts';
import type { CatalogServer } from '../catalog/model.ts';
import type { SecretKey } from './model.ts';
import { isEmpty, type SecretReference, type Text, toKubernetes } from '../kubernetes/text.ts';

/** The variables of a server. */
export interface ServerEnvironment {
  /** As Kubernetes reads it. */
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv: Readonly<Record<string, SecretKey>>;
  /** Secrets whose variable had to get another name, by that name. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Replaces `$NAME`, as the gateway does. */
  readonly expand: (text: string) => Text;
}

/**
 * docker/mcp-gateway pkg/gateway/clientpool.go, argsAndEnv: secrets first, then the entries of `env`, each of which sees
 * those before it. A reference takes the first variable of its name, the container the last.
 */
export function buildEnvironment(
  server: CatalogServer,
  config: Config,
  secretKey: (secretName: string) => SecretKey,
): ServerEnvironment {
  const entries: { name: string; text: Text }[] = server.secrets.map(({ env }, index) => ({
    name: env,
    text: [{ secret: variableOf(index) }],
  }));
  const expand = (text: string): Text =>
    splitExpansion(text).flatMap((part) =>
      'literal' in part ? [part.literal] : (entries.find(({ name }) => name === part.name)?.text ?? []),
    );
  setVariables<Text>(server.env, config, {
    literal: (text) => [text],
    expand,
    isEmpty,
    set: (name, text) => entries.push({ name, text }),
  });

  // Each secret is one variable. The usual case: it has the name that the catalog gives it, and nothing else has.
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  const taken = new Set(last.keys());
  const names = new Map<string, string>();
  const secretEnv: Record<string, SecretKey> = Object.create(null);
  const aliases = new Map<string, string>();
  const nameOf = (reference: SecretReference): string => {
    const known = names.get(reference.secret);
    if (known !== undefined) return known;
    const index = Number(reference.secret);
    const { name: secretName, env } = server.secrets[index] ?? { name: '', env: '' };
    const shadowed = last.get(env) !== entries[index];
    let name = env;
    if (shadowed) {
      for (name = `${env}_SECRET`; taken.has(name);) name += '_';
      taken.add(name);
      aliases.set(name, env);
    }
    names.set(reference.secret, name);
    secretEnv[name] = secretKey(secretName);
    return name;
  };
  const named = (text: Text): Text => text.map((part) => (typeof part === 'string' ? part : { secret: nameOf(part) }));

  const env: Record<string, string> = Object.create(null);
  for (const [index, entry] of entries.entries()) {
    if (last.get(entry.name) !== entry) continue;
    if (index < server.secrets.length) nameOf({ secret: variableOf(index) });
    else env[entry.name] = toKubernetes(named(entry.text));
  }
  return { env, secretEnv, aliases, expand: (text) => named(expand(text)) };
}

/** Stands for the secret until its variable's name is known. */
function variableOf(index: number): string {
  return String(index);
}
