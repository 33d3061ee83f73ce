// Sessions that wait for a connection: what they leave behind.

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Handshake } from '../../relay/handshake.ts';
import { Waiters } from '../../relay/waiters.ts';

const handshake: Handshake = { era: 'legacy', key: 'key', params: '{}' };
const patience = { reachSeconds: 60, startSeconds: 0 };

test('a wait that is over, however it ended, leaves nothing at its session', async () => {
  const session = new AbortController();
  const waiters = new Waiters(
    () => false,
    () => '',
  );
  const waits = [patience, patience, { reachSeconds: 0, startSeconds: 0 }].map((one) =>
    waiters.wait(handshake, one, session.signal),
  );
  expect(getEventListeners(session.signal, 'abort')).toHaveLength(3);
  await expect(waits[2]).rejects.toThrow('it cannot be reached within');
  waiters.rejectAll('the relay is stopping');
  await expect(Promise.all(waits)).rejects.toThrow('the relay is stopping');
  expect(getEventListeners(session.signal, 'abort')).toHaveLength(0);
});

test('a session that ends gives up its waits', async () => {
  const session = new AbortController();
  const waiters = new Waiters(
    () => false,
    () => '',
  );
  const wait = waiters.wait(handshake, patience, session.signal);
  session.abort();
  await expect(wait).rejects.toThrow('nobody waits any more');
  expect(waiters.size).toBe(0);
});
