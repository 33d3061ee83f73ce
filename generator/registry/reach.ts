// How far inside an address lies. A registry may send us as far in as it is itself, and no further.

import { BlockList, isIP } from 'node:net';

/** `public`: everybody can ask there; `never`: link-local, where clouds hand out their machines' credentials. */
export const reaches = ['public', 'private', 'loopback', 'never'] as const;
export type Reach = (typeof reaches)[number];

/** Networks by what they are (IANA's special-purpose registries). IPv4 in IPv6 is looked at as IPv4. */
const networks: Readonly<Record<Exclude<Reach, 'public'>, readonly string[]>> = {
  never: ['169.254.0.0/16', '224.0.0.0/3', 'fe80::/10', 'ff00::/8'],
  loopback: ['127.0.0.0/8', '0.0.0.0/8', '::/127'],
  private: [
    ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15'],
    ['fc00::/7', 'fec0::/10'],
  ].flat(),
};

const lists = (['never', 'loopback', 'private'] as const).map((reach) => {
  const list = new BlockList();
  for (const network of networks[reach]) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return [reach, list] as const;
});

/** Of an address as a number. */
export function reachOfAddress(address: string): Reach {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return lists.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

/** Of a URL's host, as far as it is known without asking a name server. */
export function reachOfHost(hostname: string): Reach | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) > 0) return reachOfAddress(address);
  return /(^|\.)localhost\.?$/i.test(hostname) ? 'loopback' : undefined;
}

export function isWithin(reach: Reach, limit: Reach): boolean {
  return reach !== 'never' && reaches.indexOf(reach) <= reaches.indexOf(limit);
}

/** The less far in of two. */
export function nearer(a: Reach, b: Reach): Reach {
  return isWithin(a, b) ? a : b;
}
