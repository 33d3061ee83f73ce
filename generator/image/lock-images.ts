// All images of a lock: what is still as the lock says is left alone, the rest is read, several at a time.

import { compare } from '../diagnostics.ts';
import type { ImageFacts } from './facts.ts';
import { fetchFacts, type Resolved, resolveImage, type Wanted, whatIsMissing } from './inspect.ts';
import { type RangeReader, readLayerIndex } from './layer-index.ts';
import { readLayer } from './layers.ts';
import { layerMemory, LayerLimitError } from './layer-builder.ts';
import type { ImageManifest, LayerDescriptor } from '../registry/manifest.ts';
import { mapReference, parseReference, type Reference, type RegistryMap } from '../registry/reference.ts';
import type { RegistryClient } from '../registry/client.ts';
import { ContentError, RegistryError } from '../registry/error.ts';
import { type DirectoryEntry, type Layer, mergeLayers } from './tree.ts';

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
  /** Milliseconds for all images; one of them may take half. */
  readonly time: number;
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
  | { readonly kind: 'failed'; readonly message: string; readonly isUnreachable?: boolean; readonly bug?: unknown };

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
  const run = AbortSignal.timeout(input.time);
  const forOneImage = (): RegistryClient => client.until(AbortSignal.any([run, AbortSignal.timeout(input.time / 2)]));
  await inParallel(input.parallel * 2, input.wanted, async (wanted) => {
    try {
      const own = forOneImage();
      const reference = locate(wanted.reference, input.registryMaps);
      const present = input.present.get(wanted.reference);
      const reason = await whyStale(own, reference, present, wanted);
      if (present && reason === undefined) return finish(wanted.reference, { kind: 'unchanged', facts: present });
      if (input.checkOnly) return finish(wanted.reference, { kind: 'stale', reason: reason ?? '' });
      const image = await resolveImage(own, reference, input.platform);
      resolved.push({ wanted, reference, image, reason: reason ?? 'it is new' });
    } catch (error) {
      finish(wanted.reference, failed(error));
    }
  });
  const layers = new LayerCache(
    Math.min(layerMemory, allMemory / input.parallel),
    resolved.flatMap(({ image }) => image.manifest.layers),
  );
  resolved.sort((a, b) => compare(a.wanted.reference, b.wanted.reference));
  await inParallel(input.parallel, resolved, async ({ wanted, reference, image, reason }) => {
    try {
      const root = mergeLayers(await layers.get(forOneImage(), reference, image.manifest.layers));
      finish(wanted.reference, { kind: 'read', facts: await fetchFacts(image, root, wanted), reason });
    } catch (error) {
      finish(wanted.reference, failed(error));
    }
  });
  return outcomes;
}

/** Bytes for the layers of all images that are read at a time; their trees take as much again. */
const allMemory = 1024 ** 3;

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
  if ('reason' in reference) throw new RegistryError(`it is not a valid image reference: ${reference.reason}`);
  return reference;
}

/** The files of one image. */
export async function readTree(
  client: RegistryClient,
  reference: Reference,
  { layers }: ImageManifest,
): Promise<DirectoryEntry> {
  return mergeLayers(await new LayerCache(layerMemory, layers).get(client, reference, layers));
}

/** Layers that several images have are read once, and let go when the last of them has been looked at. */
class LayerCache {
  /** Bytes that the layers of one image may take. */
  private readonly memory: number;
  private readonly uses = new Map<string, number>();
  private readonly layers = new Map<string, Promise<Layer>>();

  constructor(memory: number, all: readonly LayerDescriptor[]) {
    this.memory = memory;
    for (const descriptor of all) this.uses.set(keyOf(descriptor), (this.uses.get(keyOf(descriptor)) ?? 0) + 1);
  }

  async get(client: RegistryClient, reference: Reference, descriptors: readonly LayerDescriptor[]): Promise<Layer[]> {
    const layers: Layer[] = [];
    let size = 0;
    try {
      for (const descriptor of descriptors) {
        const layer = await this.one(client, reference, descriptor);
        size += layer.size;
        if (size > this.memory) throw new LayerLimitError(tooMuch(this.memory));
        layers.push(layer);
      }
      return layers;
    } finally {
      for (const descriptor of descriptors) this.release(keyOf(descriptor));
    }
  }

  /** What failed for another image need not fail for this one: that has its own registry, login and time. */
  private async one(client: RegistryClient, reference: Reference, descriptor: LayerDescriptor): Promise<Layer> {
    const key = keyOf(descriptor);
    const shared = this.layers.get(key);
    const read = shared && (await shared.catch(() => undefined));
    if (read) return read;
    const layer = this.read(client, reference, descriptor);
    this.layers.set(key, layer);
    return layer;
  }

  private release(key: string): void {
    const left = (this.uses.get(key) ?? 1) - 1;
    this.uses.set(key, left);
    if (left === 0) this.layers.delete(key);
  }

  /** By its index, if it has one that can be read; else as a whole. */
  private async read(
    client: RegistryClient,
    { registry, repository }: Reference,
    descriptor: LayerDescriptor,
  ): Promise<Layer> {
    const range: RangeReader = (start, end) => client.range(registry, repository, descriptor.digest, start, end);
    // Whatever is wrong with the index, the whole layer has all that it has.
    const layer = await readLayerIndex(descriptor, range, this.memory).catch(forgive);
    return layer ?? client.blob(registry, repository, descriptor, (body) => readLayer(body, this.memory));
  }
}

/** Layers are the same only if all that was said of them is: a manifest may say of another's layer where its index is. */
function keyOf({ digest, size, annotations }: LayerDescriptor): string {
  return JSON.stringify([digest, size, Object.entries(annotations).sort(([a], [b]) => compare(a, b))]);
}

function tooMuch(memory: number): string {
  const advice = memory < layerMemory ? ', with this many images --parallel' : '';
  return `its files take more than ${Math.round(memory / 1024 ** 2)} MiB of memory${advice}`;
}

function forgive(error: unknown): undefined {
  if (!isForeign(error)) throw error;
}

/** Whether what came from elsewhere is at fault, and not mcpgen. */
export function isForeign(error: unknown): error is Error {
  return [RegistryError, ContentError, LayerLimitError].some((kind) => error instanceof kind);
}

/** What the user sees. A mistake of ours is kept until the other images are done. */
function failed(error: unknown): Outcome {
  if (error instanceof RegistryError)
    return { kind: 'failed', message: error.message, isUnreachable: error.isUnreachable };
  if (isForeign(error)) return { kind: 'failed', message: `a layer cannot be read: ${error.message}` };
  return { kind: 'failed', message: 'of a bug in mcpgen', bug: error };
}

async function inParallel<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const pending = [...items];
  const worker = async (): Promise<void> => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
