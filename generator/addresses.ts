// Which IP addresses are on the public internet, by the gateway's own list (docker/mcp-gateway pkg/remoteurl).

import { BlockList, isIP } from './system.ts';

const ranges: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001:db8::', 32],
];

const blocked = new BlockList();
for (const [address, bits] of ranges) blocked.addSubnet(address, bits, address.includes(':') ? 'ipv6' : 'ipv4');

/** An address that is not on the internet; false for a name. */
export function isPrivateAddress(host: string): boolean {
  const version = isIP(host);
  return version !== 0 && blocked.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') ? isIP(host) === 4 : host === '::1' || /^(.*\.)?localhost\.?$/i.test(host);
}

/** A name that the gateway takes for one of a private network, without asking DNS (pkg/remoteurl, isBlockedHostname). */
export function isPrivateName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    /^(localhost|metadata|metadata\.google\.internal|metadata\.azure\.internal)$/.test(name) ||
    /\.(localhost|local|localdomain|internal|svc)$/.test(name)
  );
}
