// The log: lines of one shape, read back as JSON, and one for each call at level debug, without what it says.

import { expect, test } from 'vitest';
import { Log } from '../../relay/log.ts';
import { openGateway, startBridged, startRelay, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };

test('each line is a JSON object that begins with time, level, component and msg', () => {
  const lines: string[] = [];
  const log = new Log('info', 'relay', { server: 'time' }, (line) => lines.push(line));
  log.with({ session: 'ab' }).warn('two\nlines "quoted" \u2028', { calls: 2 });
  log.debug('left out');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{"time":"[-\d]+T[:.\d]+Z","level":"warn","component":"relay","msg":"/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'two\nlines "quoted" \u2028',
    server: 'time',
    session: 'ab',
    calls: 2,
  });
});

test('at level debug each call has a line, with the id that the gateway gave it and the trace of its client', async () => {
  const { relay } = await startBridged(stops, {}, { warm: { min: 1, max: 1 } });
  await until(() => relay.metric('warm') === 1);
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  await gateway.call('echo', { text: 'confidential' }, meta);
  await gateway.call('echo', { text: 'confidential' });
  await gateway.request('tools/call', { name: 'exit', arguments: {} });
  const lines = relay.logs.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'call');
  const { session } = lines[0];
  expect(session).toMatch(/^[0-9a-f]{8}$/);
  const call = { level: 'debug', component: 'relay', server: 'test', session, method: 'tools/call' };
  expect(lines).toMatchObject([
    { ...call, request: '2', tool: 'echo', outcome: 'ok', process: 'warm', traceId },
    { ...call, request: '3', tool: 'echo', outcome: 'ok', process: 'held', waited: 0 },
    { ...call, request: '4', tool: 'exit', outcome: 'lost', process: 'held' },
  ]);
  expect(lines[1]).not.toHaveProperty('traceId');
  expect(relay.logs.join('')).not.toContain('confidential');
  // What else the log says of the session is found by the same id.
  expect(
    relay.logs.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'a session lost its server'),
  ).toMatchObject({
    session,
  });
});

test('a call that no process gets has a line too, with the time that it waited', async () => {
  const relay = await startRelay({ away: { target: '127.0.0.1:1', initializeSeconds: 0.2 } });
  stops.push(() => relay.close());
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  await gateway.request('tools/call', { name: 'now', arguments: {} });
  const { waited, ...line } = relay.logs.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'call');
  expect(line).toMatchObject({ server: 'away', tool: 'now', outcome: 'unavailable' });
  expect(line).not.toHaveProperty('process');
  expect(waited).toBeGreaterThan(0.1);
});
