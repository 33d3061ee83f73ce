// Artefacts as `docker mcp catalog push` and `docker mcp profile push` make them (docker/mcp-gateway pkg/oci/artifacts.go).

import { digestOf, type Store } from '../image/images.ts';

/** Puts an artefact into a store: an empty config, the content as the only layer, and its type. */
export function addArtifact(store: Store, name: string, artifactType: string, content: object): string {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = Buffer.from('{}');
  store.add(config, 'application/octet-stream');
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(config), size: config.length },
    layers: [store.add(Buffer.from(JSON.stringify(content)), 'application/json')],
  };
  return store.manifest(name, mediaType, manifest).digest;
}

export const catalogType = 'application/vnd.docker.mcp.catalog.v1+json';
export const profileType = 'application/vnd.docker.mcp.profile.v1+json';

/** A catalog of one server, as `CatalogArtifact`. */
export const catalogArtifact = (name: string, image: string): object => ({
  title: 'Team',
  servers: [{ type: 'image', image, snapshot: { server: { name, type: 'server', image, title: name } } }],
});
