// Connections to registries: TLS, proxies, redirects. With the verify command, all of mcpgen that opens one.

import * as http from 'node:http';
import * as https from 'node:https';
import { rootCertificates } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { type Credentials, isLoopback } from './credentials.ts';
import { readAll } from './digest.ts';
import { RegistryError, refusal } from './error.ts';

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

/** An answer: its status, its headers, and a stream of its body, which must be read or discarded. */
export type Response = http.IncomingMessage;

interface Request {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const maxRedirects = 5;
/** Milliseconds of silence after which a registry is taken to be gone. */
const patience = 60_000;

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
  send(url: URL, { method = 'GET', headers = {}, body }: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers: { 'user-agent': 'mcpgen', ...headers },
        agent: this.agentFor(url),
        timeout: patience,
        ...this.authorities,
      });
      request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
      request.on('response', resolve).on('error', reject).end(body);
    });
  }

  /** A request with its redirects. */
  async follow(start: URL, method: 'GET' | 'HEAD', headers: Readonly<Record<string, string>>): Promise<Response> {
    let url = start;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      // A blob store must not see the credentials of the registry that sends us there.
      const { authorization: _, ...others } = headers;
      const response = await this.send(url, { method, headers: url.origin === start.origin ? headers : others });
      const { location } = response.headers;
      if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response;
      response.resume();
      const next = new URL(location, url);
      if (next.protocol !== 'https:' && next.protocol !== url.protocol) {
        throw new RegistryError(`${start.host} sends us to ${next.origin}, which is not encrypted`);
      }
      url = next;
    }
    throw new RegistryError(`${start.host} redirects more than ${maxRedirects} times`);
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
    try {
      const response = await this.send(new URL(`http://${host}/v2/`), {});
      response.resume();
      // Go's servers answer plain HTTP on a TLS port by 400 and a line of text.
      return response.statusCode === 400 ? 'https' : 'http';
    } catch {
      return 'https';
    }
  }

  /** One agent for each way out: by scheme, and by proxy where there is one. */
  private agentFor(url: URL): http.Agent {
    const { proxy = {} } = this.options;
    const isSecure = url.protocol === 'https:';
    const through = isWithoutProxy(url, proxy.no ?? '') ? undefined : isSecure ? proxy.https : proxy.http;
    const key = `${url.protocol} ${through ?? ''}`;
    let agent = this.agents.get(key);
    if (!agent) {
      const options = { keepAlive: true, maxSockets: 8, ...this.authorities };
      agent =
        through !== undefined ? new HttpsProxyAgent(through, options) : new (isSecure ? https : http).Agent(options);
      this.agents.set(key, agent);
    }
    return agent;
  }
}

/**
 * NO_PROXY: hosts separated by commas, each with its subdomains, `*` for all. As in Go's programs, and so in Docker, what
 * is on this machine is reached directly.
 */
export function isWithoutProxy({ hostname, host }: URL, list: string): boolean {
  if (isLoopback(hostname)) return true;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, ''))
    .some(
      (entry) => entry !== '' && (entry === '*' || [host, hostname].includes(entry) || hostname.endsWith(`.${entry}`)),
    );
}

/** Hangs up; that the body then has an error is no news. */
export function discard(response: Response): void {
  response.on('error', () => undefined).destroy();
}

/** The error that an answer is, with what the registry says of it. */
export async function failure(response: Response, host: string): Promise<RegistryError> {
  const text = await readAll(response, 64 * 1024, 'its answer').catch(() => Buffer.alloc(0));
  return refusal(host, response.statusCode ?? 0, text.toString('utf8'), response.headers);
}
