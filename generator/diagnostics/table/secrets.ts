// Diagnostics of secrets: where they are read from, and credentials that would be written as plain text.

import { didYouMean } from '../../suggest.ts';
import { error, type Entry, note, quote, warning } from '../types.ts';
import { shellWord } from '../../shell.ts';

export interface NeededSecret {
  readonly secret: string;
  /** The name of its first secret in the catalog. */
  readonly first: string;
  /** Keys of the Secret, each with its catalog name where that is another. */
  readonly keys: readonly (readonly [key: string, name: string])[];
  /** Keys that the catalog does not require. */
  readonly spare: readonly string[];
}

/** For kubectl: the keys that are required, or all if none is. */
function literalsOf({ keys, spare }: NeededSecret): string[] {
  const all = keys.map(([key]) => key);
  const needed = all.filter((key) => !spare.includes(key));
  return (needed.length > 0 ? needed : all).map((key) => `--from-literal=${key}=VALUE`);
}

export const secretDiagnostics = {
  'plain-credential': {
    meaning: 'A text that would be written into the values looks like a credential. It is never shown.',
    example: '`env: [{name: API_TOKEN, value: ghp_…}]`, a password in a URL, a config property that is a secret',
    fix: 'Use a `secrets:` entry, `--secret NAME=SECRET/KEY`, or, if it is not a secret, `--allow-plain SERVER.NAME`.',
    more: 'security.md',
    isPrivate: true,
    variants: {
      server: error<{
        what: string;
        server: string;
        reason: string;
        /** The config property that has it. */
        property?: string | undefined;
        remedy: string;
        target: string;
      }>(
        ({ what, server, reason }) => `${what} of ${quote(server)} would be plain text in the values: ${reason}`,
        ({ property, remedy, server, target }) =>
          `${property === undefined ? '' : `take ${property} out of the config; `}${remedy}; if it is not a secret: --allow-plain ${shellWord(`${server}.${target}`)}`,
      ),
      overlay: error<{ path: string; reason: string; below: 'remote' | 'server' | 'chart'; target: string }>(
        ({ path, reason }) => `${path} would be plain text in the values: ${reason}`,
        ({ below, target }) =>
          `${overlayRemedies[below]}; if it is not a secret: ${below === 'remote' ? 'remote.allowPlainCredentials: true' : `--allow-plain ${shellWord(target)}`}`,
      ),
    },
  },
  secret: {
    meaning: 'A Secret that a server needs, with the command that creates it.',
    example: '`brave.api_key` is read from the Secret `brave`',
    fix: 'Create it, or use `--secret brave.api_key=SECRET/KEY`.',
    variants: {
      default: note<NeededSecret>(
        ({ secret, keys, spare }) => {
          const listed = keys.map(([key, name]) => (key === name ? key : `${key} (${name})`)).join(', ');
          const create = `create the Secret ${quote(secret)} with the ${keys.length === 1 ? 'key' : 'keys'} ${listed}`;
          if (spare.length === 0) return create;
          return `${create}; ${spare.join(', ')} can be left out, as the catalog does not require ${spare.length === 1 ? 'it' : 'them'}`;
        },
        (needed) =>
          `kubectl create secret generic ${needed.secret} ${literalsOf(needed).join(' ')}; to use another Secret: --secret ${shellWord(needed.first)}=SECRET/KEY`,
        {
          task: (needed) => {
            const isOptional = needed.keys.length === needed.spare.length;
            return { secret: needed.secret, from: literalsOf(needed), isOptional };
          },
        },
      ),
    },
  },
  'secret-not-in-file': {
    meaning: 'The file given with `--secrets-file` does not have a secret that a server needs.',
    example: 'the secrets file has no `brave.api_key`',
    fix: 'Add it, or correct its name.',
    variants: {
      default: warning<{ name: string; known: readonly string[] }>(
        ({ name }) => `the secrets file has no ${name}`,
        ({ name, known }) => didYouMean(name, known) ?? 'add it to the file, or correct its name in the catalog',
      ),
    },
  },
} satisfies Record<string, Entry>;

const overlayRemedies = {
  remote: 'write ${NAME} there, and NAME: {name: SECRET, key: KEY} in remote.secrets',
  server: 'write {name: SECRET, key: KEY} below secretEnv, and $(NAME) where a text refers to it',
  chart: 'keep it in a Secret of the cluster, and name that here',
};
