// What a release asks for: the pods of the gateway and of each server, in CPU, memory and storage.

import { bytesOf, bytesText, milliCpuOf, milliCpuText } from '../kubernetes/quantity.ts';
import { type ChartValues, containersOf, hasRelay, type ResourceValues, serversOf } from '../values/in-effect.ts';

/** CPUs in thousandths, memory and storage in bytes. */
export interface Costs {
  readonly servers: number;
  readonly pods: number;
  readonly cpuRequests: number;
  readonly cpuLimits: number;
  readonly memoryRequests: number;
  readonly memoryLimits: number;
  readonly claims: number;
  readonly storage: number;
}

export const noCosts: Costs = {
  servers: 0,
  pods: 0,
  cpuRequests: 0,
  cpuLimits: 0,
  memoryRequests: 0,
  memoryLimits: 0,
  claims: 0,
  storage: 0,
};

export function addCosts(a: Costs, b: Costs): Costs {
  const keys = Object.keys(noCosts) as (keyof Costs)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Costs;
}

/** Init containers ask for less than what runs after them, so they do not count. */
export function costsOf(values: ChartValues): Costs {
  const { gateway, relay } = values;
  const parts = [gateway.resources, ...(hasRelay(values) ? [relay.resources] : [])];
  const start = addCosts({ ...noCosts, servers: serversOf(values).length }, podCosts(parts, gateway.replicas));
  return containersOf(values).reduce((sum, [, server]) => {
    const claims = Object.values(server.volumes ?? {}).flatMap(({ persistentVolumeClaim: claim }) => claim ?? []);
    const storage = claims.reduce((bytes, { size }) => bytes + (bytesOf(size) ?? 0), 0);
    return addCosts(addCosts(sum, podCosts([server.resources], server.replicas)), {
      ...noCosts,
      claims: claims.length,
      storage,
    });
  }, start);
}

function podCosts(containers: readonly ResourceValues[], pods: number): Costs {
  const sum = (of: (resources: ResourceValues) => number | undefined): number =>
    pods * containers.reduce((total, resources) => total + (of(resources) ?? 0), 0);
  return {
    ...noCosts,
    pods,
    cpuRequests: sum(({ requests, limits }) => milliCpuOf(requests?.cpu ?? limits?.cpu ?? '')),
    cpuLimits: sum(({ limits }) => milliCpuOf(limits?.cpu ?? '')),
    memoryRequests: sum(({ requests, limits }) => bytesOf(requests?.memory ?? limits?.memory ?? '')),
    memoryLimits: sum(({ limits }) => bytesOf(limits?.memory ?? '')),
  };
}

/** As a ResourceQuota counts it: `factor` leaves room for the pods of an update beside the old ones. */
export function quotaOf(costs: Costs, factor: number): Record<string, string> {
  return {
    'requests.cpu': milliCpuText(costs.cpuRequests * factor),
    'requests.memory': bytesText(costs.memoryRequests * factor),
    'limits.cpu': milliCpuText(costs.cpuLimits * factor),
    'limits.memory': bytesText(costs.memoryLimits * factor),
    pods: String(costs.pods * factor),
    persistentvolumeclaims: String(costs.claims),
    'requests.storage': bytesText(costs.storage),
  };
}

/** A table, a line for each tenant and one for all. */
export function costTable(rows: readonly (readonly [tenant: string, costs: Costs])[]): string {
  const total = rows.reduce((sum, [, costs]) => addCosts(sum, costs), noCosts);
  const cells = [
    ['tenant', 'servers', 'pods', 'cpu', 'cpu limit', 'memory', 'memory limit', 'storage'],
    ...[...rows, ['total', total] as const].map(([name, costs]) => [
      name,
      String(costs.servers),
      String(costs.pods),
      milliCpuText(costs.cpuRequests),
      milliCpuText(costs.cpuLimits),
      bytesText(costs.memoryRequests),
      bytesText(costs.memoryLimits),
      bytesText(costs.storage),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return cells.map((row) => `${line(row)}\n`).join('');
}
