// Diagnostics of what a user says beside the files: options, and names in them.

import { didYouMean } from '../../suggest.ts';
import { error, type Entry, quote, warning } from '../types.ts';

export interface Unused {
  readonly name: string;
  /** Names that would have been used. */
  readonly known: readonly string[];
}

const unusedHint = ({ name, known }: Unused): string => didYouMean(name, known) ?? 'remove it, or correct its name';

export const inputDiagnostics = {
  'unknown-server': {
    meaning: 'An option or a file names a server that is in no catalog.',
    example: '`--servers tme`, `--exclude tme`, `--allow-root tme`',
    fix: 'Use the names of the catalog.',
    variants: {
      default: error<{ by: string; name: string; known: readonly string[] }>(
        ({ by, name }) => `${by} names ${quote(name)}, which is not in any catalog`,
        ({ name, known }) => didYouMean(name, known) ?? 'the name is the key below registry: in the catalog',
      ),
      overlay: error<{ name: string; known: readonly string[] }>(
        ({ name }) => `the overlay changes ${quote(name)}, which is not in any catalog`,
        ({ name, known }) =>
          didYouMean(name, known) ??
          "use the catalog's names; a server that is only in the overlay belongs in a values file of its own",
      ),
    },
  },
  'unused-input': {
    meaning: 'An option or a file sets something that nothing uses, usually because of a typo in its name.',
    example: '`--secret brav.api_key=…`, a config key with a typo',
    fix: 'Correct the name, or remove it.',
    variants: {
      secret: warning<Unused>(({ name }) => `--secret ${name} has no effect: no server has that secret`, unusedHint),
      'allow-plain': warning<Unused>(
        ({ name }) => `--allow-plain ${name} has no effect: no server has anything of that name`,
        unusedHint,
      ),
      internal: warning<Unused>(
        ({ name }) => `--internal ${name} has no effect: the server has no remote URL`,
        unusedHint,
      ),
      entrypoint: warning<Unused>(
        ({ name }) => `the entrypoint of ${quote(name)} has no effect: no server or image has that name`,
        unusedHint,
      ),
      config: warning<Unused>(
        ({ name }) => `the config of ${quote(name)} has no effect: no server has that key`,
        unusedHint,
      ),
      tools: warning<Unused>(
        ({ name }) => `the tools of ${quote(name)} have no effect: no server has that name`,
        unusedHint,
      ),
      tool: warning<Unused & { server: string }>(
        ({ name, server }) => `${quote(name)} has no effect: the catalog lists no such tool for ${quote(server)}`,
        ({ name, known }) => didYouMean(name, known) ?? `the tools are ${known.slice(0, 10).join(', ')}`,
      ),
      property: warning<Unused & { key: string }>(
        ({ name, key }) =>
          `the property ${quote(name)} of ${quote(key)} has no effect: the server neither declares nor uses it`,
        unusedHint,
      ),
    },
  },
  usage: {
    meaning: 'The command line is wrong, or a file cannot be read or written. The exit status is 2.',
    example: 'an unknown option, a missing file, a full disk',
    fix: 'Do what the message says.',
    variants: { default: error<{ problem: string }>(({ problem }) => problem) },
  },
} satisfies Record<string, Entry>;
