// Resolves Service names, whose addresses stay the same: one query at a time, and the last answer stays valid while DNS is down.

import { lookup as ask, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const known = new Map<string, LookupAddress[]>();
const waiting = new Map<string, Answer[]>();

/**
 * For `connect`: an address that is known is used at once, and asked for again for the next time. So a name server that is
 * slow or away holds nobody up, and one name's questions do not take the few threads that Node.js has for them.
 */
export const lookup: LookupFunction = (host, { all }, callback) => {
  const answer: Answer = (error, addresses) => {
    const [first] = addresses;
    if (error || !first) callback(error ?? new Error(`no address for ${host}`), '', 0);
    else if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
  const addresses = known.get(host);
  if (addresses) setImmediate(() => answer(null, addresses));
  const others = waiting.get(host);
  if (others && !addresses) others.push(answer);
  if (others) return;
  waiting.set(host, addresses ? [] : [answer]);
  ask(host, { all: true }, (error, found) => {
    if (!error && found.length > 0) known.set(host, found);
    const answers = waiting.get(host) ?? [];
    waiting.delete(host);
    for (const each of answers) each(error, found ?? []);
  });
};
