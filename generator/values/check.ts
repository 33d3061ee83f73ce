// Values against the chart's schema before anybody installs them, with each misfit at the place in the catalog that it comes from.

import { formatPath } from '../catalog/schema.ts';
import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import { requireOfPackage } from '../package.ts';
import { type Path, positionOf } from '../source.ts';
import { isMap } from '../tree.ts';
import type { Workload } from '../workload/model.ts';
import { findMisfits, type Schema } from './fits.ts';
import type { Values } from './model.ts';

/** What the workloads' values have that the chart or a container cannot take. */
export function checkFit(workloads: readonly Workload[], { servers }: Values): Diagnostic[] {
  const { definitions } = requireOfPackage('chart/values.schema.json') as { definitions: Record<string, Schema> };
  return workloads.flatMap((workload) => {
    const values = servers[workload.name];
    const misfits = findMisfits(values, { $ref: '#/definitions/server' }, definitions).map(
      ({ path, schema }) => [path, schema.description] as const,
    );
    const { server } = workload;
    const placeIn = (path: Path): Path => [...server.path, ...placeOf(workload, path)];
    const aboutOf = (place: Path): About => ({ position: positionOf(server.source, place), server: server.name });
    return [
      ...misfits.map(([path, description]) => {
        const place = placeIn(path);
        const parameters = { where: formatPath(place), key: formatPath(path), description };
        return diagnose('wrong-value/chart', parameters, aboutOf(place));
      }),
      ...(mayHoldNul(values) ? pathsOfNul(values) : []).map((path) => {
        const place = placeIn(path);
        return diagnose('wrong-value/nul', { where: formatPath(place) }, aboutOf(place));
      }),
    ];
  });
}

/** Seen in one go, as hardly anybody has it. */
function mayHoldNul(values: unknown): boolean {
  return JSON.stringify(values)?.includes('\\u0000');
}

/** No program can have it in its arguments or environment, and no path, name or header either. */
function pathsOfNul(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOfNul(item, [...path, index]));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key.includes('\0') ? [[...path, key]] : pathsOfNul(item, [...path, key]),
  );
}

/** Where in a server's entry the values below `path` come from. */
function placeOf({ server }: Workload, [field, step, ...rest]: Path): Path {
  switch (field) {
    case 'command':
      return ['image'];
    case 'args':
      return ['command'];
    case 'env': {
      const index = server.env.findLastIndex(({ name }) => name === step);
      return index < 0 ? ['image'] : ['env', index, 'value'];
    }
    case 'secretEnv':
      return ['secrets'];
    case 'egress':
      return ['allowHosts'];
    case 'hostAliases':
      return ['extraHosts'];
    case 'podSecurityContext':
      return ['user'];
    case 'remote':
    case 'http':
      if (step === 'secrets') return ['secrets'];
      if (step === 'url' && server.sseEndpoint !== '') return ['sseEndpoint'];
      return ['remote', ...(step === undefined ? [] : [step === 'transport' ? 'transport_type' : step, ...rest])];
    case 'allowTools':
      return ['tools'];
    case 'resources':
      return ['resources', ...(step === undefined ? [] : [step, ...rest])];
    default:
      return field === undefined ? [] : [field];
  }
}
