// An image that only root can run, read from its registry, and the image in its place that everybody can.

import { type ImageFacts, formatMode } from '../image/facts.ts';
import { fetchFacts } from '../image/inspect.ts';
import { readTree } from '../image/lock-images.ts';
import type { DirectoryEntry } from '../image/tree.ts';
import type { Manifest, RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { mapOf } from '../registry/json.ts';
import { isIndex, type ImageManifest, listPlatforms, readConfig, readManifest } from '../registry/manifest.ts';
import type { Reference } from '../registry/reference.ts';
import { type Document, makeDocument } from '../registry/upload.ts';
import { applyChanges, type Change, findClosed, findRunner, joinChanges } from './closed.ts';
import { type Base, extendConfig, extendManifest, makeIndex } from './documents.ts';
import { findEntries } from './entries.ts';
import { makeLayer, type NewLayer, pathsOfLayer } from './layer.ts';

/** One platform of the image. */
export interface PlannedImage {
  /** As in `linux/arm64`. */
  readonly platform: string;
  /** None: somebody who is not root can run it as it is. */
  readonly changes: readonly Change[];
  readonly manifest: Document;
  /** What the manifest names of the original. */
  readonly kept: ImageManifest;
  /** What it names besides. */
  readonly added: readonly Document[];
}

export interface Plan {
  /** Of the original: of its index, if it has one. */
  readonly digest: string;
  readonly images: readonly PlannedImage[];
  readonly index?: Document;
}

/** More than there are for Linux. */
const maxPlatforms = 32;
/** How often the program is followed: what is opened may lead to more that is closed. */
const maxRounds = 100;

/** Reads an image and makes what would take its place; nothing is written. `name`: the image in full. */
export async function planImage(client: RegistryClient, reference: Reference, name: string): Promise<Plan> {
  const { registry, repository, digest, tag = 'latest' } = reference;
  const top = await client.manifest(registry, repository, digest ?? tag);
  if (!isIndex(top.json)) {
    const image = await planPlatform(client, reference, top, name);
    if (!image.platform.startsWith('linux/')) throw notLinux(image.platform);
    return { digest: top.digest, images: [image] };
  }
  const entries = listPlatforms(top.json);
  const linux = entries.filter(({ platform }) => platform.startsWith('linux/'));
  if (linux.length === 0) throw notLinux(entries.map(({ platform }) => platform).join(', ') || 'no platform');
  if (linux.length > maxPlatforms) throw new RegistryError(`it is for ${linux.length} platforms`);
  const images: PlannedImage[] = [];
  for (const entry of linux) {
    const manifest = await client.manifest(registry, repository, entry.digest);
    if (isIndex(manifest.json)) throw new RegistryError('its index holds another index, which no registry should');
    images.push({ ...(await planPlatform(client, reference, manifest, name)), platform: entry.platform });
  }
  const listed = images.map(({ platform, manifest }) => ({ platform, document: manifest }));
  return { digest: top.digest, images, index: makeIndex(top.json, listed, { name, digest: top.digest }) };
}

function notLinux(platforms: string): RegistryError {
  return new RegistryError(`it is not made for Linux, but for ${platforms}`);
}

async function planPlatform(
  client: RegistryClient,
  reference: Reference,
  manifest: Manifest,
  name: string,
): Promise<PlannedImage> {
  const { registry, repository } = reference;
  const kept = readManifest(manifest.json);
  const json = await client.json(registry, repository, kept.config);
  const config = readConfig(json);
  const root = await readTree(client, reference, kept);
  const resolved = { digest: manifest.digest, platforms: [config.platform], config, manifest: kept };
  const look = (tree: DirectoryEntry): Promise<ImageFacts> =>
    fetchFacts(resolved, tree, { reference: name, commands: [], places: [], users: [] });
  const facts = await look(root);
  if (facts.programs[0]?.argv.length === 0) throw new RegistryError('it has no program of its own to start');
  if (findRunner(facts)) {
    const { mediaType = 'application/vnd.oci.image.manifest.v1+json' } = mapOf(manifest.json);
    const document = makeDocument(String(mediaType), manifest.bytes);
    return { platform: config.platform, changes: [], manifest: document, kept, added: [] };
  }
  const opened = await openAll(root, facts, look);
  const paths = pathsOfLayer(opened.root, opened.changes);
  const found = await findEntries(client, reference, kept.layers, opened.root, paths);
  const layer = await makeLayer(opened.root, paths, opened.changes, found);
  const added = extend({
    manifest,
    json,
    kept,
    layer,
    changes: opened.changes,
    base: { name, digest: manifest.digest },
  });
  return { platform: config.platform, changes: opened.changes, kept, ...added };
}

/** Opens what is closed, and what is found behind it. */
async function openAll(
  root: DirectoryEntry,
  facts: ImageFacts,
  look: (tree: DirectoryEntry) => Promise<ImageFacts>,
): Promise<{ root: DirectoryEntry; changes: Change[] }> {
  let changes: Change[] = [];
  let [tree, present] = [root, facts];
  for (let round = 0; round < maxRounds; round++) {
    const more = findClosed(present);
    if (more.length === 0) return { root: tree, changes };
    changes = joinChanges(changes, more);
    tree = applyChanges(tree, more);
    present = await look(tree);
  }
  throw new RegistryError(`more than ${changes.length} files of it are closed: make an image whose files all can read`);
}

interface Extension {
  readonly manifest: Manifest;
  readonly json: unknown;
  readonly kept: ImageManifest;
  readonly layer: NewLayer;
  readonly changes: readonly Change[];
  readonly base: Base;
}

function extend({ manifest, json, kept, layer, changes, base }: Extension): {
  manifest: Document;
  added: Document[];
} {
  const modes = changes.slice(0, 3).map(({ path, to }) => `${path} ${formatMode(to)}`);
  const createdBy = `mcpgen mend: ${[...modes, ...(changes.length > 3 ? ['…'] : [])].join(', ')}`;
  const config = extendConfig(json, kept.layers.length, layer, createdBy);
  return { manifest: extendManifest(manifest.json, config, layer, base), added: [layer.document, config] };
}
