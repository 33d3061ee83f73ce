// Docker's limits as Kubernetes quantities.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic, type Result } from '../diagnostics.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { bytesOf, milliCpuOf } from '../kubernetes/quantity.ts';
import { positionOf } from '../source.ts';
import type { Resources } from './model.ts';

/** The limits and requests that a custom catalog gives; the chart's defaults stand in for those that it does not. */
export function buildResources(server: CatalogServer): Result<Resources> {
  const diagnostics: Diagnostic[] = [];
  const resources: { limits?: Record<string, string>; requests?: Record<string, string> } = {};
  for (const group of ['limits', 'requests'] as const) {
    for (const [resource, convert] of [
      ['cpu', cpuQuantity],
      ['memory', memoryQuantity],
    ] as const) {
      const text = server.resources[group]?.[resource];
      if (text === undefined || text === null) continue;
      const quantity = convert(text);
      if (quantity !== undefined) {
        (resources[group] ??= {})[resource] = quantity;
        continue;
      }
      const position = positionOf(server.source, [...server.path, 'resources', group, resource]);
      diagnostics.push(diagnose('bad-quantity', { group, resource, text }, { position, server: server.name }));
    }
  }
  for (const [resource, amount] of [
    ['cpu', milliCpuOf],
    ['memory', bytesOf],
  ] as const) {
    const [limit, request] = [resources.limits?.[resource], resources.requests?.[resource]];
    if (limit === undefined || request === undefined || (amount(request) ?? 0) <= (amount(limit) ?? 0)) continue;
    const position = positionOf(server.source, [...server.path, 'resources', 'requests', resource]);
    const parameters = { resource, request, limit };
    diagnostics.push(diagnose('bad-quantity/above', parameters, { position, server: server.name }));
  }
  return { value: withRoom(resources), diagnostics };
}

/** Kubernetes refuses a request above its limit: what the catalog says moves the chart's default out of its way. */
function withRoom({ limits, requests }: Resources): Resources {
  const room: { limits: Record<string, string>; requests: Record<string, string> } = { limits: {}, requests: {} };
  for (const [resource, amount] of [
    ['cpu', milliCpuOf],
    ['memory', bytesOf],
  ] as const) {
    const { limits: defaultLimits, requests: defaultRequests } = chartDefaults.resources;
    const [limit, request] = [limits?.[resource], requests?.[resource]];
    const isAbove =
      (amount(request ?? defaultRequests[resource]) ?? 0) > (amount(limit ?? defaultLimits[resource]) ?? 0);
    if (limit !== undefined && isAbove && request === undefined) room.requests[resource] = limit;
    if (request !== undefined && isAbove && limit === undefined) room.limits[resource] = request;
  }
  return {
    ...((limits ?? isFilled(room.limits)) && { limits: { ...limits, ...room.limits } }),
    ...((requests ?? isFilled(room.requests)) && { requests: { ...requests, ...room.requests } }),
  };
}

function isFilled(map: object): boolean {
  return Object.keys(map).length > 0;
}

/** Docker's `--cpus`: a decimal number of CPUs. */
export function cpuQuantity(text: string): string | undefined {
  if (/^\d+m$/.test(text)) return text; // Kubernetes' own form says the same
  if (!/^(\d+(\.\d+)?|\.\d+)$/.test(text)) return undefined;
  const milli = Math.round(Number(text) * 1000);
  if (milli === 0) return undefined;
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Docker's `--memory`: its units are powers of 1024, whichever way they are written (docker/go-units RAMInBytes). */
export function memoryQuantity(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp])?(i?b)?$/i.exec(text);
  if (!match) return undefined;
  const units = ['', 'k', 'm', 'g', 't', 'p'];
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '' && match[3]?.toLowerCase() === 'ib') return undefined;
  const bytes = Math.trunc(Number(match[1]) * 1024 ** units.indexOf(unit));
  if (bytes === 0 || !Number.isSafeInteger(bytes)) return undefined;
  const suffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  let power = suffixes.length - 1;
  while (bytes % 1024 ** power !== 0) power--;
  return `${bytes / 1024 ** power}${suffixes[power]}`;
}
