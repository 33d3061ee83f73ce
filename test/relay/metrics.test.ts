// What Prometheus reads: labels of tools are bounded, and the gateway's state is among the metrics.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Calls } from '../../relay/calls.ts';
import { isGatewayHealthy } from '../../relay/gateway-health.ts';
import { GatewayWatch } from '../../relay/gateway-watch.ts';
import { Metrics, serverMetrics } from '../../relay/metrics.ts';

/** The lines of a metric. */
const series = (metrics: Metrics, name: string): string[] =>
  metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith(name) && !line.includes('_bucket'));

/** Without those that have not counted anything. */
const counted = (metrics: Metrics, name: string): string[] =>
  series(metrics, name)
    .filter((line) => !line.endsWith(' 0'))
    .toSorted();

function call(calls: Calls, id: string, name: string, isError = false): void {
  const params = JSON.stringify({ name });
  const bytes = Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`);
  calls.sent(bytes, { kind: 'request', id, method: 'tools/call' });
  calls.received(Buffer.from('{}'), { kind: 'response', id, isError });
}

test('calls are counted by tool; tools that the server does not have share one label', () => {
  const metrics = new Metrics();
  const time = serverMetrics(metrics, 'time');
  time.knowTools(['now', 'convert']);
  const calls = new Calls(time);
  call(calls, '1', 'now');
  call(calls, '2', 'now', true);
  for (let index = 0; index < 100; index++) call(calls, String(3 + index), `made-up-"${index}"\n`);
  calls.sent(Buffer.from('{}'), { kind: 'request', id: '"list"', method: 'tools/list' });
  calls.received(Buffer.from('{}'), { kind: 'response', id: '"list"' });
  expect(counted(metrics, 'mcpgen_relay_calls_total')).toEqual([
    'mcpgen_relay_calls_total{server="time",outcome="error",tool="now"} 1',
    'mcpgen_relay_calls_total{server="time",outcome="ok",tool=""} 1',
    'mcpgen_relay_calls_total{server="time",outcome="ok",tool="now"} 1',
    'mcpgen_relay_calls_total{server="time",outcome="ok",tool="other"} 100',
  ]);
  expect(series(metrics, 'mcpgen_relay_call_seconds_count')).toHaveLength(3);
});

test('a call that is cancelled or abandoned counts for its tool; a huge one is not parsed for it', () => {
  const metrics = new Metrics();
  const time = serverMetrics(metrics, 'time');
  time.knowTools(['now']);
  const calls = new Calls(time);
  const open = (id: string, text = ''): void =>
    void calls.sent(Buffer.from(`{"method":"tools/call","params":{"name":"now","arguments":{"text":"${text}"}}}`), {
      kind: 'request',
      id,
      method: 'tools/call',
    });
  open('1');
  calls.cancel(Buffer.from('{"params":{"requestId":1}}'));
  open('2');
  calls.abandon('lost', -32000, 'gone');
  open('3', 'x'.repeat(100_000));
  calls.abandon('silent', -32000, 'gone');
  expect(counted(metrics, 'mcpgen_relay_calls_total')).toEqual([
    'mcpgen_relay_calls_total{server="time",outcome="cancelled",tool="now"} 1',
    'mcpgen_relay_calls_total{server="time",outcome="lost",tool="now"} 1',
    'mcpgen_relay_calls_total{server="time",outcome="silent",tool="other"} 1',
  ]);
});

test("a tool's failures have their series from its first call on, so that the first one is an increase", () => {
  const metrics = new Metrics();
  const time = serverMetrics(metrics, 'time');
  time.knowTools(['now', 'convert']);
  time.calls('ok', 'now').add(1);
  expect(series(metrics, 'mcpgen_relay_calls_total')).toEqual([
    'mcpgen_relay_calls_total{server="time",outcome="lost",tool="now"} 0',
    'mcpgen_relay_calls_total{server="time",outcome="silent",tool="now"} 0',
    'mcpgen_relay_calls_total{server="time",outcome="unavailable",tool="now"} 0',
    'mcpgen_relay_calls_total{server="time",outcome="ok",tool="now"} 1',
  ]);
});

test('of a server with thousands of tools, the first 200 have labels', () => {
  const metrics = new Metrics();
  const big = serverMetrics(metrics, 'big');
  big.knowTools(Array.from({ length: 5000 }, (_, index) => `t${index}`));
  for (let index = 0; index < 5000; index++) big.calls('ok', `t${index}`).add(1);
  expect(counted(metrics, 'mcpgen_relay_calls_total')).toHaveLength(201);
  expect(series(metrics, 'mcpgen_relay_tools')).toEqual(['mcpgen_relay_tools{server="big"} 5000']);
});

test('the metrics say whether the gateway answers, and how often it stopped', async () => {
  let status = 200;
  const gateway = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}/health`);
  const metrics = new Metrics();
  const watch = new GatewayWatch(() => isGatewayHealthy(url), metrics);
  try {
    for (const [next, up, losses] of [
      [200, 1, 0],
      [503, 0, 1],
      [503, 0, 1],
      [200, 1, 1],
    ]) {
      status = next!;
      await watch.look();
      expect(series(metrics, 'mcpgen_relay_gateway')).toEqual([
        `mcpgen_relay_gateway_losses_total ${losses}`,
        `mcpgen_relay_gateway_up ${up}`,
      ]);
    }
  } finally {
    gateway.close();
    gateway.closeAllConnections();
  }
});
