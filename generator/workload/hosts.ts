// `extraHosts` and `allowHosts`: Docker's words for names and addresses on the network.

import type { CatalogServer } from '../catalog/model.ts';
import type { Diagnostic, Result, DiagnosticCode } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { ContainerWorkload } from './model.ts';

/** `host:address`, as for `docker run --add-host`, as entries of the pod's hosts file. */
export function buildHostAliases(server: CatalogServer): Result<ContainerWorkload['hostAliases']> {
  const byAddress = new Map<string, string[]>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, entry] of server.extraHosts.entries()) {
    if (entry === '') continue;
    const error = (code: DiagnosticCode, message: string, hint: string): void => {
      const position = positionOf(server.source, [...server.path, 'extraHosts', index]);
      diagnostics.push({ severity: 'error', code, message, hint, position, server: server.name });
    };
    const [, host = '', address = ''] = /^([^:=]+)[:=]\[?([^\]]*)\]?$/.exec(entry) ?? [];
    if (address === 'host-gateway') {
      error(
        'host-gateway',
        `${entry} is the machine that runs Docker, which a pod does not have`,
        'name the host by its address, or leave the server out with --skip-unsupported',
      );
    } else if (host === '' || !/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/.test(address)) {
      error('bad-host', `${JSON.stringify(entry)} is no host:address`, 'write e.g. db.internal:10.0.0.5');
    } else {
      byAddress.set(address, [...(byAddress.get(address) ?? []), host.toLowerCase()]);
    }
  }
  return { value: [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames })), diagnostics };
}
