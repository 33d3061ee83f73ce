// The OCI distribution API, reading only: manifests and blobs, with logins, retries and checks of digests.

import { setTimeout as sleep } from 'node:timers/promises';
import { basic, type Challenge, type Credentials, parseChallenges } from './credentials.ts';
import { BlobReader, parseJson, readAll, sha256 } from './digest.ts';
import { ContentError, explain, RegistryError, waitBeforeRetry } from './error.ts';
import { discard, failure, type RegistryOptions, type Response, Transport } from './transport.ts';

export type { RegistryOptions } from './transport.ts';

/** A manifest or index as it was sent, with the digest of exactly these bytes. */
export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly json: unknown;
}

/** What a manifest says of a blob. */
export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const maxManifestBytes = 4 * 1024 ** 2;
const maxAttempts = 5;

/** A client for any number of registries; it keeps connections and tokens. Close it at the end. */
export class RegistryClient {
  private readonly options: RegistryOptions;
  private readonly transport: Transport;
  /** The Authorization header by registry and repository. */
  private readonly authorizations = new Map<string, string>();
  private readonly credentials = new Map<string, Promise<Credentials | undefined>>();

  constructor(options: RegistryOptions = {}) {
    this.options = options;
    this.transport = new Transport(options);
  }

  close(): void {
    this.transport.close();
  }

  /** The digest that a tag has now; undefined if the registry does not say it without sending the manifest. */
  async digestOf(registry: string, repository: string, tag: string): Promise<string | undefined> {
    return this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${tag}`, {
        method: 'HEAD',
        accept: manifestTypes,
      });
      response.resume();
      const digest = response.headers['docker-content-digest'];
      return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
    });
  }

  /** A manifest by tag or digest. */
  async manifest(registry: string, repository: string, reference: string): Promise<Manifest> {
    const { bytes, type, announced } = await this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${reference}`, { accept: manifestTypes });
      return {
        bytes: await readAll(response, maxManifestBytes, 'its manifest'),
        type: response.headers['content-type'],
        announced: response.headers['docker-content-digest'],
      };
    });
    const digest = sha256(bytes);
    const expected = reference.startsWith('sha256:') ? reference : announced;
    if (typeof expected === 'string' && expected !== digest) {
      throw new RegistryError(`its manifest is not what its digest says: ${digest} came for ${expected}`);
    }
    const json = parseJson(bytes, 'its manifest');
    const mediaType = (json as { mediaType?: unknown }).mediaType ?? String(type).split(';')[0];
    return { mediaType: String(mediaType), digest, json };
  }

  /** A small blob of JSON, such as an image's configuration. */
  async json(registry: string, repository: string, blob: Descriptor): Promise<unknown> {
    const what = 'its configuration';
    if (blob.size > maxManifestBytes) throw new RegistryError(`${what} is larger than ${maxManifestBytes} bytes`);
    const read = (body: AsyncIterable<Uint8Array>): Promise<Buffer> => readAll(body, maxManifestBytes, what);
    return parseJson(await this.blob(registry, repository, blob, read), what);
  }

  /**
   * Streams a blob through `consume`, from the start again if the connection breaks. The result counts only if the blob
   * turned out to be what its digest says, however much of it `consume` has read.
   */
  async blob<T>(
    registry: string,
    repository: string,
    blob: Descriptor,
    consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T> {
    return this.retrying(async () => {
      const response = await this.get(registry, repository, `blobs/${blob.digest}`);
      const reader = new BlobReader(response, blob, this.options.onBytes);
      try {
        const value = await consume(reader.stream()).catch(async (error: unknown) => {
          // Damaged in transit is another thing than damaged at its source.
          if (error instanceof ContentError) await reader.finish();
          throw error;
        });
        await reader.finish();
        return value;
      } finally {
        discard(response);
      }
    });
  }

  /** Bytes `start` to `end` (exclusive) of a blob, unchecked; undefined if the registry gives no parts. */
  async range(
    registry: string,
    repository: string,
    digest: string,
    start: number,
    end: number,
  ): Promise<Buffer | undefined> {
    return this.retrying(async () => {
      const response = await this.get(registry, repository, `blobs/${digest}`, {
        range: `bytes=${start}-${end - 1}`,
      });
      if (response.statusCode !== 206) {
        discard(response);
        return undefined;
      }
      const bytes = await readAll(response, end - start, 'a part of a layer');
      this.options.onBytes?.(bytes.length);
      return bytes;
    });
  }

  /** One request with its redirects and, if the registry asks for it, with authorization. */
  private async get(
    registry: string,
    repository: string,
    path: string,
    { method = 'GET', accept, range }: { method?: 'GET' | 'HEAD'; accept?: readonly string[]; range?: string } = {},
  ): Promise<Response> {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const url = new URL(`${await this.transport.scheme(host)}://${host}/v2/${repository}/${path}`);
    const key = `${registry}/${repository}`;
    const headers = { ...(accept && { accept: accept.join(', ') }), ...(range !== undefined && { range }) };
    const send = (authorization: string | undefined): Promise<Response> =>
      this.transport.follow(url, method, { ...headers, ...(authorization !== undefined && { authorization }) });
    let response = await send(this.authorizations.get(key));
    if (response.statusCode === 401) {
      const challenges = parseChallenges(response.headers['www-authenticate']);
      response.resume();
      const authorization = await this.authorize(registry, repository, challenges, url);
      response = await send(authorization);
      if ((response.statusCode ?? 0) < 400) this.authorizations.set(key, authorization);
    }
    if ((response.statusCode ?? 0) >= 400) throw await failure(response, registry);
    return response;
  }

  /** What the Authorization header must be, by what the registry asks for. */
  private async authorize(
    registry: string,
    repository: string,
    challenges: readonly Challenge[],
    url: URL,
  ): Promise<string> {
    let pending = this.credentials.get(registry);
    if (!pending)
      this.credentials.set(registry, (pending = this.options.credentials?.(registry) ?? Promise.resolve(undefined)));
    const credentials = await pending;
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined,
    );
    if (bearer) return `Bearer ${await this.token(bearer, repository, credentials, url)}`;
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      throw new RegistryError(`${registry} asks for a kind of authorization that mcpgen does not know`);
    }
    if (!credentials)
      throw new RegistryError(`${registry} wants a login: run docker login ${registry}`, { status: 401 });
    return basic(credentials);
  }

  /** A token for pulling from one repository (distribution's token authentication, and its OAuth2 form). */
  private async token(
    { parameters }: Challenge,
    repository: string,
    credentials: Credentials | undefined,
    registryUrl: URL,
  ): Promise<string> {
    const { realm = '', service } = parameters;
    const url = new URL(realm, registryUrl);
    if (url.protocol !== 'https:' && registryUrl.protocol === 'https:') {
      throw new RegistryError(`${registryUrl.host} sends us for a token to ${url.origin}, which is not encrypted`);
    }
    const query = new URLSearchParams({
      ...(service !== undefined && { service }),
      scope: `repository:${repository}:pull`,
    });
    const isRefresh = credentials?.identityToken !== undefined;
    if (isRefresh) {
      query.set('grant_type', 'refresh_token');
      query.set('client_id', 'mcpgen');
      query.set('refresh_token', credentials.identityToken ?? '');
    } else {
      for (const [name, value] of query) url.searchParams.set(name, value);
    }
    const response = await this.transport.send(url, {
      method: isRefresh ? 'POST' : 'GET',
      headers: {
        ...(isRefresh && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(credentials && !isRefresh && { authorization: basic(credentials) }),
      },
      ...(isRefresh && { body: query.toString() }),
    });
    if ((response.statusCode ?? 0) >= 400) throw await failure(response, url.host);
    const json = parseJson(await readAll(response, maxManifestBytes, 'its token'), 'its token');
    const { token, access_token: accessToken } = json as { token?: unknown; access_token?: unknown };
    if (typeof (token ?? accessToken) !== 'string') throw new RegistryError(`${url.host} answered without a token`);
    return String(token ?? accessToken);
  }

  private async retrying<T>(attempt: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt();
      } catch (error) {
        const wait = waitBeforeRetry(error, (this.options.retryDelay ?? 500) * 2 ** (attempts - 1));
        if (wait === undefined || attempts >= maxAttempts) throw explain(error, attempts);
        await sleep(wait);
      }
    }
  }
}
