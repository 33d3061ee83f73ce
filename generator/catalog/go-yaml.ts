// The gateway's config files, as Go's yaml.v3 reads them.

import type { Config } from './expression.ts';
import { goTrimSpace } from './go-text.ts';
import { isObject, ownValue } from './go-value.ts';
import { YamlDecoder } from './go-decoder.ts';
import { YamlError, type YamlNode, type YamlProblem } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parser.ts';

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
 * own pkg/config/config.go, which refuses a server whose config is not a map, and in such a map takes every key for a string.
 */
export type ConfigShape = 'config' | 'servers';

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
  return decodeConfig(() => parseYaml(yamlText).root, shape);
}

export interface ReadConfig {
  readonly config: Config;
  /** Why Go would refuse the text. */
  readonly problems: readonly YamlProblem[];
}

/** The same for (a part of) a text that has been parsed. */
export function configFromNode(root: YamlNode | undefined, shape: ConfigShape = 'config'): ReadConfig {
  return decodeConfig(() => root, shape);
}

function decodeConfig(getRoot: () => YamlNode | undefined, shape: ConfigShape): ReadConfig {
  const decoder = new YamlDecoder();
  try {
    const root = getRoot();
    const config = root ? decoder.decodeDocument(root, shape === 'servers' ? 'servers' : 'object') : {};
    return { config, problems: decoder.problems };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return {
      config: {},
      problems: [...decoder.problems, { message: withoutText(error.message), offset: error.offset }],
    };
  }
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
  const key = configKey(goTrimSpace(serverName));
  const value = ownValue(config, key);
  return Object.fromEntries([[key, isObject(value) ? value : {}]]);
}

/** Go quotes the text that it cannot read, which may be a secret. */
function withoutText(message: string): string {
  return message.replace(/`[^]*`/, 'this text');
}
