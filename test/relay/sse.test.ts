// Streams of events as servers write them, and as networks cut them into pieces.

import { expect, test } from 'vitest';
import { SseReader } from '../../relay/sse.ts';

/** What comes of the pieces of a stream. */
function read(...pieces: readonly (string | Buffer)[]) {
  const events: string[] = [];
  let isTooLong = false;
  const reader = new SseReader(32, {
    data: (data, event) => events.push(event === '' ? data : `${event}: ${data}`),
    tooLong: () => (isTooLong = true),
  });
  for (const piece of pieces) reader.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return { events, isTooLong, lastEventId: reader.lastEventId, retryMs: reader.retryMs };
}

test.each([
  ['line feeds', ['event: e\nda', 'ta: 1\ndata:2\n\n'], ['e: 1\n2']],
  ['carriage returns and line feeds, cut between them', ['data: 1\r', '\n\r', '\ndata: 2\r\n\r\n'], ['1', '2']],
  ['carriage returns alone, each event at once', ['data: 1\r\r'], ['1']],
  [
    'a character cut in two',
    [Buffer.from('data: \u00e9').subarray(0, 7), Buffer.from('\u00e9\n\n').subarray(1)],
    ['\u00e9'],
  ],
])('%s', (_, pieces, events) => {
  expect(read(...pieces).events).toEqual(events);
});

test('the stream is resumed after the last event that is whole', () => {
  expect(read('id: 1\ndata: a\n\nid: 2\ndata: b').lastEventId).toBe('1');
  expect(read('id: 1\ndata:\n\n')).toMatchObject({ lastEventId: '1', events: [] });
  expect(read('retry: 250\n\n').retryMs).toBe(250);
});

test('an event that does not end is too long, a stream of short ones and comments is not', () => {
  expect(read('data: ', 'x'.repeat(40)).isTooLong).toBe(true);
  expect(read(...Array.from({ length: 20 }, () => ': still here\n\n'), 'data: 1\n\n')).toMatchObject({
    events: ['1'],
    isTooLong: false,
  });
});
