// Every image of a deployment: what a mirror must hold, and what an admission controller lets in.

import { compare } from '../diagnostics.ts';
import { mapOf, textOf, type Tree, type TreeMap } from '../tree.ts';
import type { Lock } from '../image/lock.ts';
import { mapReference, pinReference, type RegistryMap } from '../registry/reference.ts';
import { chartDefaults } from '../chart-defaults.ts';

export interface ListedImage {
  /** As a pod names it, after the registry maps. */
  readonly image: string;
  /** As it was before them. */
  readonly original: string;
  /** `gateway`, `relay`, `bridge` and the names of servers. */
  readonly usedBy: readonly string[];
}

/** An image and its owner. */
type Use = readonly [image: string, usedBy: string];

/** The images of a values file of the chart. */
export function imagesOfValues(values: Tree): Use[] {
  const { gateway, relay, bridge, servers } = mapOf(values);
  const bridgeImage = ownImage(bridge);
  return [
    [ownImage(gateway, chartDefaults.gatewayImage), 'gateway'],
    ...(hasRelay(mapOf(values)) ? [[ownImage(relay, chartDefaults.relayImage), 'relay'] as const] : []),
    ...(bridgeImage === '' ? [] : [[bridgeImage, 'bridge'] as const]),
    ...Object.entries(mapOf(servers)).flatMap(([name, server]) => {
      const { image, volumes } = mapOf(server);
      if (!isEnabled(server)) return [];
      const mounted = Object.values(mapOf(volumes)).map((volume) => mapOf(mapOf(volume)['image'])['reference']);
      return [image, ...mounted].flatMap((reference) =>
        typeof reference === 'string' ? [[reference, name] as const] : [],
      );
    }),
  ];
}

/** The images of a lock file, by digest. */
export function imagesOfLock({ images, gateway, relay }: Lock): Use[] {
  const userOf = (name: string): string => (name === gateway ? 'gateway' : name === relay ? 'relay' : name);
  return [...images].map(([name, { digest }]) => [pinReference(name, digest), userOf(name)]);
}

/**
 * Whether the chart uses the relay's image with these values: for the relay, by the rule of `mcpgen.relay.on`
 * (chart/templates/_relay.tpl), or for the door.
 */
function hasRelay({ relay, door, topology, servers }: TreeMap): boolean {
  if (mapOf(door)['enabled'] !== undefined && isEnabled(door)) return true;
  const isDialled = (server: Tree): boolean => isEnabled(server) && !mapOf(server)['remote'];
  return isEnabled(relay) && topology !== 'sidecars' && Object.values(mapOf(servers)).some(isDialled);
}

/** Whether the values leave a server, or a part of the chart, on; Helm reads YAML 1.1, which has many words for false. */
function isEnabled(entry: Tree | undefined): boolean {
  return !/^(n|no|false|off)$/i.test(textOf(mapOf(entry)['enabled']));
}

/** The image of a part of the chart, by the rule of `mcpgen.ownImage` (chart/templates/_platform.tpl); empty: none. */
function ownImage(part: Tree | undefined, defaults: Readonly<Record<string, string>> = {}): string {
  const { image } = mapOf(part);
  if (typeof image === 'string' && image !== '') return image;
  const { repository = '', tag = '', digest } = { ...defaults, ...textsOf(image) };
  if (repository === '') return '';
  if (digest !== undefined) return `${repository}@${digest}`;
  return tag === '' ? repository : `${repository}:${tag}`;
}

/** Sorted, each once, and from where the registry maps say. */
export function listImages(uses: readonly Use[], maps: readonly RegistryMap[]): ListedImage[] {
  const listed = new Map<string, { original: string; usedBy: Set<string> }>();
  for (const [original, user] of uses) {
    const image = mapReference(original, maps);
    const entry = listed.get(image) ?? { original, usedBy: new Set() };
    entry.usedBy.add(user);
    listed.set(image, entry);
  }
  return [...listed]
    .sort(([a], [b]) => compare(a, b))
    .map(([image, { original, usedBy }]) => ({ image, original, usedBy: [...usedBy].sort(compare) }));
}

/** The texts of a map that say something. */
function textsOf(tree: Tree | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapOf(tree)).flatMap(([key, value]) =>
      typeof value === 'string' && value !== '' ? [[key, value]] : [],
    ),
  );
}
