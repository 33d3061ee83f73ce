// Diagnostics of YAML: texts that are no YAML, and structures that the gateway would not read.

import { type Entry, error, type Nothing, quote, warning } from '../types.ts';

export const yamlDiagnostics = {
  'yaml-syntax': {
    meaning: 'The file is not valid YAML. Nothing else in it is checked.',
    example: 'a line is indented wrongly',
    fix: 'Fix the syntax at the place that the message names.',
    variants: {
      default: error<{ problem: string }>(
        ({ problem }) => problem,
        ({ problem }) => syntaxHint(problem),
      ),
    },
  },
  'yaml-structure': {
    meaning: 'The file is valid YAML, but its content is unusable: a duplicate key, or an alias of itself.',
    example: 'a key is defined twice',
    fix: 'Remove one of the two keys, or replace the alias with its value.',
    variants: {
      'no-text': error<Nothing>(
        () => 'a key must be a string, not a list or a map',
        () => 'quote the key',
      ),
      twice: error<{ key: string }>(
        ({ key }) => `the key ${quote(key)} is defined twice`,
        () => 'remove one of the two',
      ),
      circle: error<{ anchor: string }>(
        ({ anchor }) => `the anchor &${anchor} contains itself`,
        () => 'write the value out',
      ),
      depth: error<Nothing>(
        () => 'the file is nested too deeply',
        () => 'write the values out',
      ),
      aliases: error<Nothing>(
        () => 'the aliases expand to too many values',
        () => 'write the values out',
      ),
    },
  },
  'yaml-documents': {
    meaning: 'The file has several YAML documents. The gateway reads only the first, and so does mcpgen.',
    example: 'a file with two documents, separated by `---`',
    fix: 'Put each document into its own file.',
    variants: {
      default: warning<Nothing>(
        () => 'only the first document of the file is read, as in the gateway; the others are ignored',
        () => 'put each document into its own file',
      ),
    },
  },
} satisfies Record<string, Entry>;

/** The parser speaks as Go's does; what that means for the text. */
function syntaxHint(problem: string): string {
  if (/expected key|mapping values|mapping keys|sequence entries/.test(problem)) {
    return 'indent the lines of one map or list alike, and quote a string that contains ": " or begins with "- "';
  }
  if (/unexpected end|expected ','/.test(problem)) return 'close the quote or bracket that is opened here or above';
  if (/tab character/.test(problem)) return 'indent with spaces';
  if (/start any token/.test(problem)) return 'quote the string';
  if (/control characters/.test(problem)) return 'remove it; inside double quotes it can be written as an escape';
  if (/more than/.test(problem)) return 'split the file';
  if (/anchor/.test(problem)) return 'define the anchor before the alias, or quote the string';
  return 'fix the YAML syntax here';
}
