// The OCI distribution API: manifests and blobs, with logins, retries and checks of digests; upload.ts writes with it.

import { setTimeout as sleep } from 'node:timers/promises';
import { basic, type Challenge, type Credentials, isOwnTokenHost, parseChallenges } from './credentials.ts';
import { BlobReader, readAll, sha256 } from './digest.ts';
import { ContentError, explain, RegistryError, waitBeforeRetry } from './error.ts';
import { parseJson } from './json.ts';
import { checkMediaType, mediaTypes } from './media-type.ts';
import { parseUrl } from './proxy.ts';
import { isDigest } from './reference.ts';
import { readToken, type TokenRequest, tokenRequest } from './token.ts';
import {
  type Answer,
  discard,
  failure,
  type RegistryOptions,
  type Request,
  type Response,
  Transport,
} from './transport.ts';

export type { RegistryOptions } from './transport.ts';

/** A manifest or index as it was sent, with the digest of exactly these bytes. */
export interface Manifest {
  readonly digest: string;
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

/** What a manifest says of a blob. */
export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** What is sent, and what it takes to be allowed. */
export interface ClientRequest extends Pick<Request, 'headers' | 'body'> {
  readonly method?: Request['method'] | undefined;
  /** Of a token for it, as in `repository:NAME:pull,push`. */
  readonly scopes: readonly string[];
}

const maxManifestBytes = 4 * 1024 ** 2;
const maxAttempts = 5;

/** A client for any number of registries; it keeps connections and tokens. Close it at the end. */
export class RegistryClient {
  private readonly options: RegistryOptions;
  private readonly transport: Transport;
  /** The Authorization header by registry and repository. */
  private readonly authorizations = new Map<string, string>();
  private readonly credentials = new Map<string, Promise<Credentials | undefined>>();
  private signal: AbortSignal | undefined;

  constructor(options: RegistryOptions = {}) {
    this.options = options;
    this.transport = new Transport(options);
  }

  /** The same client, connections and tokens shared, for work that ends with the signal. */
  until(signal: AbortSignal): RegistryClient {
    const client = Object.assign(Object.create(RegistryClient.prototype) as RegistryClient, this);
    client.signal = signal;
    return client;
  }

  close(): void {
    this.transport.close();
  }

  /** The digest that a tag has now; undefined if the registry does not say it without sending the manifest. */
  async digestOf(registry: string, repository: string, tag: string): Promise<string | undefined> {
    return this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${tag}`, {
        method: 'HEAD',
        accept: mediaTypes,
      });
      discard(response);
      const digest = response.headers['docker-content-digest'];
      return isDigest(digest) ? digest : undefined;
    });
  }

  /** A manifest by tag or digest. */
  async manifest(registry: string, repository: string, reference: string): Promise<Manifest> {
    const { bytes, type, announced } = await this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${reference}`, { accept: mediaTypes });
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
    checkMediaType(json, type);
    return { digest, json, bytes };
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
    { method, accept, range }: { method?: 'GET' | 'HEAD'; accept?: readonly string[]; range?: string } = {},
  ): Promise<Response> {
    const headers = { ...(accept && { accept: accept.join(', ') }), ...(range !== undefined && { range }) };
    const url = await this.address(registry, `/v2/${repository}/${path}`);
    return this.request(registry, url, { method, headers, scopes: [`repository:${repository}:pull`] });
  }

  /** Where a path of a registry is. */
  async address(registry: string, path: string): Promise<URL> {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const url = parseUrl(`${await this.transport.scheme(host)}://${host}${path}`);
    if (!url || !path.startsWith('/')) throw new RegistryError(`${registry} is not the address of a registry`);
    return url;
  }

  /** One request with what the registry asks for; a status that is no success is an error. */
  async request(registry: string, url: URL, { method, headers, body, scopes }: ClientRequest): Promise<Response> {
    const key = `${registry} ${scopes.join(' ')}`;
    const send = (authorization: string | undefined): Promise<Answer> =>
      this.transport.follow(url, {
        ...(method && { method }),
        body,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        signal: this.signal,
      });
    let authorization = this.authorizations.get(key);
    let { response, reach } = await send(authorization);
    if (response.statusCode === 401) {
      const challenges = parseChallenges(response.headers['www-authenticate']);
      discard(response);
      authorization = await this.authorize(registry, scopes, challenges, url, reach);
      ({ response } = await send(authorization));
      if (isSuccess(response)) this.authorizations.set(key, authorization);
    }
    if (!isSuccess(response)) {
      const isWrite = scopes.some((scope) => scope.endsWith('push'));
      throw await failure(response, registry, [authorization?.replace(/^\w+ /, '') ?? ''], isWrite);
    }
    return response;
  }

  /** What the Authorization header must be, by what the registry asks for. */
  private async authorize(
    registry: string,
    scopes: readonly string[],
    challenges: readonly Challenge[],
    url: URL,
    reach: Answer['reach'],
  ): Promise<string> {
    let pending = this.credentials.get(registry);
    if (!pending)
      this.credentials.set(registry, (pending = this.options.credentials?.(registry) ?? Promise.resolve(undefined)));
    const credentials = await pending;
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined,
    );
    if (bearer) {
      const { realm = '', service } = bearer.parameters;
      const there = this.transport.elsewhere(realm, url, url.host, reach);
      if (credentials && this.options.sameHostAuth && !isOwnTokenHost(registry, there)) {
        throw new RegistryError(`${registry} wants its login sent to ${there.host}, which --same-host-auth forbids`);
      }
      const within = there.host === url.host ? undefined : reach;
      return `Bearer ${await this.token(there, { service, scopes, credentials }, within)}`;
    }
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      throw new RegistryError(`${registry} asks for a kind of authorization that mcpgen does not know`);
    }
    if (!credentials)
      throw new RegistryError(`${registry} wants a login: run docker login ${registry}`, { status: 401 });
    return basic(credentials);
  }

  private async token(url: URL, wanted: TokenRequest, within: Answer['reach'] | undefined): Promise<string> {
    const { request, secrets } = tokenRequest(url, wanted);
    const response = await this.transport.send(url, { ...request, within, signal: this.signal });
    if (!isSuccess(response)) throw await failure(response, url.host, secrets);
    return readToken(response, url.host);
  }

  /** Again, after a while, where that may help. */
  async retrying<T>(attempt: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt();
      } catch (error) {
        if (this.signal?.aborted) throw new RegistryError('it was not read in time; --timeout gives it more');
        const wait = waitBeforeRetry(error, (this.options.retryDelay ?? 500) * 2 ** (attempts - 1));
        if (wait === undefined || attempts >= maxAttempts) throw explain(error, attempts);
        await sleep(wait, undefined, this.signal && { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}

function isSuccess({ statusCode = 0 }: Response): boolean {
  return statusCode >= 200 && statusCode < 300;
}
