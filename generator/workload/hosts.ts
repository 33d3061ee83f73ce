// `extraHosts`: Docker's names with fixed addresses, as the pod's hosts file.

import { isIP } from '../system.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { isObjectName } from '../kubernetes/names.ts';
import { positionOf } from '../source.ts';
import type { ContainerWorkload } from './model.ts';

/** `host:address`, as for `docker run --add-host`, as entries of the pod's hosts file. */
export function buildHostAliases(server: CatalogServer): Result<ContainerWorkload['hostAliases']> {
  const byAddress = new Map<string, Set<string>>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, entry] of server.extraHosts.entries()) {
    if (entry === '') continue;
    const about = { position: positionOf(server.source, [...server.path, 'extraHosts', index]), server: server.name };
    const [, name = '', address = ''] = /^([^:=]+)[:=]\[?([^\]]*)\]?$/.exec(entry.trim()) ?? [];
    const host = name.toLowerCase();
    if (address === 'host-gateway') {
      diagnostics.push(diagnose('host-gateway', { entry }, about));
    } else if (host === '' || isIP(address) === 0 || address.includes('%')) {
      diagnostics.push(diagnose('bad-host', { entry }, about));
    } else if (!isObjectName(host)) {
      diagnostics.push(diagnose('bad-host/name', { host }, about));
    } else {
      byAddress.set(address, (byAddress.get(address) ?? new Set()).add(host));
    }
  }
  return { value: [...byAddress].map(([ip, hosts]) => ({ ip, hostnames: [...hosts] })), diagnostics };
}
