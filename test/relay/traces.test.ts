// Traces of calls, as a collector gets them.

import { expect, test } from 'vitest';
import type { EndedCall } from '../../relay/calls.ts';
import { Log } from '../../relay/log.ts';
import { Metrics } from '../../relay/metrics.ts';
import { Traces } from '../../relay/traces.ts';
import { Bridge } from './bridge.ts';
import { type Gateway, openGateway, type RunningRelay, startRelay, stopsAfterEach, until } from './harness.ts';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';

const stops = stopsAfterEach();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentSpanId = '00f067aa0ba902b7';
const meta = (flags = '01') => ({ traceparent: `00-${traceId}-${parentSpanId}-${flags}` });

async function traced(ratio = 0, server: object = {}) {
  const receiver = await OtlpReceiver.start();
  stops.push(() => receiver.stop());
  const bridge = await Bridge.start();
  stops.push(() => bridge.stop());
  const root = { traces: { url: receiver.url, ratio } };
  const relay = await startRelay({ time: { bridge, warm: { min: 1, max: 1 }, ...server } }, root);
  stops.push(() => relay.close());
  return { receiver, relay };
}

async function session(relay: RunningRelay): Promise<Gateway> {
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  return gateway;
}

const milliseconds = ({ startTimeUnixNano, endTimeUnixNano }: ReceivedSpan) =>
  Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;

test("a call is in its client's trace: the wait for a process, and the server's time", async () => {
  const { receiver, relay } = await traced();
  await until(() => relay.metric('warm') === 1);
  const gateway = await session(relay);
  const before = Date.now();
  await gateway.call('echo', { text: 'confidential' }, meta());
  await relay.relay.flush();
  expect(receiver.problems).toEqual([]);
  const [whole, wait, server] = receiver.spans;
  expect(receiver.spans).toHaveLength(3);
  expect(whole).toMatchObject({ traceId, parentSpanId, name: 'tools/call echo', kind: 2, status: {} });
  expect(whole?.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': 'echo',
    'jsonrpc.request.id': '2',
    'mcpgen.server': 'time',
    'mcpgen.session': expect.stringMatching(/^[0-9a-f]{8}$/),
    'mcpgen.process': 'warm',
  });
  expect(whole?.resource).toMatchObject({ 'service.name': 'mcpgen-relay' });
  expect(wait).toMatchObject({ traceId, parentSpanId: whole?.spanId, name: 'wait for a process', kind: 1 });
  expect(server).toMatchObject({ traceId, parentSpanId: whole?.spanId, name: 'tools/call echo', kind: 3 });
  const started = Number(BigInt(whole?.startTimeUnixNano ?? '0') / 1_000_000n);
  expect(started).toBeGreaterThanOrEqual(before - 1);
  expect(milliseconds(whole!)).toBeGreaterThan(0);
  expect(milliseconds(wait!) + milliseconds(server!)).toBeLessThan(milliseconds(whole!) + 1);
  expect(JSON.stringify(receiver.spans)).not.toContain('confidential');
});

test('a session that has its process does not wait; one without a process that is ready starts it', async () => {
  const { receiver, relay } = await traced(0, { warm: { min: 0, max: 0 } });
  const gateway = await session(relay);
  await gateway.call('pid', {}, meta());
  await gateway.call('pid', {}, meta());
  await relay.relay.flush();
  const wholes = receiver.spans.filter(({ kind }) => kind === 2);
  expect(wholes.map(({ attributes }) => attributes['mcpgen.process'])).toEqual(['cold', 'held']);
  expect(receiver.spans.map(({ kind }) => kind)).toEqual([2, 1, 3, 2, 3]);
});

test('a call that is lost is an error, with the reason as its type', async () => {
  const { receiver, relay } = await traced();
  const gateway = await session(relay);
  await gateway.request('tools/call', { name: 'exit', arguments: {}, _meta: meta() });
  await relay.relay.flush();
  const whole = receiver.spans.find(({ kind }) => kind === 2);
  expect(whole).toMatchObject({ status: { code: 2, message: 'lost' }, attributes: { 'error.type': 'lost' } });
});

test.each([
  ['the client wants none', 1, meta('00'), 0],
  ['the client does not say, and the share is none', 0, undefined, 0],
  ['the client does not say, and the share is all', 1, undefined, 1],
  ['what the client says is invalid, and the share is all', 1, { traceparent: `00-${'0'.repeat(32)}-1-01` }, 1],
])('%s', async (_, ratio, sent, calls) => {
  const { receiver, relay } = await traced(ratio);
  const gateway = await session(relay);
  await gateway.call('pid', {}, sent);
  await relay.relay.flush();
  expect(receiver.problems).toEqual([]);
  const wholes = receiver.spans.filter(({ attributes }) => attributes['mcp.method.name'] === 'tools/call');
  expect(wholes).toHaveLength(calls);
  for (const whole of wholes) expect(whole).not.toHaveProperty('parentSpanId');
});

test('names that clients make up are cut, and stay text', async () => {
  const { receiver, relay } = await traced();
  const gateway = await session(relay);
  await gateway.request('tools/call', { name: `x"\n${'y'.repeat(9000)}`, arguments: {}, _meta: meta() });
  await relay.relay.flush();
  expect(receiver.problems).toEqual([]);
  expect(receiver.spans[0]?.name).toBe(`tools/call x" ${'y'.repeat(125)}`);
});

const ended: EndedCall = {
  id: '1',
  method: 'tools/call',
  tool: 'now',
  outcome: 'ok',
  arrivedAt: 0,
  endedAt: 1,
  sent: { at: 0, origin: 'held' },
  traceparent: meta().traceparent,
};

test('a collector that fails costs spans and no memory, and is logged once', async () => {
  const receiver = await OtlpReceiver.start();
  stops.push(() => receiver.stop());
  const metrics = new Metrics();
  const lines: string[] = [];
  const log = new Log('info', 'relay', {}, (line) => lines.push(line));
  const traces = new Traces({ url: new URL(receiver.url), ratio: 0 }, metrics, log);
  const place = { server: 'time', session: 'ab' };
  receiver.status = 503;
  for (let index = 0; index < 5000; index++) traces.ended(ended, place);
  await until(() => /outcome="dropped"\} 10000/.test(metrics.text()));
  expect(receiver.requests).toBeLessThanOrEqual(4096 / 512 + 1);
  receiver.status = 200;
  traces.ended(ended, place);
  await traces.flush();
  expect(metrics.text()).toContain('mcpgen_relay_spans_total{outcome="sent"} 2');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', msg: 'the collector does not accept traces', reason: 'status 503' },
    { level: 'info', msg: 'the collector accepts traces again' },
  ]);
});
