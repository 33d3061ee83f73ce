// Diagnostics of fields: what a JSON Schema has to say of a catalog, an overlay, a lock or another file.

import { didYouMean } from '../../suggest.ts';
import { describeFile, type FileKind } from '../file-kinds.ts';
import { error, type Entry, quote, warning } from '../types.ts';

/** A file that a user does not write by hand field by field: what to do is the same for all of its mistakes. */
export type WholeFile =
  | { readonly expected: 'lock' }
  | { readonly expected: 'registry' | 'tools'; readonly looksLike: FileKind };

export interface Field {
  /** The place inside the file; '' is the whole file. */
  readonly where: string;
  readonly file?: WholeFile | undefined;
}

export interface UnknownField extends Field {
  readonly field: string;
  readonly known: readonly string[];
}

const unknownHint = ({ field, known, file }: UnknownField): string =>
  wholeHint(file) ??
  foreignWord(field, known) ??
  didYouMean(field, known) ??
  `remove it; the fields are ${known.join(', ')}`;

export const fieldDiagnostics = {
  'unknown-field': {
    meaning:
      'A field does not exist. In a catalog it is a warning, because the gateway ignores it; in any other file it is an error.',
    example: '`comand:`',
    fix: 'Correct the name, or remove the field.',
    variants: {
      ignored: warning<UnknownField>(
        ({ where, field }) => `${named(where)} has no field ${quote(field)}: the gateway ignores it`,
        unknownHint,
      ),
      refused: error<UnknownField>(({ where, field }) => `${named(where)} has no field ${quote(field)}`, unknownHint),
    },
  },
  'missing-field': {
    meaning: 'A required field is missing.',
    example: 'a secret has no `env`',
    fix: 'Add the field.',
    variants: {
      default: error<Field & { field: string }>(
        ({ where, field }) => `${named(where)} has no ${quote(field)}`,
        ({ field, file }) => wholeHint(file) ?? `add ${field}`,
      ),
    },
  },
  'wrong-type': {
    meaning: 'A field has a value of the wrong type, for example a string instead of a list.',
    example: '`command: serve`',
    fix: 'Write a value of the type that the message names: `command: [serve]`.',
    variants: {
      default: error<Field & { types: readonly string[]; actual: string; write?: string | undefined }>(
        ({ where, types, actual }) =>
          `${named(where)} must be ${types.map((type) => typeNames[type] ?? `a ${type}`).join(' or ')}, not ${
            typeNames[actual] ?? actual
          }`,
        ({ types, file, write }) => wholeHint(file) ?? write ?? typeHints[types[0] ?? ''] ?? 'change its value',
      ),
    },
  },
  'wrong-value': {
    meaning: 'A field has a value that is not allowed there.',
    example: '`longLived: maybe`',
    fix: 'Choose one of the values that the message or the hint names.',
    variants: {
      choice: error<Field & { allowed: readonly string[]; value: string }>(
        // Go takes many words for a boolean; a reader needs two.
        ({ where, allowed }) =>
          `${where} must be ${allowed.includes('True') ? 'true or false' : `one of ${allowed.join(', ')}`}`,
        ({ allowed, value, file }) => wholeHint(file) ?? didYouMean(value, allowed) ?? 'choose one of these',
      ),
      length: error<Field & { limit: string }>(
        ({ where, limit }) => `${where} is longer than ${limit} characters, which is the limit`,
        ({ file }) => wholeHint(file) ?? 'shorten it',
      ),
      other: error<Field & { problem: string; description?: string | undefined }>(
        ({ where, problem }) => `${where} ${problem}`,
        // What the schema says of the value reads better than the pattern that it breaks.
        ({ description, file }) => wholeHint(file) ?? description ?? 'change its value',
      ),
      chart: error<Field & { key: string; description?: string | undefined }>(
        ({ where, key }) => `${where} is not valid: the chart does not accept it as ${key}`,
        ({ description }) => (description === undefined ? 'change its value' : `it must be: ${description}`),
      ),
      nul: error<Field>(
        ({ where }) => `${where} has a NUL character, which cannot be passed to a program`,
        () => 'remove it',
      ),
      'too-many': error<Field & { count: number; limit: number }>(
        ({ where, count, limit }) => `${where} has ${count} entries; at most ${limit} are allowed`,
        ({ file }) => wholeHint(file) ?? 'split the file',
      ),
      reference: error<Field & { reason: string }>(
        ({ where, reason }) => `${where} is not a valid image reference: ${reason}`,
        ({ file }) => wholeHint(file) ?? 'write it as REGISTRY/REPOSITORY:TAG',
      ),
    },
  },
} satisfies Record<string, Entry>;

/** Words of Compose, of Kubernetes and of MCP clients, as a server's entry says the same. */
const foreignWords: Readonly<Record<string, string>> = {
  environment: 'env: [{name: NAME, value: VALUE}]',
  env_file: 'env: [{name: NAME, value: VALUE}]',
  args: 'command: [ARGUMENT, ...]',
  arguments: 'command: [ARGUMENT, ...]',
  entrypoint: 'an entrypoints file, given with --entrypoints',
  volumeMounts: 'volumes: ["SOURCE:TARGET:ro"]',
  mounts: 'volumes: ["SOURCE:TARGET:ro"]',
  extra_hosts: 'extraHosts: ["HOST:ADDRESS"]',
  hostAliases: 'extraHosts: ["HOST:ADDRESS"]',
  network_mode: 'disableNetwork: true, for a server without a network',
  network: 'disableNetwork: true, for a server without a network',
  networks: 'allowHosts: ["HOST:PORT"], or nothing',
  transport: 'remote: {url: URL, transport_type: streamable-http}',
  transport_type: 'remote: {url: URL, transport_type: streamable-http}',
  depends_on: 'nothing: a server restarts until what it needs is available',
  restart: 'nothing: Kubernetes restarts a server that exits',
  healthcheck: 'nothing: the chart checks whether a server answers',
  livenessProbe: 'nothing: the chart checks whether a server answers',
  readinessProbe: 'nothing: the chart checks whether a server answers',
  working_dir: ofOverlay('workingDir'),
  workingDir: ofOverlay('workingDir'),
  labels: ofOverlay('podLabels'),
  privileged: ofOverlay('securityContext'),
  cap_add: ofOverlay('securityContext'),
  securityContext: ofOverlay('securityContext'),
  imagePullPolicy: ofOverlay('imagePullPolicy'),
  pull_policy: ofOverlay('imagePullPolicy'),
  nodeSelector: ofOverlay('nodeSelector'),
  replicas: ofOverlay('replicas'),
  url: 'remote: {url: URL, transport_type: streamable-http}',
  headers: 'remote: {url: URL, headers: {NAME: VALUE}}',
  ports:
    'nothing: the gateway talks to the server on its standard input; for one that speaks HTTP, servers.NAME.http in the values',
  runAsUser: "user: '1000'",
  deploy: 'resources: {limits: {memory: 512M}}',
  mem_limit: 'resources: {limits: {memory: 512M}}',
  cpus: "resources: {limits: {cpu: '0.5'}}",
};

/** A field of the chart. */
function ofOverlay(field: string): string {
  return `nothing; write servers.NAME.${field} in a file given with --overlay`;
}

function foreignWord(field: string, known: readonly string[]): string | undefined {
  const word = known.includes('sseEndpoint') && Object.hasOwn(foreignWords, field) ? foreignWords[field] : undefined;
  return word === undefined ? undefined : `in a catalog, write: ${word}`;
}

function named(where: string): string {
  return where === '' ? 'the file' : where;
}

function wholeHint(file: WholeFile | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (file.expected === 'lock') return 'regenerate it with mcpgen lock';
  return `this should be a ${file.expected}.yaml, but looks like ${describeFile(file.looksLike).looksLike}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'a list',
  object: 'a map',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  null: 'empty',
};

const typeHints: Readonly<Record<string, string>> = {
  string: 'write a string; quote it if YAML would read it as another type',
  array: 'write a list: [first, second]',
  object: 'write a map: {key: value}',
  boolean: 'write true or false',
  integer: 'write a number without quotes',
};
