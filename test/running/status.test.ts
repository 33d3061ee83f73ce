// `mcpgen status` against a real relay with a server that serves and one that does not.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMetrics, quantile } from '../../generator/running/prometheus.ts';
import { isHealthy, statusOf, statusTable } from '../../generator/running/status.ts';
import { Bridge } from '../relay/bridge.ts';
import { Gateway, type RunningRelay, startRelay, until } from '../relay/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-status-'));
const program = join(import.meta.dirname, '../../dist/bin.js');
const values = join(folder, 'values.yaml');
const gateway = createServer((_, response) => response.end('ok'));
let bridge: Bridge;
let relay: RunningRelay;
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  bridge = await Bridge.start();
  const health = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/health`;
  const servers = { works: { bridge }, broken: { target: '127.0.0.1:1', required: false } };
  relay = await startRelay(servers, { gateway: { health } });
  url = `http://127.0.0.1:${relay.relay.admin.port}`;
  const client = new Gateway(relay.port('works'));
  await client.initialize();
  await client.call('pid');
  await client.call('pid');
  await until(() => relay.metric('tools', 'works') > 0);
  await until(() => relay.relay.metrics.text().includes('mcpgen_relay_gateway_up 1'));
  writeFileSync(values, 'servers:\n  works: {tools: [pid]}\n  broken: {tools: [a, b]}\n');
});

afterAll(async () => {
  relay.close();
  await bridge.stop();
  gateway.close();
  gateway.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function mcpgen(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, 'status', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part) => (stdout += part));
    child.stderr.on('data', (part) => (stderr += part));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

describe('mcpgen status', () => {
  test('shows a row for each server, those that do not serve first, and why', async () => {
    const { status, stdout } = await mcpgen(url, '--values', values);
    expect(stdout).toMatch(/^gateway up, 1 of 2 servers serve, relay \d+ MB\n\n/);
    expect(stdout).toMatch(/^SERVER +STATE +TOOLS +SESSIONS +IN USE +READY +CALLS +FAILED +P95 +LOST$/m);
    expect(stdout).toMatch(/^broken +unreachable \(optional\) +-\/2 +0 +0 +0 +0 +0 +- +0$/m);
    expect(stdout).toMatch(/^works +serving +\d+\/1 +1 +1 +\d+ +2 +0 +\d+ ms +0$/m);
    expect(stdout).toMatch(
      /\n\nbroken: connect ECONNREFUSED 127\.0\.0\.1:1; see kubectl describe pods -l mcpgen\.dev\/server=broken\n$/,
    );
    expect(stdout.indexOf('broken ')).toBeLessThan(stdout.indexOf('works '));
    expect(status).toBe(0);
  });

  test('prints the same as JSON', async () => {
    // As the examples of its help: with another port.
    const { stdout } = await mcpgen(url, '--values', values, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      gatewayUp: true,
      servers: [
        { server: 'works', state: 'serving', calls: 2, failed: 0, sessions: 1 },
        { server: 'broken', state: 'unreachable', required: false, calls: 0 },
      ],
    });
  });

  test('says what to do where no relay answers', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const { status, stderr } = await mcpgen(`http://127.0.0.1:${port}`);
    expect(status).toBe(2);
    expect(stderr).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(stderr).toContain('kubectl port-forward service/mcp-mcpgen-relay 9090');
    expect((await mcpgen('localhost')).stderr).toContain('localhost is not the address of a relay');
  });

  test('refuses what is not a relay, and an answer without end', async () => {
    const other = createServer((request, response) => {
      if (request.url === '/big/servers') {
        const send = (): void => void response.write('x'.repeat(1 << 20), (error) => error || send());
        send();
      } else response.end('[]');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    try {
      expect((await mcpgen(address)).stderr).toContain('the address answers, but not as the relay does');
      const big = await mcpgen(`${address}/big`);
      expect(big.status).toBe(2);
      expect(big.stderr).toContain('its answer is larger than 32 MiB');
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });
});

test('it is unhealthy without the gateway, without a required server, and without its tools', () => {
  const server = {
    name: 'time',
    state: 'serving',
    required: true,
    tools: 2,
    hidden: [],
    reason: undefined,
  };
  const samples = parseMetrics('mcpgen_relay_gateway_up 1');
  const healthy = (change: object, tools = 2, up = samples): boolean =>
    isHealthy(statusOf({ servers: [{ ...server, ...change }], samples: up }, new Map([['time', tools]])));
  expect(healthy({})).toBe(true);
  expect(healthy({}, 2, [])).toBe(false);
  expect(healthy({ state: 'failed' })).toBe(false);
  expect(healthy({ state: 'failed', required: false })).toBe(true);
  expect(healthy({}, 3)).toBe(false);
  expect(healthy({ tools: undefined })).toBe(false);
});

test('sixty servers keep their columns, and a hostile name neither moves nor colors the terminal', () => {
  const servers = Array.from({ length: 60 }, (_, index) => ({
    name: index === 0 ? '\x1b[31mevil\nrow' : `server-${index}`,
    state: 'serving',
    required: true,
    tools: index,
    hidden: [],
    reason: undefined,
  }));
  const rows = statusTable(statusOf({ servers, samples: [] }, new Map())).split('\n');
  expect(rows).toHaveLength(60 + 4);
  expect(new Set(rows.slice(2, -1).map((row) => row.length)).size).toBe(1);
  expect(rows.join('')).not.toContain('\x1b');
});

test('quantiles are those of histogram_quantile', () => {
  const buckets = [
    { le: 0.1, count: 50 },
    { le: 1, count: 100 },
    { le: Infinity, count: 100 },
  ];
  expect(quantile(0.5, buckets)).toBeCloseTo(0.1);
  expect(quantile(0.95, buckets)).toBeCloseTo(0.91);
  expect(quantile(0.95, [{ le: 1, count: 0 }])).toBeUndefined();
  expect(quantile(0.99, [...buckets.slice(0, 2), { le: Infinity, count: 1000 }])).toBe(1);
});

test('labels are read with their escapes', () => {
  expect(parseMetrics('# HELP x\na_total{server="a\\"b\\n\\\\",tool="t"} 1.5\nnonsense\nb +Inf')).toEqual([
    {
      name: 'a_total',
      labels: new Map([
        ['server', 'a"b\n\\'],
        ['tool', 't'],
      ]),
      value: 1.5,
    },
    { name: 'b', labels: new Map(), value: Infinity },
  ]);
});
