// Diagnostics of secrets: where they are read from.

import { didYouMean } from '../../suggest.ts';
import { createSecret, type Entry, note, quote, warning } from '../types.ts';
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
          return `${create}; ${spare.join(', ')} can be left out, because the catalog does not require ${spare.length === 1 ? 'it' : 'them'}`;
        },
        (needed) =>
          `${createSecret(needed.secret, literalsOf(needed))}; to use another Secret: --secret ${shellWord(needed.first)}=SECRET/KEY`,
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
