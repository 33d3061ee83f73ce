// The names of servers in the cluster: DNS labels made of what Docker allows.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { dnsLabel } from '../kubernetes/dns-label.ts';
import { positionOf } from '../source.ts';

/** The gateway dials `mcp-<name>`, which must be a DNS label of at most 63 characters. */
export const maxServerName = 63 - 'mcp-'.length;

/** The name of each server in the cluster. Two servers with one name are an error: neither could be reached reliably. */
export function assignNames(servers: readonly CatalogServer[]): Result<ReadonlyMap<CatalogServer, string>> {
  const names = new Map<CatalogServer, string>();
  const owners = new Map<string, CatalogServer>();
  const diagnostics: Diagnostic[] = [];
  for (const server of servers) {
    const name = dnsLabel(server.name, maxServerName);
    const position = positionOf(server.source, server.path, 'key');
    const about = { position, server: server.name };
    const owner = owners.get(name);
    if (name === '') {
      diagnostics.push(diagnose('bad-name', { name: server.name }, about));
      continue;
    }
    if (owner) {
      const both = { owner: owner.name, name: server.name, clusterName: name };
      diagnostics.push(diagnose('name-collision', both, about));
      continue;
    }
    if (name !== server.name) {
      diagnostics.push(diagnose('renamed-server', { name: server.name, clusterName: name }, about));
    }
    owners.set(name, server);
    names.set(server, name);
  }
  return { value: names, diagnostics };
}
