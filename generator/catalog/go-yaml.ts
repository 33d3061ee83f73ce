// The gateway's config files, as Go's yaml.v3 reads them.

import { type Document, type Node, parseDocument, visit } from 'yaml';
import type { Config } from './expression.ts';
import { isObject, ownValue } from './go-value.ts';
import { YamlDecoder, type YamlProblem } from './yaml-decoder.ts';

/** A config text that Go refuses. */
export class ConfigSyntaxError extends Error {
  override readonly name = 'ConfigSyntaxError';
  /** Where in the text, in UTF-16 units. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;

  constructor(message: string, offset: number, line: number) {
    super(`line ${line}: ${message}`);
    this.offset = offset;
    this.line = line;
  }
}

/**
 * What a text is unmarshalled to. `config` is `map[string]any`; `servers` is the `map[string]map[string]any` of the gateway's
 * own pkg/config/config.go, which refuses a server whose config is no map, and in such a map takes every key for text.
 */
export type ConfigShape = 'config' | 'servers';

/** How `configFromNode` wants a text parsed: every scalar as its own text, and nothing compared or merged by the parser. */
export const configParseOptions = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/**
 * `yaml.Unmarshal` into a map: what the gateway reads from a config file. Only the first document is read.
 * @throws ConfigSyntaxError
 */
export function parseConfig(yamlText: string, shape: ConfigShape = 'config'): Config {
  const { config, problems } = readConfig(yamlText, shape);
  const [problem] = problems;
  if (!problem) return config;
  const line = yamlText.slice(0, problem.offset).split(/\r\n?|\n/).length;
  throw new ConfigSyntaxError(problem.message, problem.offset, line);
}

/** The same without an exception: with problems, `config` is what could be made of the rest. */
export function readConfig(yamlText: string, shape: ConfigShape = 'config'): ReadConfig {
  // yaml.v3 also ends lines at U+0085 and at a lone carriage return.
  const text = yamlText.replace(/\x85|\r(?!\n)/g, '\n');
  const document = parseDocument(text, configParseOptions);
  const syntaxProblems = [...findForbidden(text), ...findSyntaxProblems(document, text)];
  return syntaxProblems.length > 0 ? { config: {}, problems: syntaxProblems } : configFromNode(document.contents, shape);
}

export interface ReadConfig {
  readonly config: Config;
  /** Why Go would refuse the text. */
  readonly problems: readonly YamlProblem[];
}

/** What yaml.v3 refuses, and the `yaml` package lets pass, in the characters of the text (readerc.go, parserc.go). */
function findForbidden(text: string): YamlProblem[] {
  const control = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (control) return [{ message: 'control characters are not allowed', offset: control.index }];
  const documentEnd = /^\ufeff?(?:[ \t]*(?:#.*)?\r?\n)*\.\.\.(?!\S)/.exec(text);
  return documentEnd ? [{ message: 'did not find expected <document start>', offset: documentEnd[0].length - 3 }] : [];
}

function findSyntaxProblems(document: Document.Parsed, text: string): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const { yaml } = document.directives;
  if (yaml.explicit && yaml.version !== '1.1') problems.push({ message: 'found incompatible YAML document', offset: 0 });
  const errors = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  const directives = document.warnings.filter(({ code }) => code === 'BAD_DIRECTIVE');
  problems.push(...[...errors, ...directives].map(({ message, pos }) => ({ message, offset: pos[0] })));
  visit(document, {
    Scalar(_key, { type, range }) {
      if (type !== 'QUOTE_DOUBLE' || !range) return;
      const quoted = text.slice(range[0], range[1]);
      // The package ends a text at a line that is not indented, even when the quote before it is escaped.
      if (/[^\\](\\\\)*\\"$/.test(quoted)) problems.push({ message: 'unclosed or unindented quoted text', offset: range[0] });
      // It also takes `\ud83d\ude00` as JSON does, which yaml.v3 refuses.
      const surrogate = /(?<!\\)(?:\\\\)*\\(?:u[dD]|U0000[dD])[89a-fA-F]/.exec(quoted);
      if (surrogate) problems.push({ message: 'invalid Unicode character escape code', offset: range[0] + surrogate.index });
    },
  });
  return problems;
}

/**
 * The config in the root node of a document parsed with `configParseOptions`, and why Go would refuse it; with problems, the
 * config is what could be made of the rest.
 */
export function configFromNode(root: Node | null, shape: ConfigShape = 'config'): ReadConfig {
  const decoder = new YamlDecoder();
  const config = decoder.decodeDocument(root, shape === 'servers' ? 'servers' : 'object');
  return { config, problems: decoder.problems };
}

/** The config file's key for a server: `CanonicalizeServerName` of pkg/oci/types.go. */
export function configKey(serverName: string): string {
  return serverName.replaceAll('.', '_');
}

/**
 * What the expressions of a server are evaluated with: `Configuration.Find` of pkg/gateway/configuration.go. A server without
 * config has an empty map, which is not nothing: `{{server}}` reads `map[]`, and `{{server|or:x}}` does too.
 */
export function serverConfig(config: Config, serverName: string): Config {
  const key = configKey(serverName.trim());
  const value = ownValue(config, key);
  return Object.fromEntries([[key, isObject(value) ? value : {}]]);
}
