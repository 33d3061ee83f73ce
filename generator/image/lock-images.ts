// All images of a lock: what is still as the lock says is left alone, the rest is read, several at a time.

import { compare } from '../diagnostics.ts';
import type { ImageFacts } from './facts.ts';
import { fetchFacts, type Resolved, resolveImage, type Wanted, whatIsMissing } from './inspect.ts';
import { type RangeReader, readLayerIndex } from './layer-index.ts';
import { LayerError, readLayer } from './layers.ts';
import { TooManyEntriesError } from './layer-builder.ts';
import type { LayerDescriptor } from '../registry/manifest.ts';
import { mapReference, parseReference, type Reference, type RegistryMap } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { type Layer, mergeLayers } from './tree.ts';

export interface LockInput {
  readonly wanted: readonly Wanted[];
  /** The images of the present lock, if it was made for this platform. */
  readonly present: ReadonlyMap<string, ImageFacts>;
  readonly platform: string;
  /** Where images are read instead. */
  readonly registryMaps: readonly RegistryMap[];
  /** How many images are read at a time. */
  readonly parallel: number;
  /** Reads nothing, but says what would be. */
  readonly checkOnly: boolean;
  /** Called with the number of images that are done. */
  readonly onProgress?: (done: number) => void;
}

/** What became of one image, or why nothing did. */
export type Outcome =
  | { readonly kind: 'unchanged'; readonly facts: ImageFacts }
  /** `reason`: why it had to be read. */
  | { readonly kind: 'read'; readonly facts: ImageFacts; readonly reason: string }
  /** With `checkOnly`, in place of `read`. */
  | { readonly kind: 'stale'; readonly reason: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Facts for all images. One that cannot be read does not keep the others from being read. */
export async function lockImages(client: RegistryClient, input: LockInput): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let done = 0;
  const finish = (reference: string, outcome: Outcome): void => {
    outcomes.set(reference, outcome);
    input.onProgress?.(++done);
  };
  const resolved: { wanted: Wanted; reference: Reference; image: Resolved; reason: string }[] = [];
  input.onProgress?.(done);
  await inParallel(input.parallel * 2, input.wanted, async (wanted) => {
    try {
      const reference = locate(wanted.reference, input.registryMaps);
      const present = input.present.get(wanted.reference);
      const reason = await whyStale(client, reference, present, wanted);
      if (present && reason === undefined) return finish(wanted.reference, { kind: 'unchanged', facts: present });
      if (input.checkOnly) return finish(wanted.reference, { kind: 'stale', reason: reason ?? '' });
      const image = await resolveImage(client, reference, input.platform);
      resolved.push({ wanted, reference, image, reason: reason ?? 'it is new' });
    } catch (error) {
      finish(wanted.reference, { kind: 'failed', message: sentence(error) });
    }
  });
  const layers = new LayerCache(
    client,
    resolved.flatMap(({ image }) => image.manifest.layers),
  );
  resolved.sort((a, b) => compare(a.wanted.reference, b.wanted.reference));
  await inParallel(input.parallel, resolved, async ({ wanted, reference, image, reason }) => {
    try {
      const root = mergeLayers(await layers.get(reference, image.manifest.layers));
      finish(wanted.reference, { kind: 'read', facts: await fetchFacts(image, root, wanted), reason });
    } catch (error) {
      finish(wanted.reference, { kind: 'failed', message: sentence(error) });
    }
  });
  return outcomes;
}

/** Why the facts that are there do not do, asking the registry for no more than a digest; undefined if they do. */
async function whyStale(
  client: RegistryClient,
  { registry, repository, tag = 'latest', digest }: Reference,
  present: ImageFacts | undefined,
  wanted: Wanted,
): Promise<string | undefined> {
  if (!present) return 'it is new';
  const current =
    digest ??
    (await client.digestOf(registry, repository, tag)) ??
    (await client.manifest(registry, repository, tag)).digest;
  if (current !== present.digest) return `it is ${current} now, and was ${present.digest}`;
  return whatIsMissing(present, wanted);
}

/** Where a reference of a catalog is read. */
export function locate(text: string, maps: readonly RegistryMap[]): Reference {
  const reference = parseReference(mapReference(text, maps));
  if ('reason' in reference) throw new RegistryError(`it is no image reference: ${reference.reason}`);
  return reference;
}

/** Layers that several images have are read once, and let go when the last of them has been looked at. */
class LayerCache {
  private readonly client: RegistryClient;
  private readonly uses = new Map<string, number>();
  private readonly layers = new Map<string, Promise<Layer>>();

  constructor(client: RegistryClient, all: readonly LayerDescriptor[]) {
    this.client = client;
    for (const { digest } of all) this.uses.set(digest, (this.uses.get(digest) ?? 0) + 1);
  }

  async get({ registry, repository }: Reference, descriptors: readonly LayerDescriptor[]): Promise<Layer[]> {
    const layers: Layer[] = [];
    for (const descriptor of descriptors) {
      let layer = this.layers.get(descriptor.digest);
      if (!layer) {
        layer = this.read(registry, repository, descriptor);
        this.layers.set(descriptor.digest, layer);
      }
      layers.push(await layer);
      const left = (this.uses.get(descriptor.digest) ?? 1) - 1;
      this.uses.set(descriptor.digest, left);
      if (left === 0) this.layers.delete(descriptor.digest);
    }
    return layers;
  }

  /** By its index, if it has one that can be read; else as a whole. */
  private async read(registry: string, repository: string, descriptor: LayerDescriptor): Promise<Layer> {
    const range: RangeReader = (start, end) => this.client.range(registry, repository, descriptor.digest, start, end);
    // Whatever is wrong with the index, the whole layer has all that it has.
    const layer = await readLayerIndex(descriptor, range).catch(() => undefined);
    return layer ?? this.client.blob(registry, repository, descriptor, readLayer);
  }
}

/** What the user is told; a mistake of ours is thrown on. */
function sentence(error: unknown): string {
  if (error instanceof RegistryError) return error.message;
  if (error instanceof LayerError || error instanceof TooManyEntriesError)
    return `a layer cannot be read: ${error.message}`;
  throw error;
}

async function inParallel<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const pending = [...items];
  const worker = async (): Promise<void> => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
