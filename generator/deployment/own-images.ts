// The images that the chart itself runs, as far as they differ from its defaults.

import { chartDefaults } from '../chart-defaults.ts';
import type { Lock } from '../image/lock.ts';
import { mapReference, pinReference, type RegistryMap } from '../registry/reference.ts';
import type { ValuesImage, ValuesImages } from '../values/model.ts';
import type { Workload } from '../workload/model.ts';

/** What of the chart's own images is not the chart's default, for values. */
export function ownImages(
  lock: Lock | undefined,
  workloads: readonly Workload[],
  maps: readonly RegistryMap[],
): ValuesImages {
  const needsRelay = workloads.some(({ kind }) => kind !== 'remote');
  return { gateway: gatewayImage(lock, maps), ...(needsRelay && { relay: relayImage(lock, maps) }) };
}

/** What of the gateway's own image differs from the chart's default: its digest, and the registry. */
function gatewayImage(lock: Lock | undefined, maps: readonly RegistryMap[]): ValuesImage {
  const { repository, tag } = chartDefaults.gatewayImage;
  const locked = lock?.gateway ?? `${repository}:${tag}`;
  const digest = lock?.images.get(locked)?.digest;
  const [, name, mappedTag] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(mapReference(locked, maps)) ?? [];
  return {
    ...(name !== undefined && name !== repository && { repository: name }),
    ...(mappedTag !== undefined && mappedTag !== tag && { tag: mappedTag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The relay's image, from the registry of the maps and with its digest. */
function relayImage(lock: Lock | undefined, maps: readonly RegistryMap[]): string {
  const locked = lock?.relay ?? chartDefaults.relayImage;
  const digest = lock?.images.get(locked)?.digest;
  const mapped = mapReference(locked, maps);
  return digest === undefined ? mapped : pinReference(mapped, digest);
}
