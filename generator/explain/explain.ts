// What running in a cluster changes for each server, from the same inputs as a compilation.

import type { Diagnostic, Result } from '../diagnostics.ts';
import { serverKind } from '../catalog/model.ts';
import { applyOverlay } from '../compile.ts';
import { evaluateServers } from '../evaluate.ts';
import { buildWorkloads, type CompileInput, prepare } from '../prepare.ts';
import { toValues } from '../values/emit.ts';
import { always, type Explained, explainLifetime, explainLimits, explainStart, explainUser } from './container.ts';
import type { Aspect, ExplainedServer } from './model.ts';
import { explainRemote } from './remote.ts';
import { explainNetwork, explainVariables, explainVolumes } from './surroundings.ts';

/** One entry for each server, sorted by catalog name. What cannot run is explained as well: its mistakes are the reason. */
export function explain(input: CompileInput): Result<readonly ExplainedServer[]> {
  const { value: prepared, diagnostics } = prepare(input);
  const { servers, catalog } = prepared.loaded;
  const built = buildWorkloads(prepared, input, { openStart: true });
  const { workloads } = built.value;
  const plain = toValues(workloads);
  const { overlay } = prepared;
  const applied = overlay && applyOverlay(plain, workloads, new Set(catalog.keys()), overlay);
  const values = applied?.value ?? plain;
  const dockers = new Map(evaluateServers(prepared.loaded, new Map()).value.map((one) => [one.server, one]));
  const byName = new Map(workloads.map((workload) => [workload.server.name, workload]));
  const value = servers.map((server): ExplainedServer => {
    const own = built.diagnostics.filter((diagnostic) => diagnostic.server === server.name);
    const workload = byName.get(server.name);
    const docker = dockers.get(server.name);
    const base = { server: server.name, kind: serverKind(server) };
    if (!workload || !docker) return { ...base, refused: own.flatMap(reasonOf), aspects: [] };
    if (workload.kind === 'remote') return { ...base, aspects: explainRemote(workload) };
    const imageUser = prepared.lock?.images.get(server.image)?.runsAs;
    const explained = { workload, docker, values: values.servers[workload.name] ?? {}, diagnostics: own, imageUser };
    return { ...base, service: `mcp-${workload.name}`, aspects: aspectsOf(explained) };
  });
  return { value, diagnostics: [...diagnostics, ...(applied?.diagnostics ?? [])] };
}

function reasonOf({ severity, code, message, hint }: Diagnostic): NonNullable<ExplainedServer['refused']> {
  return severity === 'error' || code === 'skipped-server' ? [{ message, ...(hint !== undefined && { hint }) }] : [];
}

function aspectsOf(explained: Explained): Aspect[] {
  return [
    explainStart(explained),
    explainUser(explained),
    explainNetwork(explained),
    ...explainVolumes(explained),
    ...explainVariables(explained),
    explainLimits(explained),
    explainLifetime(explained),
    ...always,
  ];
}
