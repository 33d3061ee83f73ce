// What browsers have in place of Node.js: the same answers, for addresses, ranges, paths and hashes of all kinds.

import { BlockList as NodeBlockList, isIP as nodeIsIP } from 'node:net';
import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../generator/browser/hash.ts';
import { BlockList, isIP, normalizePath } from '../../generator/browser/system.ts';
import { sha256 as nodeSha256 } from '../../generator/hash.ts';

const part = fc.constantFrom(
  '::',
  ':',
  '.',
  '0',
  '00',
  '1',
  '255',
  '256',
  'ffff',
  'FfFf',
  'g',
  '%',
  'eth0',
  '10',
  '127',
  '-',
);
const nearly = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.ipV4().map((address) => `::ffff:${address}`),
  fc.array(part, { maxLength: 18 }).map((parts) => parts.join('')),
  fc.tuple(fc.ipV6(), fc.string({ maxLength: 4 })).map(([address, zone]) => `${address}%${zone}`),
  fc.string({ maxLength: 12 }),
);

test('isIP', () => {
  fc.assert(
    fc.property(nearly, (text) => {
      expect([text, isIP(text)]).toEqual([text, nodeIsIP(text)]);
    }),
    { numRuns: 20_000 },
  );
});

const subnet = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.constant('ipv6' as const)),
);
const known = [
  ['10.0.0.0', 8, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
] as const;

test('BlockList', () => {
  const address = nearly.filter((text) => nodeIsIP(text) !== 0 && !text.includes('%'));
  fc.assert(
    fc.property(fc.array(subnet, { maxLength: 3 }), address, (subnets, text) => {
      const [own, nodes] = [new BlockList(), new NodeBlockList()];
      for (const [from, bits, family] of [...known, ...subnets])
        for (const list of [own, nodes]) list.addSubnet(from, bits, family);
      const family = nodeIsIP(text) === 4 ? 'ipv4' : 'ipv6';
      expect([text, subnets, own.check(text, family)]).toEqual([text, subnets, nodes.check(text, family)]);
    }),
    { numRuns: 5_000 },
  );
});

test('normalizePath', () => {
  const path = fc.array(fc.constantFrom('/', '//', '.', '..', 'a', 'b c', '...', './', '../'), { maxLength: 9 });
  fc.assert(
    fc.property(path, (parts) => {
      expect(normalizePath(parts.join(''))).toBe(posix.normalize(parts.join('')));
    }),
    { numRuns: 10_000 },
  );
});

test('sha256', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sha256(text)).toBe(nodeSha256(text));
    }),
  );
});
