// Names of tools across servers: the gateway refuses its whole configuration when two are the same, so servers of one image get prefixes.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { Workload } from './model.ts';
import { addTo } from '../grouped.ts';

/** What a server's entry says of its tools, and what a tools file or profile allows of them. */
export function toolsOf(
  { name, tools, prefix }: CatalogServer,
  allowed: ReadonlyMap<string, readonly string[]>,
): Pick<Workload, 'tools' | 'allowTools' | 'prefix'> {
  const allowTools = allowed.get(name);
  return { tools, prefix, ...(allowTools && { allowTools }) };
}

/** docker/mcp-gateway pkg/gateway/tool_names.go, reservedGatewayToolNames */
export const reservedToolNames: ReadonlySet<string> = new Set([
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

/**
 * Servers that run one image, or call one URL, have the same tools, known or not: those without a prefix get their own name
 * as one. `overlaidPrefix`: what the overlay says of a server's prefix, which then counts; null is none.
 */
export function tellApart(
  workloads: readonly Workload[],
  overlaidPrefix: (workload: Workload) => unknown,
): Result<readonly Workload[]> {
  const prefixOf = (workload: Workload): string => String(overlaidPrefix(workload) ?? workload.prefix);
  const groups = new Map<string, Workload[]>();
  for (const workload of workloads) {
    const key = JSON.stringify([programOf(workload), prefixOf(workload)]);
    addTo(groups, key, workload);
  }
  const diagnostics: Diagnostic[] = [];
  const prefixed = new Set<Workload>();
  for (const group of groups.values()) {
    const alike = withSharedTools(group);
    const undecided = alike.filter((workload) => overlaidPrefix(workload) === undefined);
    const [first] = alike;
    const last = undecided.at(-1);
    if (!first || !last) continue;
    const isFree = prefixOf(first) === '';
    if (isFree) for (const workload of undecided) prefixed.add(workload);
    diagnostics.push(sameImage(alike, last, isFree));
  }
  const value = workloads.map((workload) =>
    prefixed.has(workload) ? { ...workload, prefix: workload.name } : workload,
  );
  return { value, diagnostics };
}

function sameImage(alike: readonly Workload[], { name, server, kind }: Workload, isFree: boolean): Diagnostic {
  const isRemote = kind === 'remote';
  const same = { servers: alike.map((workload) => workload.server.name), isRemote, server: server.name };
  const position = positionOf(server.source, [...server.path, isRemote ? 'remote' : 'image']);
  const about = { position, server: server.name };
  return isFree
    ? diagnose('same-image/prefixed', { ...same, clusterName: name }, about)
    : diagnose('same-image/clash', same, about);
}

/** What decides which tools there are, arguments aside. */
function programOf(workload: Workload): string {
  return workload.kind === 'remote' ? workload.url : workload.server.image;
}

/** Those that may have a tool in common with another: surely not only if the tools of both are known. */
function withSharedTools(group: readonly Workload[]): readonly Workload[] {
  if (group.length === 1) return [];
  const tools = new Map(group.map((one) => [one, new Set(one.allowTools ?? one.tools)] as const));
  const counts = new Map<string, number>();
  for (const known of tools.values()) {
    if (known.size === 0) return group;
    for (const tool of known) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  }
  return group.filter((one) => [...(tools.get(one) ?? [])].some((tool) => counts.get(tool) !== 1));
}

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
      if (!owner && !reservedToolNames.has(exposed)) continue;
      const { server } = workload;
      const path = [...server.path, 'tools', server.tools.indexOf(tool)];
      diagnostics.push(
        diagnose(
          'tool-collision',
          { tool: exposed, server: server.name, owner: owner?.server.name },
          { position: positionOf(server.source, path), server: server.name },
        ),
      );
    }
  }
  return diagnostics;
}
