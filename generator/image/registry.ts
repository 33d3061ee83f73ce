// The OCI distribution API, reading only. The only file besides the verify command that opens a connection.

import { rootCertificates } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { basic, type Challenge, type Credentials, isLoopback, parseChallenges } from './credentials.ts';
import { BlobReader, parseJson, readAll, sha256 } from './digest.ts';
import { LayerError } from './layers.ts';
import { explain, RegistryError, refusal, waitBeforeRetry } from './registry-error.ts';

/** What decides how registries are spoken to. */
export interface RegistryOptions {
  /** Asked once per registry, when it wants to know who is there. */
  readonly credentials?: (registry: string) => Promise<Credentials | undefined>;
  /** Certificates in PEM form that are trusted besides the usual ones. */
  readonly ca?: string;
  /** Registries (`host:port`) that are spoken to without TLS. Those of this machine are, if they have no TLS. */
  readonly plainHttp?: readonly string[];
  /** As in the usual environment variables. */
  readonly proxy?: { readonly http?: string; readonly https?: string; readonly no?: string };
  /** Called with the bytes of layers as they come in. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds before the second attempt; each further one waits twice as long. */
  readonly retryDelay?: number;
}

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
const maxRedirects = 5;

/** A client for any number of registries; it keeps connections and tokens. Close it at the end. */
export class RegistryClient {
  private readonly options: RegistryOptions;
  private readonly dispatcher: Dispatcher;
  /** The Authorization header by registry and repository. */
  private readonly authorizations = new Map<string, string>();
  private readonly schemes = new Map<string, Promise<'http' | 'https'>>();
  private readonly credentials = new Map<string, Promise<Credentials | undefined>>();

  constructor(options: RegistryOptions = {}) {
    this.options = options;
    this.dispatcher = makeDispatcher(options);
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  /** The digest that a tag has now; undefined if the registry does not say it without sending the manifest. */
  async digestOf(registry: string, repository: string, tag: string): Promise<string | undefined> {
    return this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${tag}`, {
        method: 'HEAD',
        accept: manifestTypes,
      });
      await response.body.dump();
      const digest = response.headers['docker-content-digest'];
      return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
    });
  }

  /** A manifest by tag or digest. */
  async manifest(registry: string, repository: string, reference: string): Promise<Manifest> {
    const { bytes, type, announced } = await this.retrying(async () => {
      const response = await this.get(registry, repository, `manifests/${reference}`, { accept: manifestTypes });
      return {
        bytes: await readAll(response.body, maxManifestBytes, 'its manifest'),
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
      const reader = new BlobReader(response.body, blob, this.options.onBytes);
      try {
        const value = await consume(reader.stream()).catch(async (error: unknown) => {
          // Damaged in transit is another thing than damaged at its source.
          if (error instanceof LayerError) await reader.finish();
          throw error;
        });
        await reader.finish();
        return value;
      } finally {
        discard(response.body);
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
      const { statusCode, body } = await this.get(registry, repository, `blobs/${digest}`, {
        range: `bytes=${start}-${end - 1}`,
      });
      if (statusCode !== 206) {
        discard(body);
        return undefined;
      }
      const bytes = await readAll(body, end - start, 'a part of a layer');
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
  ): Promise<Dispatcher.ResponseData> {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const url = new URL(`${await this.scheme(host)}://${host}/v2/${repository}/${path}`);
    const key = `${registry}/${repository}`;
    const headers = { ...(accept && { accept: accept.join(', ') }), ...(range !== undefined && { range }) };
    const send = (authorization: string | undefined): Promise<Dispatcher.ResponseData> =>
      this.send(url, method, { ...headers, ...(authorization !== undefined && { authorization }) });
    let response = await send(this.authorizations.get(key));
    if (response.statusCode === 401) {
      const challenges = parseChallenges(response.headers['www-authenticate']);
      await response.body.dump();
      const authorization = await this.authorize(registry, repository, challenges, url);
      response = await send(authorization);
      if (response.statusCode < 400) this.authorizations.set(key, authorization);
    }
    if (response.statusCode >= 400) throw await failure(response, registry);
    return response;
  }

  private async send(
    start: URL,
    method: 'GET' | 'HEAD',
    headers: Record<string, string>,
  ): Promise<Dispatcher.ResponseData> {
    let url = start;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      // A blob store must not see the credentials of the registry that sends us there.
      const { authorization: _, ...others } = headers;
      const response = await request(url, {
        method,
        headers: { 'user-agent': 'mcpgen', ...(url.origin === start.origin ? headers : others) },
        dispatcher: this.dispatcher,
        headersTimeout: 60_000,
        bodyTimeout: 60_000,
      });
      const { location } = response.headers;
      if (![301, 302, 303, 307, 308].includes(response.statusCode) || typeof location !== 'string') return response;
      await response.body.dump();
      const next = new URL(location, url);
      if (next.protocol !== 'https:' && next.protocol !== url.protocol) {
        throw new RegistryError(`${start.host} sends us to ${next.origin}, which is not encrypted`);
      }
      url = next;
    }
    throw new RegistryError(`${start.host} redirects more than ${maxRedirects} times`);
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
    const response = await request(url, {
      dispatcher: this.dispatcher,
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
      method: isRefresh ? 'POST' : 'GET',
      headers: {
        'user-agent': 'mcpgen',
        ...(isRefresh && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(credentials && !isRefresh && { authorization: basic(credentials) }),
      },
      ...(isRefresh && { body: query.toString() }),
    });
    if (response.statusCode >= 400) throw await failure(response, url.host);
    const json = parseJson(await readAll(response.body, maxManifestBytes, 'its token'), 'its token');
    const { token, access_token: accessToken } = json as { token?: unknown; access_token?: unknown };
    if (typeof (token ?? accessToken) !== 'string') throw new RegistryError(`${url.host} answered without a token`);
    return String(token ?? accessToken);
  }

  /** TLS, but for registries that the user named, and those of this machine that do not speak it. */
  private scheme(host: string): Promise<'http' | 'https'> {
    let scheme = this.schemes.get(host);
    if (!scheme) this.schemes.set(host, (scheme = this.findScheme(host)));
    return scheme;
  }

  private async findScheme(host: string): Promise<'http' | 'https'> {
    if (this.options.plainHttp?.includes(host)) return 'http';
    if (!isLoopback(host)) return 'https';
    try {
      const response = await request(`http://${host}/v2/`, { dispatcher: this.dispatcher, headersTimeout: 10_000 });
      await response.body.dump();
      // Go's servers answer plain HTTP on a TLS port by 400 and a line of text.
      return response.statusCode === 400 ? 'https' : 'http';
    } catch {
      return 'https';
    }
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

/** Hangs up; that the body then has an error is no news. */
function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined).destroy();
}

/** The error that an answer is, with what the registry says of it. */
async function failure(response: Dispatcher.ResponseData, host: string): Promise<RegistryError> {
  const text = await readAll(response.body, maxManifestBytes, 'its answer').catch(() => Buffer.alloc(0));
  return refusal(host, response.statusCode, text.toString('utf8'), response.headers);
}

function makeDispatcher({ ca, proxy }: RegistryOptions): Dispatcher {
  // A list of our own takes the place of the usual one, so that goes in as well.
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const connections = { connections: 8, connect: { ...tls, timeout: 20_000 } };
  if (!proxy?.http && !proxy?.https) return new Agent(connections);
  return new EnvHttpProxyAgent({
    ...connections,
    requestTls: tls,
    proxyTls: tls,
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    // As in Go's programs, and so in Docker: what is on this machine is reached directly.
    noProxy: [proxy.no, 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(','),
  });
}
