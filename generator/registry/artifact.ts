// Catalogs and profiles that `docker mcp catalog push` and `docker mcp profile push` put into a registry (pkg/oci/artifacts.go).

import type { RegistryClient } from './client.ts';
import { readAll } from './digest.ts';
import { RegistryError } from './error.ts';
import { listOf, mapOf, parseJson } from './json.ts';
import type { Reference } from './reference.ts';

const kinds: Readonly<Record<string, 'catalog' | 'profile'>> = {
  'application/vnd.docker.mcp.catalog.v1+json': 'catalog',
  'application/vnd.docker.mcp.profile.v1+json': 'profile',
};

export interface Artifact {
  readonly kind: 'catalog' | 'profile';
  /** Of its manifest: what to pull it by again. */
  readonly digest: string;
  readonly json: unknown;
}

/** Docker's own catalog of 300 servers has two megabytes. */
const maxBytes = 32 * 1024 ** 2;
const bounds = { depth: 64, values: 2_000_000 };

/** Reads an artefact; its content is the first layer. */
export async function readArtifact(client: RegistryClient, reference: Reference): Promise<Artifact> {
  const { registry, repository, tag = 'latest' } = reference;
  const { digest, json } = await client.manifest(registry, repository, reference.digest ?? tag);
  const { artifactType, layers } = mapOf(json);
  const kind = typeof artifactType === 'string' ? kinds[artifactType] : undefined;
  if (!kind) {
    const shown = typeof artifactType === 'string' ? `, but ${artifactType.slice(0, 80)}` : '';
    throw new RegistryError(`it is not a catalog or profile of Docker${shown}`);
  }
  const content = mapOf(listOf(layers)[0]);
  const { digest: blob, size } = content;
  if (typeof blob !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(blob) || typeof size !== 'number' || size > maxBytes) {
    throw new RegistryError(`its content is missing, or larger than ${maxBytes / 1024 ** 2} MiB`);
  }
  const what = `the content of the ${kind}`;
  const bytes = await client.blob(registry, repository, { digest: blob, size }, (body) =>
    readAll(body, maxBytes, what),
  );
  return { kind, digest, json: parseJson(bytes, what, bounds) };
}
