// Writing to a registry: blobs that are mounted, copied or sent, and manifests.

import type { Descriptor, RegistryClient } from './client.ts';
import { sha256 } from './digest.ts';
import { RegistryError } from './error.ts';
import { mediaTypes } from './media-type.ts';
import { parseUrl } from './proxy.ts';
import type { Reference } from './reference.ts';
import { discard, type Request, type Response } from './transport.ts';

/** A repository of a registry. */
export type Repository = Pick<Reference, 'registry' | 'repository'>;

/** Bytes with a media type: a manifest, a configuration, a layer. */
export interface Document {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export function makeDocument(mediaType: string, bytes: Uint8Array): Document {
  return { mediaType, digest: sha256(bytes), bytes };
}

/** How a blob came to be where it is now. */
export type Way = 'present' | 'mounted' | 'copied' | 'sent';

/** Writes to one repository what comes from another one, or from here. */
export class Uploader {
  private readonly client: RegistryClient;
  private readonly from: Repository;
  private readonly to: Repository;

  constructor(client: RegistryClient, from: Repository, to: Repository) {
    this.client = client;
    this.from = from;
    this.to = to;
  }

  /** A blob of the other repository: mounted where that is in the same registry, else read there and sent. */
  async copy(blob: Descriptor): Promise<Way> {
    if (await this.has(`blobs/${blob.digest}`)) return 'present';
    const isNear = this.from.registry === this.to.registry;
    const query = new URLSearchParams({ mount: blob.digest, from: this.from.repository });
    const near = isNear ? await this.begin(query) : undefined;
    if (near?.statusCode === 201) return 'mounted';
    let location = near && this.location(near);
    await this.client.blob(this.from.registry, this.from.repository, blob, async (body) => {
      location ??= this.location(await this.begin());
      const at = await location;
      location = undefined; // another attempt is another upload
      await this.put(at, blob, body);
    });
    return 'copied';
  }

  /** Bytes from here. */
  async send({ digest, bytes }: Document): Promise<Way> {
    if (await this.has(`blobs/${digest}`)) return 'present';
    await this.client.retrying(async () =>
      this.put(await this.location(await this.begin()), { digest, size: bytes.length }, bytes),
    );
    return 'sent';
  }

  /** A manifest by its digest, or by a tag. */
  async manifest({ mediaType, digest, bytes }: Document, reference = digest): Promise<void> {
    const url = await this.client.address(this.to.registry, `/v2/${this.to.repository}/manifests/${reference}`);
    const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
    const response = await this.client.retrying(() => this.request('PUT', url, headers, bytes));
    discard(response);
    const said = response.headers['docker-content-digest'];
    if (said !== undefined && said !== digest) {
      throw new RegistryError(`${this.to.registry} did not keep the manifest as it was sent`);
    }
  }

  /** Whether a tag of the repository has this digest already. */
  async isTagged(tag: string, digest: string): Promise<boolean> {
    return (await this.head(`manifests/${tag}`))?.headers['docker-content-digest'] === digest;
  }

  private async has(path: string): Promise<boolean> {
    return (await this.head(path)) !== undefined;
  }

  private async head(path: string): Promise<Response | undefined> {
    const url = await this.client.address(this.to.registry, `/v2/${this.to.repository}/${path}`);
    try {
      const response = await this.client.retrying(() => this.request('HEAD', url, { accept: mediaTypes.join(', ') }));
      discard(response);
      return response;
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }

  private async begin(query = new URLSearchParams()): Promise<Response> {
    const url = await this.client.address(this.to.registry, `/v2/${this.to.repository}/blobs/uploads/`);
    url.search = query.toString();
    const response = await this.request('POST', url, { 'content-length': '0' });
    discard(response);
    return response;
  }

  /** Where the registry wants the blob: a path of its own, however it writes it. */
  private async location(response: Response): Promise<URL> {
    const base = await this.client.address(this.to.registry, '/');
    const url = parseUrl(response.headers.location ?? '', base);
    if (response.headers.location === undefined || !url || url.hostname !== base.hostname) {
      throw new RegistryError(`${this.to.registry} does not say where on it an upload goes`);
    }
    return this.client.address(this.to.registry, `${url.pathname}${url.search}`);
  }

  private async put(at: URL, { digest, size }: Descriptor, body: NonNullable<Request['body']>): Promise<void> {
    const url = new URL(at);
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
    discard(await this.request('PUT', url, headers, body));
  }

  private request(
    method: Request['method'],
    url: URL,
    headers: Readonly<Record<string, string>>,
    body?: Request['body'],
  ): Promise<Response> {
    const scopes = [`repository:${this.to.repository}:pull,push`];
    const isNear = this.from.registry === this.to.registry && this.from.repository !== this.to.repository;
    if (isNear) scopes.push(`repository:${this.from.repository}:pull`);
    return this.client.request(this.to.registry, url, { method, headers, body, scopes });
  }
}
