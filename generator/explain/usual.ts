// What most servers have in common, of how they differ from Docker.

import type { Aspect, ExplainedServer } from './model.ts';

/** The aspects that are the same for most containers, of several; and each server with the others. */
export function usualAspects(servers: readonly ExplainedServer[]): {
  readonly common: readonly Aspect[];
  readonly servers: readonly ExplainedServer[];
} {
  const containers = servers.filter(({ kind, refused }) => kind === 'container' && !refused);
  const counts = new Map<string, number>();
  for (const text of containers.flatMap(({ aspects }) => aspects.map((aspect) => JSON.stringify(aspect)))) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const isCommon = (text: string): boolean => {
    const count = counts.get(text) ?? 0;
    return count > 1 && count > containers.length / 2;
  };
  return {
    common: [...counts.keys()].filter(isCommon).map((text) => JSON.parse(text) as Aspect),
    servers: servers.map((server) => ({
      ...server,
      aspects: server.aspects.filter((aspect) => !isCommon(JSON.stringify(aspect))),
    })),
  };
}
