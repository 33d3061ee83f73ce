// Two versions of a deployment: which servers come, go and change.

import { compare } from '../diagnostics.ts';
import { type ChartValues, imageText, serversOf, type ServerValues } from '../values/in-effect.ts';
import { type Change, weights } from './model.ts';
import { diffServer } from './server.ts';

/** Sorted by server; of one server, what widens comes first. */
export function diffValues(old: ChartValues, now: ChartValues): readonly Change[] {
  const before = new Map(serversOf(old));
  const after = new Map(serversOf(now));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compare);
  return [...release(old, now), ...names.flatMap((server) => ofServer(server, before.get(server), after.get(server)))];
}

function ofServer(server: string, old: ServerValues | undefined, now: ServerValues | undefined): Change[] {
  if (!now) return [{ server, field: 'servers', weight: 'narrowing', text: 'removed' }];
  if (!old) {
    return [{ server, field: 'servers', weight: 'widening', text: `added: ${whatItIs(now)}` }];
  }
  return diffServer(old, now)
    .map((change): Change => ({ server, ...change }))
    .sort((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight));
}

function whatItIs({ remote, http, image, egress }: ServerValues): string {
  if (remote) return `remote ${remote.url}`;
  return http?.url === undefined ? `image ${image}, egress ${egress.mode}` : `own network ${http.url}`;
}

/** The images of the chart itself, and what protects all servers. */
function release(old: ChartValues, now: ChartValues): Change[] {
  const images = (['gateway', 'relay', 'bridge'] as const).flatMap((part): Change[] => {
    const [from, to] = [imageText(old[part].image), imageText(now[part].image)];
    return from === to ? [] : [{ field: `${part}.image`, weight: 'changed', text: `${from} -> ${to}` }];
  });
  // Nobody can say here which of them is more.
  const settings = ['networkPolicy', 'exposure', 'topology', 'extraObjects'].flatMap((key): Change[] => {
    const [from, to] = [old, now].map((values) => JSON.stringify(Reflect.get(values, key) ?? null));
    return from === to ? [] : [{ field: key, weight: 'widening', text: `${from} -> ${to}` }];
  });
  return [...images, ...settings];
}
