// Names of tools across servers: the gateway refuses its whole configuration when two are the same.

import type { Diagnostic } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { Workload } from './model.ts';

/** docker/mcp-gateway pkg/gateway/tool_names.go, reservedGatewayToolNames */
const reservedToolNames: ReadonlySet<string> = new Set([
  'code-mode',
  'find-tools',
  'mcp-activate-profile',
  'mcp-add',
  'mcp-config-set',
  'mcp-create-profile',
  'mcp-exec',
  'mcp-find',
  'mcp-registry-import',
  'mcp-remove',
]);

/** Collisions among the tools that the catalog names; a server that does not list its tools cannot be checked. */
export function checkToolNames(workloads: readonly Workload[]): Diagnostic[] {
  const owners = new Map<string, Workload>();
  const diagnostics: Diagnostic[] = [];
  for (const workload of workloads) {
    for (const tool of new Set(workload.tools)) {
      if (workload.allowTools && !workload.allowTools.includes(tool)) continue;
      const exposed = workload.prefix === '' ? tool : `${workload.prefix}__${tool}`;
      const owner = owners.get(exposed);
      owners.set(exposed, owner ?? workload);
      const problem = owner
        ? `the servers ${JSON.stringify(owner.server.name)} and ${JSON.stringify(workload.server.name)} both have it`
        : reservedToolNames.has(exposed) && 'the gateway keeps that name for itself';
      if (!problem) continue;
      diagnostics.push({
        severity: 'warning', // what servers really offer decides; a catalog's list may be out of date
        code: 'tool-collision',
        message: `the tool ${JSON.stringify(exposed)} would stop the gateway from starting: ${problem}`,
        hint: `give ${JSON.stringify(workload.server.name)} a prefix: in the catalog, its tools become PREFIX__TOOL, or leave the tool out with --tools-config`,
        position: positionOf(workload.server.source, [
          ...workload.server.path,
          'tools',
          workload.server.tools.indexOf(tool),
        ]),
        server: workload.server.name,
      });
    }
  }
  return diagnostics;
}
