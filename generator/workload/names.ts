// The names of servers in the cluster: DNS labels made of what Docker allows.

import type { CatalogServer } from '../catalog/model.ts';
import type { Diagnostic, Result } from '../diagnostics.ts';
import { dnsLabel } from '../kubernetes/names.ts';
import { positionOf } from '../source.ts';

/** The gateway dials `mcp-<name>`, which must be a DNS label of at most 63 characters. */
export const maxServerName = 63 - 'mcp-'.length;

/** The name of each server in the cluster. Two servers with one name are an error: neither could be reached for certain. */
export function assignNames(servers: readonly CatalogServer[]): Result<ReadonlyMap<CatalogServer, string>> {
  const names = new Map<CatalogServer, string>();
  const owners = new Map<string, CatalogServer>();
  const diagnostics: Diagnostic[] = [];
  for (const server of servers) {
    const name = dnsLabel(server.name, maxServerName);
    const position = positionOf(server.source, server.path, 'key');
    const base = { position, server: server.name };
    const quoted = JSON.stringify(server.name);
    const owner = owners.get(name);
    if (name === '') {
      diagnostics.push({
        ...base,
        severity: 'error',
        code: 'bad-name',
        message: `the server's name ${quoted} has no letter or digit of which a DNS label could be made`,
        hint: 'rename the server in the catalog',
      });
      continue;
    }
    if (owner) {
      diagnostics.push({
        ...base,
        severity: 'error',
        code: 'name-collision',
        message: `the servers ${JSON.stringify(owner.name)} and ${quoted} would both be ${JSON.stringify(name)} in the cluster`,
        hint: 'rename one of them in the catalog, or leave one out with --exclude',
      });
      continue;
    }
    if (name !== server.name) {
      diagnostics.push({
        ...base,
        severity: 'note',
        code: 'renamed-server',
        message: `the server ${quoted} is ${JSON.stringify(name)} in the cluster: a Service's name must be a DNS label`,
        hint: 'its config and secrets keep the catalog name; rename it in the catalog for another one',
      });
    }
    owners.set(name, server);
    names.set(server, name);
  }
  return { value: names, diagnostics };
}
