// The texts of a server that go into the values, with where each stands.

import { evaluateList, type Config } from '../catalog/expression.ts';
import { evaluateUser, holdsExpression } from '../catalog/environment.ts';
import { isRefusedHeader, isRefusedUrl } from '../credentials/detect.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { referencedNames } from '../catalog/server-expressions.ts';
import type { WrittenText } from './credentials.ts';
import { loneProperty } from './secrets.ts';

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
      argument({ ...(ofCatalog[index] ?? { text: '', path: [] }), index, ...(name !== undefined && { name }) }),
    ),
    ...nameByFlags(ofImage).map((name, index) => ({
      place: { kind: 'image-word' as const, index },
      target: 'command',
      text: ofImage[index] ?? '',
      path: [...server.path, 'image'],
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
      place: { kind: 'url' },
      target: 'url',
      text: url,
      isRefused: isRefusedUrl(url),
      path: [...server.path, ...(server.sseEndpoint === '' ? ['remote', 'url'] : ['sseEndpoint'])],
    },
    ...Object.entries(server.remote.headers).map(([name, text]) => ({
      place: { kind: 'header' as const, name },
      name,
      target: name,
      text,
      isRefused: isRefusedHeader(name, text),
      path: [...server.path, 'remote', 'headers', name],
    })),
  ];
}

function writtenByEnv(server: CatalogServer, env: Readonly<Record<string, string>>): WrittenText[] {
  return Object.entries(env).map(([name, text]) => {
    const index = server.env.findLastIndex((entry) => entry.name === name);
    const value = server.env[index]?.value ?? '';
    const isDeclared = server.secrets.some((each) => each.env === name);
    return {
      place: { kind: 'env', name, property: loneProperty(value), isDeclared } as const,
      name,
      target: name,
      text,
      path: [...server.path, 'env', index, 'value'],
      ...(holdsExpression(value) && { expression: value }),
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

function argument({
  name,
  index,
  ...rest
}: Pick<WrittenText, 'text' | 'path' | 'expression' | 'name'> & { readonly index: number }): WrittenText {
  const own = name ?? /^-*([A-Za-z][\w-]*)=/.exec(rest.text)?.[1];
  return {
    ...rest,
    place: { kind: 'argument', index, name: own },
    target: own ?? 'command',
    ...(name !== undefined && { name }),
  };
}

function simple(server: CatalogServer, field: string, text: string, expression: string, index?: number): WrittenText {
  return {
    place: { kind: 'field', field, index },
    target: field,
    text,
    path: [...server.path, field, ...(index === undefined ? [] : [index])],
    expression,
  };
}
