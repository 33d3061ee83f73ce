// `extraHosts` and `allowHosts`: Docker's words for names and addresses on the network.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { ContainerWorkload } from './model.ts';

/** `host:address`, as for `docker run --add-host`, as entries of the pod's hosts file. */
export function buildHostAliases(server: CatalogServer): Result<ContainerWorkload['hostAliases']> {
  const byAddress = new Map<string, string[]>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, entry] of server.extraHosts.entries()) {
    if (entry === '') continue;
    const about = { position: positionOf(server.source, [...server.path, 'extraHosts', index]), server: server.name };
    const [, host = '', address = ''] = /^([^:=]+)[:=]\[?([^\]]*)\]?$/.exec(entry) ?? [];
    if (address === 'host-gateway') {
      diagnostics.push(diagnose('host-gateway', { entry }, about));
    } else if (host === '' || !/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/.test(address)) {
      diagnostics.push(diagnose('bad-host', { entry }, about));
    } else {
      byAddress.set(address, [...(byAddress.get(address) ?? []), host.toLowerCase()]);
    }
  }
  return { value: [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames })), diagnostics };
}
