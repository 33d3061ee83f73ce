// What the gateway does not take of a remote server: it fails only when it connects (docker/mcp-gateway pkg/mcp/remote.go).

import { isLoopback, isPrivateAddress, isPrivateName } from '../addresses.ts';
import { splitExpansion } from '../catalog/environment.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf } from '../source.ts';
import { isDockerHost } from './reach.ts';

export const transports = ['streamable-http', 'sse', 'streamable', 'streaming', 'http'] as const;

type UrlRefusal = 'insecure-remote' | `insecure-remote/${'host' | 'userinfo' | 'self' | 'private'}`;

/** Why the gateway refuses a URL, or undefined (pkg/remoteurl, without what it asks DNS for). */
export function refuseUrl(text: string): UrlRefusal | undefined {
  const url = text.trim();
  const [, own = ''] = /^https?:\/\/(\[[^\]]*\]|[^/?#:@]*)/i.exec(url) ?? [];
  if (isLoopback(own.replace(/^\[(.*)\]$/, '$1')) || isDockerHost(own)) return 'insecure-remote/self';
  if (!/^https:\/\//i.test(url)) return 'insecure-remote';
  const [authority = ''] = /^[^/?#]*/.exec(url.slice('https://'.length)) ?? [];
  if (authority.includes('@')) return 'insecure-remote/userinfo';
  const [, host = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(authority) ?? [];
  const name = host.replace(/^\[(.*)\]$/, '$1');
  if (name === '' || /[%\s\0]/.test(name) || /%(?![0-9a-f]{2})/i.test(url) || !URL.canParse(url))
    return 'insecure-remote/host';
  return isPrivateAddress(name) || isPrivateName(name) ? 'insecure-remote/private' : undefined;
}

/** A URL without what may be a credential in it. */
export function printableUrl(url: string): string {
  return url.replace(/\/\/.*@/s, '//').replace(/[?#].*/s, '');
}

/** The transport, in the gateway's spelling: it ignores case. */
export function transportOf(server: CatalogServer): string {
  return server.sseEndpoint === '' ? server.remote.transport.toLowerCase() : 'sse';
}

/** Where the server's URL stands. */
export function aboutUrl(server: CatalogServer): About {
  const path = server.sseEndpoint === '' ? ['remote', 'url'] : ['sseEndpoint'];
  return { position: positionOf(server.source, [...server.path, ...path]), server: server.name };
}

/** The variables that headers refer to. */
export function headerVariables(server: CatalogServer): Set<string> {
  return new Set(Object.values(server.remote.headers).flatMap(references));
}

/** `isOverlaid`: the overlay says something else of a field below `remote`. */
export function checkRemote(
  server: CatalogServer,
  isOverlaid: (...fields: readonly string[]) => boolean,
): Diagnostic[] {
  const at = (...path: Path): About => ({
    position: positionOf(server.source, [...server.path, ...path]),
    server: server.name,
  });
  const url = server.sseEndpoint || server.remote.url;
  const [reference] = /\$\{[^}]*\}|\$[A-Za-z_]\w*|\{\{.*?\}\}/.exec(url) ?? [];
  const transport = transportOf(server);
  const hasTransport = transports.some((known) => known === transport);
  const transportPath: Path = server.remote.transport === '' ? ['remote'] : ['remote', 'transport_type'];
  const envs = server.secrets.map(({ env }) => env);
  const used = headerVariables(server);
  return [
    ...(reference === undefined || isOverlaid('url')
      ? []
      : [diagnose('not-expanded/url', { reference }, aboutUrl(server))]),
    ...(hasTransport || isOverlaid('transport')
      ? []
      : [diagnose('bad-transport', { transport, transports }, at(...transportPath))]),
    ...Object.entries(server.remote.headers).flatMap(([name, text]) =>
      isOverlaid('headers', name) || isOverlaid('secrets')
        ? []
        : checkHeader(name, text, envs, at('remote', 'headers', name)),
    ),
    ...server.secrets.flatMap(({ name, env }, index) => {
      if (!/^[a-zA-Z_]\w*$/.test(env))
        return [diagnose('bad-variable-name/remote', { name: env }, at('secrets', index))];
      return used.has(env) || reference !== undefined
        ? []
        : [diagnose('unused-secret', { name, env }, at('secrets', index))];
    }),
  ];
}

function checkHeader(name: string, text: string, envs: readonly string[], about: About): Diagnostic[] {
  if (!/^[-!#$%&'*+.^_`|~\w]+$/.test(name)) return [diagnose('bad-header/name', { name }, about)];
  // oxlint-disable-next-line no-control-regex -- HTTP takes none of them
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) return [diagnose('bad-header/value', { name }, about)];
  const [expression] = /\{\{.*?\}\}/.exec(text) ?? [];
  if (expression !== undefined) return [diagnose('not-expanded/header', { reference: expression, name }, about)];
  // A dollar that does not start a reference stays for the gateway; the chart, which asks for a secret of each, does not take it.
  const isBroken = /\$(?![{\w])|\$\{\}|\$\{[^}]*$/.test(text);
  if (isBroken) return [diagnose('bad-header/dollar', { name }, about)];
  return [...new Set(references(text))]
    .filter((variable) => !envs.includes(variable))
    .map((variable) => diagnose('unknown-variable', { name, variable, known: envs }, about));
}

function references(text: string): string[] {
  return splitExpansion(text).flatMap((part) => ('name' in part ? [part.name] : []));
}
