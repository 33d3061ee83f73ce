// Connections to registries: TLS, proxies, redirects, and how long and how far in they may lead. With the verify command, all of mcpgen that opens one.

import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';
import { type Credentials, isLoopback } from './credentials.ts';
import { readAll } from './digest.ts';
import { ConnectionError, RegistryError, refusal } from './error.ts';
import { parseUrl, type Proxies, ProxyAgent, proxyFor } from './proxy.ts';
import { lookupWithin, tooFarIn } from './lookup.ts';
import { isWithin, nearer, type Reach, reachOfAddress, reachOfHost } from './reach.ts';

/** What decides how registries are spoken to. */
export interface RegistryOptions {
  /** Asked once per registry, when it wants to know who is there. */
  readonly credentials?: (registry: string) => Promise<Credentials | undefined>;
  /** A login goes to the registry's own host only, wherever that sends us for a token. */
  readonly sameHostAuth?: boolean;
  /** Certificates in PEM form that are trusted besides the usual ones. */
  readonly ca?: string;
  /** Registries (`host:port`) that are spoken to without TLS. Those of this machine are, if they have no TLS. */
  readonly plainHttp?: readonly string[];
  readonly proxy?: Proxies;
  /** Called with the bytes of layers as they come in. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds before the second attempt; each further one waits twice as long. */
  readonly retryDelay?: number;
  /** Milliseconds in which an answer must have begun, and in which each `leastBytes` of it must have come. */
  readonly patience?: number;
}

/** An answer: its status, its headers, and a stream of its body, which must be read or discarded. */
export type Response = http.IncomingMessage;

export interface Request {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** One that is a stream goes out once: it needs its length among the headers. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** How far in the address may lie. */
  readonly within?: Reach | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and how far in the host lies that gave it. */
export interface Answer {
  readonly response: Response;
  readonly reach: Reach;
}

const maxRedirects = 5;
const usualPatience = 60_000;
/** Of a body, within that time: a kilobyte a second. */
const leastBytes = 60 * 1024;
/** As much as Node's parser takes by default, whatever NODE_OPTIONS say. */
const maxHeaderSize = 16 * 1024;

/** Node's own client: that of undici takes 30 MB more, as it compiles its parser while it runs. */
export class Transport {
  private readonly options: RegistryOptions;
  private readonly authorities: { readonly ca?: string[] };
  private readonly agents = new Map<string, http.Agent>();
  private readonly schemes = new Map<string, Promise<'http' | 'https'>>();

  constructor(options: RegistryOptions) {
    this.options = options;
    // A list of our own takes the place of the usual one, so that goes in as well.
    this.authorities = options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca] };
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
  }

  /** One request. */
  send(url: URL, { method = 'GET', headers = {}, body, within, signal }: Request): Promise<Response> {
    const { patience = usualPatience } = this.options;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers: { 'user-agent': 'mcpgen', ...headers },
        agent: this.agentFor(url, within),
        maxHeaderSize,
        ...(signal && { signal }),
        ...this.authorities,
      });
      const timer = setTimeout(() => request.destroy(tooSlow()), patience);
      request.on('response', (response) => {
        clearTimeout(timer);
        watch(response, patience);
        // Refused before all of it was sent: the rest is not wanted.
        response.once('end', () => request.writableFinished || request.destroy());
        resolve(response);
      });
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        reject(new RegistryError(`${url.host} answers with another protocol than HTTP`));
      });
      request.on('close', () => clearTimeout(timer));
      request.on('error', (error) => reject(error instanceof RegistryError ? error : new ConnectionError(error)));
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) request.end(body);
      else pipeline(counted(body, timer), request).catch((error: Error) => request.destroy(error));
    });
  }

  /** A request with its redirects. */
  async follow(
    start: URL,
    { headers = {}, ...request }: Pick<Request, 'method' | 'headers' | 'body' | 'signal'>,
  ): Promise<Answer> {
    let url = start;
    let reach: Reach = 'loopback';
    for (let hops = 0; hops <= maxRedirects; hops++) {
      // A blob store must not see the credentials of the registry that sends us there.
      const { authorization: _, ...others } = headers;
      const isStart = url.origin === start.origin;
      const response = await this.send(url, {
        ...request,
        headers: isStart ? headers : others,
        within: url.host === start.host ? undefined : reach,
      });
      reach = nearer(this.reachOf(url, response), reach);
      const { location } = response.headers;
      const isRedirect = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location !== undefined;
      // What is sent goes to the registry itself.
      if (!isRedirect || request.method === 'POST' || request.method === 'PUT') {
        return { response, reach };
      }
      discard(response);
      url = this.elsewhere(location, url, start.host, reach);
    }
    throw new RegistryError(`${start.host} redirects more than ${maxRedirects} times`);
  }

  /** Where a registry at `base` sends us: an address of HTTP, as safe as the one that we come from, and no further in. */
  elsewhere(text: string, base: URL, registry: string, reach: Reach): URL {
    const url = parseUrl(text, base);
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new RegistryError(`${registry} sends us to what is not an HTTP address`);
    }
    [url.username, url.password] = ['', ''];
    if (url.protocol !== 'https:' && url.protocol !== base.protocol) {
      throw new RegistryError(`${registry} sends us to ${url.origin}, which is not encrypted`);
    }
    const there = reachOfHost(url.hostname);
    if (url.host !== registry && there !== undefined && !isWithin(there, reach)) {
      throw tooFarIn(registry, url.host);
    }
    return url;
  }

  /** Of the host that answered: by the connection, as a name may have many addresses. A proxy's own says nothing. */
  private reachOf(url: URL, response: Response): Reach {
    if (proxyFor(url, this.options.proxy ?? {})) return reachOfHost(url.hostname) ?? 'public';
    return reachOfAddress(response.socket.remoteAddress ?? '');
  }

  /** TLS, but for registries that the user named, and those of this machine that do not speak it. */
  scheme(host: string): Promise<'http' | 'https'> {
    let scheme = this.schemes.get(host);
    if (!scheme) this.schemes.set(host, (scheme = this.findScheme(host)));
    return scheme;
  }

  private async findScheme(host: string): Promise<'http' | 'https'> {
    if (this.options.plainHttp?.includes(host)) return 'http';
    if (!isLoopback(host)) return 'https';
    const url = parseUrl(`http://${host}/v2/`);
    if (!url) return 'https';
    try {
      const response = await this.send(url, {});
      discard(response);
      // Go's servers answer plain HTTP on a TLS port by 400 and a line of text.
      return response.statusCode === 400 ? 'https' : 'http';
    } catch {
      return 'https';
    }
  }

  /** One agent for each way out: by scheme, by proxy where there is one, and by how far in it may lead. */
  private agentFor(url: URL, within: Reach | undefined): http.Agent {
    const proxy = proxyFor(url, this.options.proxy ?? {});
    const key = `${url.protocol} ${proxy?.url.href ?? within ?? ''}`;
    let agent = this.agents.get(key);
    if (!agent) {
      const options = { keepAlive: true, maxSockets: 8, ...this.authorities };
      const direct = { ...options, ...(within && { lookup: lookupWithin(within) }) };
      agent = proxy ? new ProxyAgent(proxy, options) : new (url.protocol === 'https:' ? https : http).Agent(direct);
      this.agents.set(key, agent);
    }
    return agent;
  }
}

/** A body on its way out: each piece that is taken postpones the time-out. */
async function* counted(body: AsyncIterable<Uint8Array>, timer: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}

function tooSlow(): Error {
  return Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' });
}

/** Hangs up on a body that comes in too slowly: one of a byte a minute never ends. */
function watch(response: Response, patience: number): void {
  let before = response.socket.bytesRead;
  const timer = setInterval(() => {
    const now = response.socket.bytesRead;
    if (now - before < leastBytes) response.destroy(tooSlow());
    before = now;
  }, patience);
  response.on('close', () => clearInterval(timer));
}

/** Drops a body: a short one is read to its end, so that the connection can be used again. An error of it is not reported. */
export function discard(response: Response): void {
  response.on('error', () => undefined);
  if (Number(response.headers['content-length'] ?? Infinity) <= 64 * 1024) response.resume();
  else response.destroy();
}

/** The error that an answer is, with what the registry says of it, less the secrets that we said to it. */
export async function failure(
  response: Response,
  host: string,
  secrets: readonly string[],
  isWrite = false,
): Promise<RegistryError> {
  const text = await readAll(response, 64 * 1024, 'its answer').catch(() => Buffer.alloc(0));
  return refusal(host, response.statusCode ?? 0, text.toString('utf8'), response.headers, secrets, isWrite);
}
