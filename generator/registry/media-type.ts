// What kind of document a registry sends: an index, the manifest of an image, or what is neither.

import { RegistryError } from './error.ts';
import { mapOf } from './json.ts';

const kinds = {
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.oci.image.manifest.v1+json': 'manifest',
  'application/vnd.docker.distribution.manifest.v2+json': 'manifest',
} as const;

/** Those that mcpgen reads. */
export const mediaTypes = Object.keys(kinds);

/**
 * A document that one reader takes for an index and another for a manifest has two contents under one digest
 * (CVE-2021-41190): its fields, its own media type and that of the answer must agree.
 */
export function checkMediaType(json: unknown, contentType: string | undefined): void {
  const document = mapOf(json);
  const { mediaType, manifests, config, layers } = document;
  const kind = manifests === undefined ? 'manifest' : 'index';
  const said = [mediaType, contentType?.split(';')[0]?.trim().toLowerCase()];
  const others = said.map((type) => Object.entries(kinds).find(([name]) => name === type)?.[1]);
  const isBoth = manifests !== undefined && (config !== undefined || layers !== undefined);
  if (isBoth || others.some((other) => other !== undefined && other !== kind)) {
    throw new RegistryError('its manifest can be read in two ways, as an index and as an image: it is not trusted');
  }
}
