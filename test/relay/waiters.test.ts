// Who waits for a process gets one in the order of their coming; who is gone is not waited for.

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { type Handshake, KnownHandshake } from '../../relay/handshake.ts';
import { Waiters } from '../../relay/waiters.ts';
import { WarmConnection } from '../../relay/warm.ts';

const patience = { reachSeconds: 60, startSeconds: 60 };
const legacy = new KnownHandshake().current('legacy');
const modern = new KnownHandshake().current('modern');
const stays = (): AbortSignal => new AbortController().signal;

const waiters = (): Waiters =>
  new Waiters(
    () => true,
    () => 'it fails',
  );

/** A process that has answered this handshake. */
function ready(handshake: Handshake): WarmConnection {
  const write = (): boolean => true;
  const nothing = (): void => undefined;
  const connection: WarmConnection = new WarmConnection(
    (handlers) => ({
      handlers,
      write,
      pause: nothing,
      resume: nothing,
      end: nothing,
      release: nothing,
      destroy: nothing,
    }),
    60_000,
    { progress: nothing, failed: nothing },
  );
  connection.shake(handshake);
  connection.leave();
  return connection;
}

test('the first who came is served first, whatever others wait for', async () => {
  const queue = waiters();
  const served: string[] = [];
  const wait = (name: string, handshake: Handshake): Promise<unknown> =>
    queue.wait(handshake, patience, stays()).then(() => served.push(name));
  const all = [wait('a', legacy), wait('b', modern), wait('c', legacy), wait('d', modern)];
  for (const handshake of [legacy, legacy, modern, modern]) {
    queue.serve(ready(handshake));
    await Promise.resolve();
  }
  await Promise.all(all);
  expect(served).toEqual(['a', 'c', 'b', 'd']);
  expect(queue.size).toBe(0);
});

test('who is gone leaves the queue, and the next one is served', async () => {
  const queue = waiters();
  const gone = new AbortController();
  const first = queue.wait(legacy, patience, gone.signal);
  const second = queue.wait(legacy, patience, stays());
  gone.abort();
  await expect(first).rejects.toThrow('no session waits any more');
  expect(queue.size).toBe(1);
  const connection = ready(legacy);
  queue.serve(connection);
  expect(await second).toBe(connection);
});

test('who was gone before does not join it', async () => {
  const queue = waiters();
  await expect(queue.wait(legacy, patience, AbortSignal.abort())).rejects.toThrow('no session waits any more');
  expect(queue.size).toBe(0);
});

test('starts that fail are spread over all that wait: each has a second one before anybody gets an error', async () => {
  const queue = waiters();
  const failed: string[] = [];
  const wait = (name: string): Promise<unknown> => queue.wait(legacy, patience, stays()).catch(() => failed.push(name));
  const all = [wait('a'), wait('b')];
  for (let count = 0; count < 2; count++) queue.startFailed(ready(legacy));
  await Promise.resolve();
  expect(failed).toEqual([]);
  for (let count = 0; count < 2; count++) queue.startFailed(ready(legacy));
  await Promise.all(all);
  expect(failed).toEqual(['a', 'b']);
});

test('a wait that is over, however it ended, leaves nothing at its session', async () => {
  const session = new AbortController();
  const queue = new Waiters(
    () => false,
    () => '',
  );
  const waits = [patience, patience, { reachSeconds: 0, startSeconds: 0 }].map((one) =>
    queue.wait(legacy, one, session.signal),
  );
  expect(getEventListeners(session.signal, 'abort')).toHaveLength(3);
  await expect(waits[2]).rejects.toThrow('unreachable for');
  queue.rejectAll('the relay is stopping');
  await expect(Promise.all(waits)).rejects.toThrow('the relay is stopping');
  expect(getEventListeners(session.signal, 'abort')).toHaveLength(0);
});
