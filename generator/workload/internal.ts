// Remote servers of one's own network, by the user's yes: the gateway calls none of them, and the relay does.

import { isIP } from '../system.ts';
import { isLoopback } from '../addresses.ts';
import { splitExpansion } from '../catalog/environment.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { type About, diagnose, type Diagnostic } from '../diagnostics.ts';
import { isDockerHost } from './reach.ts';
import { printableUrl } from './remote.ts';

/** What the release has to reach such servers with, as the overlay leaves it. */
export interface Reach {
  readonly hasRelay: boolean;
  /** No network policy, or one that knows names. */
  readonly knowsNames: boolean;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Host and port of a URL, or undefined: the forms that the chart takes (mcpgen.remote.host, mcpgen.validate.http.url). */
function addressOf(url: string): Address | undefined {
  const [, scheme = '', name = '', written] =
    /^(https?):\/\/([-._a-z0-9]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?#].*)?$/i.exec(url) ?? [];
  const host = name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  const port = Number(written ?? (scheme.toLowerCase() === 'https' ? 443 : 80));
  if (host === '' || port < 1 || port > 65_535 || /[\s\0$]|%(?![0-9a-f]{2})/i.test(url) || !URL.canParse(url))
    return undefined;
  // What ends in a number is an address to every reader of URLs, in whatever way it is written.
  const isNumber = /(^|\.)(0x[0-9a-f]*|\d+)$/.test(host);
  return isNumber && isIP(host) !== 4 ? undefined : { host, port };
}

/** The gateway's own pod, its node, or several machines at once: no server of the user's is there. */
function isOwnPod(host: string): boolean {
  const version = isIP(host);
  if (version === 6) return /^(::|fe[89ab]|ff)/.test(host);
  return isLoopback(host) || (version === 4 && /^(0|169\.254|22[4-9]|2[345]\d)\./.test(host));
}

/** `isOverlaid`: the overlay says something else of a field below `http`. */
export function checkInternal(
  { name: server }: CatalogServer,
  url: string,
  { hasRelay, knowsNames }: Reach,
  isOverlaid: (...fields: readonly string[]) => boolean,
  about: About,
): Diagnostic[] {
  const named = { server, url: printableUrl(url) };
  const report = (variant: Variant, { host, port }: Address = { host: '', port: 0 }): Diagnostic =>
    diagnose(variant, { ...named, host, port: String(port) }, about);
  const ofRelay = hasRelay ? [] : [report('internal-server/relay')];
  if (isOverlaid('url')) return ofRelay;
  if (/^\w+:\/\/[^/?#]*@/.test(url)) return [...ofRelay, diagnose('insecure-remote/userinfo', named, about)];
  const address = addressOf(url);
  if (!address) return [...ofRelay, report('internal-server/url')];
  return [...ofRelay, report(placeOf(address, knowsNames || isOverlaid('egress')), address)];
}

type Variant = 'internal-server/relay' | 'internal-server/url' | ReturnType<typeof placeOf>;

/** `isOpen`: the way to a name of any kind is open. */
function placeOf({ host }: Address, isOpen: boolean) {
  if (isDockerHost(host)) return 'internal-server/docker' as const;
  if (isOwnPod(host)) return 'internal-server/self' as const;
  if (isIP(host) !== 0) return 'internal-server/address' as const;
  if (!host.includes('.')) return 'internal-server/neighbour' as const;
  if (/^[^.]+\.[^.]+\.svc(\.|$)/.test(host)) return 'internal-server/service' as const;
  return isOpen ? ('internal-server/address' as const) : ('internal-server/name' as const);
}

/** A header in the relay's form: it replaces `${NAME}` only, and no other dollar sign. */
export function relayHeader(text: string): string {
  return splitExpansion(text)
    .map((part) => ('name' in part ? `\${${part.name}}` : part.literal))
    .join('');
}
