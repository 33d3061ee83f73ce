// Proxies: the environment's variables as addresses, and who is reached without one.

import type { Socket } from 'node:net';
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'https-proxy-agent';
import { isLoopback } from './credentials.ts';
import { ConnectionError } from './error.ts';

/** A proxy, and the variable that names it: errors name that, as the address may hold a password. */
export interface Proxy {
  readonly url: URL;
  readonly variable: string;
}

/** As in the usual environment variables. */
export interface Proxies {
  readonly http?: Proxy;
  readonly https?: Proxy;
  readonly no?: string;
}

/** Undefined if the text is not a URL. */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Reads the address of a proxy as Go's programs do: without a scheme it is http. Undefined if it is none. */
export function parseProxy(text: string): URL | undefined {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined;
  try {
    // The login goes into a header: nothing else may come of it.
    return /[\r\n\0]/.test(decodeURIComponent(url.username + url.password)) ? undefined : url;
  } catch {
    return undefined;
  }
}

/** A tunnel, whose own failures are kept apart from those of the registry at its end. */
export class ProxyAgent extends HttpsProxyAgent<string> {
  private readonly variable: string;

  constructor({ url, variable }: Proxy, options: HttpsProxyAgentOptions<string>) {
    super(url.href, options);
    this.variable = variable;
  }

  override async connect(...args: Parameters<HttpsProxyAgent<string>['connect']>): Promise<Socket> {
    try {
      return await super.connect(...args);
    } catch (error) {
      throw new ConnectionError(error, this.variable);
    }
  }
}

/** The proxy on the way to an address, if any. */
export function proxyFor(url: URL, { http: plain, https: secure, no = '' }: Proxies): Proxy | undefined {
  if (isWithoutProxy(url, no)) return undefined;
  return url.protocol === 'https:' ? secure : plain;
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
