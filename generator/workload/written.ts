// The texts of a server that go into the values, with where each stands and how a secret gets there instead.

import { evaluateList, type Config } from '../catalog/expression.ts';
import { evaluateUser, holdsExpression } from '../catalog/environment.ts';
import { isRefusedHeader, isRefusedUrl } from '../credentials/detect.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { referencedNames } from '../catalog/server-expressions.ts';
import type { WrittenText } from './credentials.ts';
import { loneProperty } from './secrets.ts';
import { shellWord } from '../shell.ts';

/** What was made of a container's entry. */
export interface WrittenContainer {
  readonly env: Readonly<Record<string, string>>;
  /** One list for each entry of the catalog's `command`, which may be spread out. */
  readonly args: readonly (readonly string[])[];
  /** What the image or an entrypoints file starts, and its own arguments where the catalog has none. */
  readonly ofImage: readonly string[];
}

/** The variables, the arguments, the user, and hosts; volumes are looked at before they are read. */
export function writtenByContainer(
  server: CatalogServer,
  config: Config,
  { env, args, ofImage }: WrittenContainer,
): WrittenText[] {
  const ofCatalog = args.flatMap((texts, index) =>
    texts.map((text) => ({ text, path: [...server.path, 'command', index], expression: server.command[index] ?? '' })),
  );
  const user = evaluateUser(server.user, config);
  return [
    ...writtenByEnv(server, env),
    ...nameByFlags(ofCatalog.map(({ text }) => text)).map((name, index) =>
      argument(server, { ...(ofCatalog[index] ?? { text: '', path: [] }), index, ...(name !== undefined && { name }) }),
    ),
    ...nameByFlags(ofImage).map((name, index) => ({
      what: `the image's own command (word ${index + 1})`,
      target: 'command',
      text: ofImage[index] ?? '',
      path: [...server.path, 'image'],
      remedy: 'have the image read it from a variable, and add that to secrets: of the server',
      ...(name !== undefined && { name }),
    })),
    ...(user === null ? [] : [simple(server, 'user', user, server.user)]),
    ...(['allowHosts', 'extraHosts'] as const).flatMap((field) =>
      server[field].map((text, index) => simple(server, field, text, '', index)),
    ),
  ];
}

/** The volumes, which the values have as claims and paths, and messages in full. */
export function writtenByVolumes(server: CatalogServer, config: Config): WrittenText[] {
  return server.volumes.flatMap((expression, index) =>
    evaluateList([expression], config).map((text) => simple(server, 'volumes', text, expression, index)),
  );
}

/** The URL and the headers of a remote server. */
export function writtenByRemote(server: CatalogServer, url: string): WrittenText[] {
  return [
    {
      what: 'the URL',
      target: 'url',
      text: url,
      isRefused: isRefusedUrl(url),
      path: [...server.path, ...(server.sseEndpoint === '' ? ['remote', 'url'] : ['sseEndpoint'])],
      remedy: 'send it as a header that is made of a secret, if the server takes one',
    },
    ...Object.entries(server.remote.headers).map(([name, text]) => ({
      what: `the header ${name}`,
      name,
      target: name,
      text,
      isRefused: isRefusedHeader(name, text),
      path: [...server.path, 'remote', 'headers', name],
      remedy: `write \${${variable(name)}} instead, and add ${secret(server, name)} to secrets:; --secret ${shellWord(secretName(server, name))}=SECRET/KEY says which Secret has it`,
    })),
  ];
}

function writtenByEnv(server: CatalogServer, env: Readonly<Record<string, string>>): WrittenText[] {
  return Object.entries(env).map(([name, text]) => {
    const index = server.env.findLastIndex((entry) => entry.name === name);
    const value = server.env[index]?.value ?? '';
    const property = loneProperty(value);
    const isDeclared = server.secrets.some((each) => each.env === name);
    const remedy =
      property !== undefined
        ? isDeclared
          ? 'the secret then counts'
          : `add --secret ${shellWord(property)}=SECRET/KEY`
        : isDeclared
          ? 'take it out of env, so that the secret counts'
          : `move it from env: to secrets:, as ${secret(server, name)}; --secret ${shellWord(secretName(server, name))}=SECRET/KEY says which Secret has it`;
    return {
      what: `env ${name}`,
      name,
      target: name,
      text,
      path: [...server.path, 'env', index, 'value'],
      ...(holdsExpression(value) && { expression: value }),
      remedy,
    };
  });
}

/** All that `--allow-plain` may name of a server: its variables, headers, flags and config properties, and whole fields. */
export function plainTargets(server: CatalogServer): string[] {
  const flags = server.command.flatMap((word) => /^-*([A-Za-z][\w-]*)/.exec(word)?.[1] ?? []);
  const names = [
    ...server.env.map(({ name }) => name),
    ...Object.keys(server.remote.headers),
    ...flags,
    ...referencedNames(server),
    'url',
    'command',
    'user',
    'volumes',
    'allowHosts',
    'extraHosts',
  ];
  return names.map((name) => `${server.name}.${name}`);
}

/** The name that each word goes by: `--token x`, where it follows a flag. */
function nameByFlags(words: readonly string[]): (string | undefined)[] {
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    return /^--?[A-Za-z][\w-]*$/.test(before) && !/^--?[A-Za-z]/.test(word) ? before.replace(/^-+/, '') : undefined;
  });
}

function argument(
  server: CatalogServer,
  { name, index, ...rest }: Pick<WrittenText, 'text' | 'path' | 'expression' | 'name'> & { readonly index: number },
): WrittenText {
  const own = name ?? /^-*([A-Za-z][\w-]*)=/.exec(rest.text)?.[1];
  return {
    ...rest,
    what: own === undefined ? `argument ${index + 1}` : `the argument ${JSON.stringify(own)}`,
    target: own ?? 'command',
    remedy: `add ${secret(server, own ?? 'token')} to secrets:, and write $${variable(own ?? 'token')} in command`,
    ...(name !== undefined && { name }),
  };
}

function simple(server: CatalogServer, field: string, text: string, expression: string, index?: number): WrittenText {
  return {
    what: index === undefined ? `the ${field}` : `${field}[${index}]`,
    target: field,
    text,
    path: [...server.path, field, ...(index === undefined ? [] : [index])],
    expression,
    remedy: `write ${field} without it`,
  };
}

/** An entry of `secrets:` for a name. */
function secret(server: CatalogServer, name: string): string {
  return `{name: ${secretName(server, name)}, env: ${variable(name)}}`;
}

function secretName({ name }: CatalogServer, part: string): string {
  return `${name}.${variable(part).toLowerCase()}`;
}

function variable(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}
