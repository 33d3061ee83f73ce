// The images that the chart itself runs, as far as they differ from its defaults.

import { chartDefaults } from '../chart-defaults.ts';
import type { Lock } from '../image/lock.ts';
import { mapReference, type RegistryMap, splitReference } from '../registry/reference.ts';
import type { ValuesImage, ValuesImages } from '../values/model.ts';
import type { Workload } from '../workload/model.ts';

/** What of the chart's own images is not the chart's default, for values. */
export function ownImages(
  lock: Lock | undefined,
  workloads: readonly Workload[],
  maps: readonly RegistryMap[],
): ValuesImages {
  const needsRelay = workloads.some((workload) => workload.kind !== 'remote' || workload.isInternal);
  const ofGateway = differences(chartDefaults.gatewayImage, lock?.gateway, lock, maps);
  return {
    gateway: ofGateway,
    ...(needsRelay && { relay: differences(chartDefaults.relayImage, lock?.relay, lock, maps) }),
  };
}

/** What of an image differs from the chart's default: its digest, its registry, or all of it. */
function differences(
  { repository, tag }: { readonly repository: string; readonly tag: string },
  other: string | undefined,
  lock: Lock | undefined,
  maps: readonly RegistryMap[],
): ValuesImage {
  const locked = other ?? `${repository}:${tag}`;
  const digest = lock?.images.get(locked)?.digest;
  const { name, tag: mappedTag } = splitReference(mapReference(locked, maps));
  return {
    ...(name !== repository && { repository: name }),
    ...(mappedTag !== undefined && mappedTag !== tag && { tag: mappedTag }),
    ...(digest !== undefined && { digest }),
  };
}
