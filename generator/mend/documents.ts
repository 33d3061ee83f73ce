// The documents of an image with one layer more: its configuration, its manifest, and an index over several of them.

import type { Descriptor } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { type Json, listOf, mapOf } from '../registry/json.ts';
import { isDigest } from '../registry/reference.ts';
import { type Document, makeDocument } from '../registry/upload.ts';
import type { NewLayer } from './layer.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** What an image was made from. */
export interface Base {
  /** As in `docker.io/mcp/fetch:latest`. */
  readonly name: string;
  readonly digest: string;
}

const maxAnnotations = 200;
const maxAnnotation = 16 * 1024;

/** An image's configuration with the layer at its end. */
export function extendConfig(json: unknown, layers: number, { diffId }: NewLayer, createdBy: string): Document {
  const config = mapOf(json);
  const rootfs = mapOf(config['rootfs']);
  const diffIds = listOf(rootfs['diff_ids']);
  if (diffIds.length !== layers || !diffIds.every(isDigest)) {
    throw new RegistryError('its configuration is damaged: diff_ids does not have one digest for each layer');
  }
  const history = listOf(config['history']);
  const created = config['created'];
  // The time is the original's: the same image gets the same digest, whenever that is.
  const entry = { ...(typeof created === 'string' && { created }), created_by: createdBy };
  const extended = {
    ...config,
    rootfs: { ...rootfs, type: 'layers', diff_ids: [...diffIds, diffId] },
    // Without those of the other layers, an entry would be taken for one of them.
    ...(history.length > 0 && { history: [...history, entry] }),
  };
  return jsonDocument(types.config, extended);
}

/** An image's manifest with the layer at its end, in OCI's form. */
export function extendManifest(json: unknown, config: Document, layer: NewLayer, base: Base): Document {
  const manifest = mapOf(json);
  return jsonDocument(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: describe(config),
    layers: [...listOf(manifest['layers']).map(layerOf), describe(layer.document)],
    annotations: { ...annotationsOf(manifest), ...baseAnnotations(base) },
  });
}

/** The platform as an index names it. */
export interface Listed {
  readonly platform: string;
  readonly document: Document;
}

export function makeIndex(json: unknown, images: readonly Listed[], base: Base): Document {
  return jsonDocument(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: images.map(({ platform, document }) => {
      const [os, architecture, variant] = platform.split('/');
      return { ...describe(document), platform: { os, architecture, ...(variant !== undefined && { variant }) } };
    }),
    annotations: { ...annotationsOf(mapOf(json)), ...baseAnnotations(base) },
  });
}

function jsonDocument(mediaType: string, json: object): Document {
  return makeDocument(mediaType, Buffer.from(JSON.stringify(json)));
}

function describe({ mediaType, digest, bytes }: Document): Descriptor & { mediaType: string } {
  return { mediaType, digest, size: bytes.length };
}

function baseAnnotations({ name, digest }: Base): Record<string, string> {
  return { 'org.opencontainers.image.base.name': name, 'org.opencontainers.image.base.digest': digest };
}

/** A layer of the original: Docker's media types by their OCI names, all else as it was. */
function layerOf(json: unknown): object {
  const { mediaType, digest, size, urls } = mapOf(json);
  if (urls !== undefined) throw new RegistryError('a layer of it is kept outside of the registry');
  const [, compression = ''] = /\.tar(?:[.+](gzip|zstd))?$/.exec(String(mediaType ?? '')) ?? [];
  const isDocker = String(mediaType).startsWith('application/vnd.docker.');
  const type =
    isDocker || typeof mediaType !== 'string' ? `${types.layer}${suffix(mediaType, compression)}` : mediaType;
  const annotations = annotationsOf(mapOf(json));
  return { mediaType: type, digest, size, ...(Object.keys(annotations).length > 0 && { annotations }) };
}

/** `.tar.gzip` is how Docker writes it, and what a layer without a type is. */
function suffix(mediaType: unknown, compression: string): string {
  if (typeof mediaType !== 'string') return '+gzip';
  return compression === '' ? '' : `+${compression}`;
}

function annotationsOf({ annotations }: Json): Record<string, string> {
  const entries = Object.entries(mapOf(annotations)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= maxAnnotation,
  );
  return Object.fromEntries(entries.slice(0, maxAnnotations));
}
