// What `mcpgen lock` reports about images: those that it read, those that it could not read, those that no server has.

import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import type { Outcome } from '../image/lock-images.ts';
import type { Loaded } from '../load.ts';
import { mapReference, parseReference, type RegistryMap } from '../registry/reference.ts';
import { positionOf } from '../source.ts';
import { megabytes } from './progress.ts';

/** What decides about the report of an image. */
export interface DescribeOptions {
  /** Whether there was a lock before: without one, every image is read. */
  readonly hadLock: boolean;
  readonly checkOnly: boolean;
  readonly registryMaps: readonly RegistryMap[];
}

/** What a user must know of single images, and of registries that are unreachable. */
export function describeOutcomes(
  outcomes: ReadonlyMap<string, Outcome>,
  unused: readonly string[],
  { servers }: Loaded,
  options: DescribeOptions,
): Diagnostic[] {
  const aboutImage = (image: string): About => {
    const server = servers.find((candidate) => candidate.image === image);
    return server ? { position: positionOf(server.source, [...server.path, 'image']), server: server.name } : {};
  };
  const removed = options.checkOnly ? 'stale-lock/unused' : 'image-removed';
  return [
    ...unreachableRegistries(outcomes, options.registryMaps).map(({ registry, images, reason }) => {
      const [first = ''] = images;
      const parameters = { registry, from: registryOf(first), images, reason, othersLocked: !options.checkOnly };
      return diagnose('unreadable-image/registry', parameters, aboutImage(first));
    }),
    ...[...outcomes].flatMap(([image, outcome]) => describeOne(image, outcome, options, aboutImage(image)) ?? []),
    ...unused.map((image) => diagnose(removed, { image }, aboutImage(image))),
  ];
}

interface Unreachable {
  readonly registry: string;
  readonly images: readonly string[];
  /** Of the first image. */
  readonly reason: string;
}

/** Registries that no connection leads to, each with its images: one mistake, however many images it has. */
function unreachableRegistries(
  outcomes: ReadonlyMap<string, Outcome>,
  registryMaps: readonly RegistryMap[],
): Unreachable[] {
  const found = new Map<string, Unreachable>();
  for (const [image, outcome] of outcomes) {
    if (outcome.kind !== 'failed' || !outcome.isUnreachable) continue;
    const registry = registryOf(mapReference(image, registryMaps));
    const { images, reason } = found.get(registry) ?? { images: [], reason: outcome.message };
    found.set(registry, { registry, images: [...images, image], reason });
  }
  return [...found.values()];
}

function describeOne(
  image: string,
  outcome: Outcome,
  { hadLock, checkOnly }: DescribeOptions,
  about: About,
): Diagnostic | undefined {
  switch (outcome.kind) {
    case 'failed':
      if (outcome.isUnreachable) return undefined; // once for its registry
      return diagnose('unreadable-image', { image, reason: outcome.message, othersLocked: !checkOnly }, about);
    case 'stale':
      return diagnose('stale-lock/image', { image, reason: outcome.reason }, about);
    case 'read':
      return hadLock ? diagnose('image-read', { image, reason: outcome.reason }, about) : undefined;
    case 'unchanged':
      return undefined;
  }
}

function registryOf(image: string): string {
  const reference = parseReference(image);
  return 'reason' in reference ? image : reference.registry;
}

/** The last line: how much was done; nothing where that failed. */
export function summarize(
  name: string,
  outcomes: ReadonlyMap<string, Outcome>,
  unused: readonly string[],
  bytes: number,
): Diagnostic[] {
  const count = (kind: Outcome['kind']): number =>
    [...outcomes.values()].filter((outcome) => outcome.kind === kind).length;
  if (count('failed') + count('stale') > 0) return [];
  const parameters = {
    file: name,
    images: outcomes.size,
    read: count('read'),
    size: megabytes(bytes),
    unchanged: count('unchanged'),
    removed: unused.length,
  };
  return [diagnose('locked', parameters)];
}
