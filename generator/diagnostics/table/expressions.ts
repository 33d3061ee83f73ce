// Diagnostics of expressions: `{{server.property|filter}}` in commands, volumes, variables and users.

import { didYouMean } from '../../suggest.ts';
import { error, type Entry, quote, warning } from '../types.ts';

export interface Undeclared {
  readonly property: string;
  /** The properties that the server declares, without its key. */
  readonly declared: readonly string[];
  readonly key: string;
}

const undeclared = ({ property }: Undeclared): string =>
  `${property} is neither declared in the catalog's config section nor set in a config file, so it is empty`;
const undeclaredHint = ({ property, declared, key }: Undeclared): string =>
  didYouMean(
    property,
    declared.map((name) => `${key}.${name}`),
  ) ??
  `${declared.length > 0 ? `the declared ones are ${declared.join(', ')}; ` : ''}declare it under config, or set ${property} in a file given with --config`;

export interface Unset {
  readonly property: string;
  /** What the catalog says of the property, from a separator on; '' for nothing. */
  readonly description: string;
}

const setIt = ({ property, description }: Unset): string =>
  `set ${property} in a file given with --config${description}`;

/** A result that nobody can want; `printed`: what the gateway makes of a lone value of another type. */
export type Accident =
  | { readonly kind: 'nested' | 'empty-entry' | 'list' | 'map' }
  | { readonly kind: 'other'; readonly printed: string };

const accidents = {
  nested: 'a list of lists or maps, which Go prints as [[a b]]',
  'empty-entry': 'a list with an empty entry, which Go prints as <nil>',
  list: 'a list, which Go prints as [a b]',
  map: 'a map, which Go prints as map[a:b]',
};

export const expressionDiagnostics = {
  'dropped-brace': {
    meaning: 'The gateway drops single braces, as part of its syntax for expressions.',
    example: '`--json={a}` in `command`',
    fix: 'Write `{{name}}` for a property. A literal brace is not possible.',
    variants: {
      default: warning<{ brace: string }>(
        ({ brace }) => `the gateway drops the single brace ${quote(brace)} here`,
        () => 'write {{name}} for a property; a literal brace is not possible here',
      ),
    },
  },
  'unknown-filter': {
    meaning: 'An expression uses a filter that does not exist. The gateway ignores it.',
    example: '`{{x\\|volum}}`',
    fix: 'Correct the name of the filter.',
    variants: {
      default: warning<{ text: string; name: string; filters: readonly string[] }>(
        ({ text }) => `the filter ${quote(text)} does not exist: the gateway ignores it`,
        ({ text, name, filters }) =>
          /^\s+(or|mount_as):/.test(text)
            ? `remove the space before it: |${text.trimStart()}`
            : (didYouMean(name.trim(), filters) ?? `the filters are ${filters.join(', ')}`),
      ),
    },
  },
  'foreign-property': {
    meaning:
      'An expression names a property of another server. A server sees only its own config, so it is always empty.',
    example: '`{{other.key}}` in the server `time`',
    fix: "Write the server's own key: `{{time.key}}`.",
    variants: {
      default: warning<{ property: string; key: string; meant?: string | undefined }>(
        ({ property, key }) =>
          `{{${property}}} is always empty: the gateway gives a server only its own config, which is ${quote(key)}`,
        ({ key, meant }) => `write {{${key}.${meant ?? 'PROPERTY'}}}`,
      ),
    },
  },
  'undeclared-property': {
    meaning:
      'An expression names a property that is neither declared nor set, so it is empty. In a variable this is a warning.',
    example: '`{{time.zone}}` without `config:`',
    fix: 'Declare the property in the catalog, or set it in a config file.',
    variants: {
      error: error<Undeclared>(undeclared, undeclaredHint),
      warning: warning<Undeclared>(undeclared, undeclaredHint),
    },
  },
  'missing-config': {
    meaning: 'A property must be set, and is not: the catalog requires it, or a volume cannot be mounted without it.',
    example: '`{{aks.kubeconfig}}`, required and not set',
    fix: 'Set it in a file given with `--config`.',
    variants: {
      required: error<Unset>(({ property }) => `${property} is not set, and the catalog requires it`, setIt),
      volume: error<Unset>(
        ({ property }) => `${property} is not set, and the volume cannot be mounted without it`,
        setIt,
      ),
    },
  },
  'unset-property': {
    meaning: 'An optional property is not set, so it is empty.',
    example: '`{{slack.channel_ids}}`, optional and not set',
    fix: 'Set it in a file given with `--config`, or leave it.',
    variants: { default: warning<Unset>(({ property }) => `${property} is not set, so it is empty`, setIt) },
  },
  'unset-variable': {
    meaning: 'A reference to a variable that the server does not set. The gateway replaces it with an empty string.',
    example: '`env: [{name: BASE, value: $HOME/work}]`',
    fix: 'Set the variable in `env`, before the entry that refers to it, or write its value.',
    variants: {
      default: warning<{ name: string; known: readonly string[] }>(
        ({ name }) =>
          `${/^(\w+|[^\w{]?)$/.test(name) ? `$${name}` : `\${${name}}`} expands to nothing: the server sets no variable of that name before this`,
        ({ name, known }) =>
          /^[A-Za-z_]/.test(name)
            ? (didYouMean(name, known) ??
              'set it in env before this entry, or write its value; variables of the image and of the shell are not available here')
            : 'a literal dollar sign is not possible here; put the string into a secret or a config property',
      ),
    },
  },
  'not-a-text': {
    meaning: "The value of an expression is not a string, so the gateway silently passes on Go's debug output of it.",
    example: '`{{x.port}}` alone in `command`, with the number 8080',
    fix: 'Quote the value in the config: `port: "8080"`.',
    more: 'fidelity.md',
    variants: {
      accident: error<{ reference: string; accident: Accident; property: string; inList: boolean }>(
        ({ reference, accident }) =>
          `${reference} gives ${accident.kind === 'other' ? `${quote(accident.printed)}, Go's debug output of a value that is not a string` : accidents[accident.kind]}`,
        ({ property, inList }) =>
          `set ${property} to ${inList ? 'a string (in quotes) or a list' : 'a single string or number'}, or change the expression`,
      ),
      'no-list': error<{ reference: string; property: string }>(
        ({ reference, property }) =>
          `${property} is not set, so ${reference} gives the string "[]" instead of an empty list`,
        ({ property }) => `set ${property} to a list in the config file, which may be empty: []`,
      ),
    },
  },
  'result-too-long': {
    meaning: 'Aliases and filters expand a short value to gigabytes.',
    example: 'an expression of nested aliases',
    fix: "Shorten the config's values.",
    variants: {
      default: error<{ server: string; key: string }>(
        ({ server }) =>
          `an expression of the server ${quote(server)} gives a string that is too long for any container`,
        ({ key }) => `shorten the values below ${key} in the config file`,
      ),
    },
  },
  'flag-like': {
    meaning: 'A volume or user begins with "-", so `docker run` would read it as an option. The gateway leaves it out.',
    example: '`volumes: ["-x:/y"]`',
    fix: 'Correct or remove it.',
    variants: {
      default: warning<{ what: 'volume' | 'user'; text: string }>(
        ({ what, text }) => `the ${what} ${quote(text)} is ignored, as in the gateway, because it begins with "-"`,
        () => 'correct it, or remove it',
      ),
    },
  },
} satisfies Record<string, Entry>;
