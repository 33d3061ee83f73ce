// `allowHosts` and `disableNetwork`: what a server may reach.

import type { CatalogServer } from '../catalog/model.ts';
import { isLoopback } from '../addresses.ts';
import { type About, diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { Egress } from './model.ts';

/** The port that is opened where an entry has none: what the gateway would connect to by https. */
const defaultPort = 443;

export function buildEgress(server: CatalogServer): Result<Egress> {
  const diagnostics: Diagnostic[] = [];
  const hosts = server.allowHosts.flatMap((entry, index) => {
    if (entry === '') return [];
    const path = [...server.path, 'allowHosts', index];
    const { value, diagnostics: found } = readHost(entry, {
      position: positionOf(server.source, path),
      server: server.name,
    });
    diagnostics.push(...found);
    return value ?? [];
  });
  if (server.disableNetwork) return { value: { mode: 'none' }, diagnostics };
  const value: Egress = hosts.length > 0 ? { mode: 'hosts', hosts: [...new Set(hosts)] } : { mode: 'internet' };
  return { value, diagnostics };
}

/** `host:port`, with the protocol that the gateway lets follow (pkg/gateway/proxies/proxy_spec.go). */
function readHost(entry: string, about: About): Result<string | undefined> {
  const text = entry.trim();
  const [, host = '', port] = /^([-\w.*]+?)(?::(\d{1,5}))?(?:\/(?:https?|tcp))?$/.exec(text) ?? [];
  const number = Number(port ?? defaultPort);
  if (host === '' || number < 1 || number > 65_535) {
    if (/^[\d.]+\/\d+$/.test(text)) {
      const parameters = { entry: text, server: about.server ?? '' };
      return { value: undefined, diagnostics: [diagnose('bad-allowed-host/network', parameters, about)] };
    }
    const [, meant = '', meantPort] = /^(?:\w+:\/\/)?(?:[^/@]*@)?([-\w.*]+)(?::(\d+))?(?:[/?#].*)?$/.exec(text) ?? [];
    const own = Number(meantPort);
    const usual = text.startsWith('http:') ? 80 : defaultPort;
    const write = meant === '' ? undefined : `${meant}:${own >= 1 && own <= 65_535 ? own : usual}`;
    return { value: undefined, diagnostics: [diagnose('bad-allowed-host', { entry, write }, about)] };
  }
  const value = `${host}:${number}`;
  if (isLoopback(host)) {
    return { value, diagnostics: [diagnose('unreachable-host/self', { what: host }, about)] };
  }
  return { value, diagnostics: port === undefined ? [diagnose('allowed-port', { entry: value }, about)] : [] };
}
