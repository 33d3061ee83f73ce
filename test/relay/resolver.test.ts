// Names of servers: what was found is known, and what is not found says so.

import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { lookup } from '../../relay/resolver.ts';
import { Bridge } from './bridge.ts';

function addressesOf(host: string, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup(host, { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

test('a name is resolved, also when many ask at once, and is known from then on', async () => {
  const answers = await Promise.all([true, true, true].map((all) => addressesOf('localhost', all)));
  for (const answer of answers) expect(answer).toContainEqual(expect.objectContaining({ address: '127.0.0.1' }));
  expect(await addressesOf('localhost', false)).toMatch(/^127\.0\.0\.1$|^::1$/);
});

test('a name without an address is an error for each who asked', async () => {
  const answers = await Promise.allSettled([true, false].map((all) => addressesOf('away.invalid', all)));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('it does for a connection', async () => {
  const bridge = await Bridge.start();
  const socket = connect({ host: 'localhost', port: bridge.port, lookup });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.destroy();
  await bridge.stop();
});
