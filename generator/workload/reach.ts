// Names and addresses in a server's entry that its pod cannot reach.

import { isLoopback, isPrivateAddress } from '../addresses.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf } from '../source.ts';
import type { ContainerWorkload } from './model.ts';

/** The machine that runs Docker, by the names that Docker Desktop gives it. */
const dockerHost = /\b(?:host|gateway)\.docker\.internal\b|\bdocker\.for\.(?:mac|win)\.(?:localhost|host\.internal)\b/i;

export function isDockerHost(host: string): boolean {
  return dockerHost.exec(host)?.[0] === host;
}

/** `isOpened`: an overlay decides about the server's egress. */
export function checkReach(
  server: CatalogServer,
  { args, env, egress, hostAliases }: Pick<ContainerWorkload, 'args' | 'env' | 'egress' | 'hostAliases'>,
  isOpened: boolean,
): Diagnostic[] {
  if (egress.mode === 'none') return [];
  const at = (path: Path) => ({ position: positionOf(server.source, [...server.path, ...path]), server: server.name });
  const isClosed = (address: string): boolean =>
    !isOpened &&
    isPrivateAddress(address) &&
    !(egress.mode === 'hosts' && egress.hosts.some((host) => host.startsWith(`${address}:`)));
  const closed = (what: string, address: string, path: Path): Diagnostic =>
    diagnose('unreachable-host/private', { what, address, server: server.name }, at(path));
  const ofAliases = hostAliases.flatMap(({ ip, hostnames }) => {
    const index = server.extraHosts.findIndex((entry) => entry.includes(ip));
    const what = `${hostnames.join(', ')} (${ip})`;
    if (isLoopback(ip)) return diagnose('unreachable-host/self', { what }, at(['extraHosts', index]));
    return isClosed(ip) ? closed(what, ip, ['extraHosts', index]) : [];
  });
  const known = new Set(hostAliases.flatMap(({ hostnames }) => hostnames));
  const look = (text: string, path: Path): Diagnostic[] => {
    const [name] = dockerHost.exec(text) ?? [];
    if (name !== undefined && !known.has(name.toLowerCase())) {
      return [diagnose('unreachable-host/docker', { what: name }, at(path))];
    }
    return hostsOf(text).flatMap((host) => {
      if (isLoopback(host)) return diagnose('unreachable-host/self', { what: host }, at(path));
      return isClosed(host) ? closed(host, host, path) : [];
    });
  };
  return [
    ...ofAliases,
    ...Object.entries(env).flatMap(([name, text]) =>
      look(text, ['env', server.env.findLastIndex((entry) => entry.name === name), 'value']),
    ),
    ...args.flatMap((text) => look(text, ['command'])),
  ];
}

/** The hosts of the URLs in a text, of which a database's may have several. A bare `localhost` is most often where a server listens. */
function hostsOf(text: string): string[] {
  const authorities = text.matchAll(/\b[a-z][a-z0-9+.-]{0,30}:\/\/(?:[^\s/?#@]*@)?([^\s/?#@"']+)/gi);
  return [...authorities].flatMap(([, authority = '']) =>
    authority.split(',').flatMap((one) => /^(?:\[([0-9a-f:.]+)\]|([^:]+))/i.exec(one)?.slice(1).find(Boolean) ?? []),
  );
}
