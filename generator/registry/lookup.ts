// Names as addresses, as far as a registry may lead in.

import * as dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { RegistryError } from './error.ts';
import { isWithin, type Reach, reachOfAddress } from './reach.ts';

/** Names are looked at when they are connected to: what they meant a moment ago does not count. */
export function lookupWithin(limit: Reach): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (found ?? []).filter(({ address }) => isWithin(reachOfAddress(address), limit));
      const [first] = addresses;
      if (error) callback(error, '');
      else if (!first) callback(tooFarIn('the registry', hostname), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Why an address is not asked. */
export function tooFarIn(registry: string, host: string): RegistryError {
  return new RegistryError(
    `${registry} sends us to ${host}, which is inside this network or machine: it is not followed`,
  );
}
