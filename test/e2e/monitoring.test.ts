// What `monitoring` promises, by a real Prometheus Operator, Prometheus and OpenTelemetry collector: calls are made, and their numbers, alerts,
// panels and traces looked for. `npm run e2e -- monitoring`; what is not in the cluster is skipped, and said so.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { call, type Forward, forward } from './client.ts';
import { createNamespace } from './cluster.ts';
import { kubectl, ROOT, run } from './programs.ts';
import { looksAfter, Release } from './release.ts';

const found = (await kubectl('get', 'deployments', '-n', 'addons', '-o', 'name').catch(() => '')).split('\n');
const isThere = (name: string): boolean => found.includes(`deployment.apps/${name}`);
const missing = ['prometheus-operator', 'prometheus', 'otelcol'].filter((name) => !isThere(name));
if (missing.length > 0) console.log(`not in this cluster, so that its part is not tested: ${missing.join(', ')}`);

const calls = 40;

interface Way {
  readonly monitoring: object;
  readonly service: string;
  /** The label of the release's metrics. */
  job(namespace: string): string;
}

/** How Prometheus finds the metrics, by the add-on that does. */
const ways: { readonly [addon: string]: Way } = {
  'prometheus-operator': {
    monitoring: { enabled: true, interval: '2s' },
    service: 'prometheus-addons',
    job: (namespace) => `${namespace}/mcp-mcpgen`,
  },
  prometheus: { monitoring: { scrapeAnnotations: true }, service: 'prometheus', job: () => 'pods' },
};

for (const [addon, way] of Object.entries(ways))
  describe.skipIf(!isThere(addon))(`monitoring by ${addon}`, () => {
    const release = new Release(4);
    // One of its own, as the collector's log has those of all releases.
    const traceId = randomBytes(16).toString('hex');
    const traced = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    let prometheus: Forward;
    const job = () => way.job(release.namespace);
    /** Of this release, whatever else the same Prometheus reads. */
    const own = () => `job="${job()}", namespace="${release.namespace}"`;

    beforeAll(async () => {
      release.namespace = await createNamespace('mcpgen-e2e-monitoring');
      const everything = {
        image: 'mcp/everything',
        command: ['docker-entrypoint.sh'],
        args: ['node', 'dist/index.js'],
      };
      const memory = {
        image: 'mcp/memory',
        command: ['node', 'dist/index.js'],
        env: { MEMORY_FILE_PATH: '/tmp/memory.jsonl' },
      };
      const time = { image: 'mcp/time', command: ['mcp-server-time'], prefix: 'time' };
      const addons = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'addons' } } }];
      const collector = { endpoint: 'http://otelcol.addons:4317', tracesEndpoint: 'http://otelcol.addons:4318' };
      const otlp = isThere('otelcol') ? collector : {};
      const values = {
        servers: { everything, memory, time },
        relay: { metricsFrom: addons, logLevel: 'debug' },
        monitoring: { ...way.monitoring, otlp },
      };
      writeFileSync(release.valuesFile, stringify(values));
      await release.install();
      prometheus = await forward('addons', `service/${way.service}`, 9090);
      const scraped = async () => expect(await query(`mcpgen_relay_up{${own()}} == 1`)).toHaveLength(3);
      await vi.waitFor(scraped, { timeout: 120_000, interval: 1000 });
      const session = await release.session();
      for (let index = 0; index < calls; index++) {
        await call(session, 'time__get_current_time', { timezone: 'UTC' });
        await call(session, 'echo', { message: 'confidential' });
      }
      await session.callTool({ name: 'echo', arguments: { message: 'confidential' }, _meta: traced });
    });
    looksAfter(release);
    afterAll(() => prometheus?.close());

    /** Labels and value of each series that a query gives now. */
    async function query(text: string): Promise<{ metric: { [label: string]: string }; value: number }[]> {
      const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: text }).toString()}`);
      const { data } = (await response.json()) as {
        data: { result: { metric: { [label: string]: string }; value: [number, string] }[] };
      };
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    }

    const alerts = async (): Promise<string[]> =>
      (await query(`ALERTS{alertname=~"Mcpgen.*"}`))
        .filter(({ metric }) => metric['job'] === job())
        .map(({ metric }) => [metric['alertname'], metric['server'], metric['alertstate']].join(' '));

    test('the numbers are those of the calls', async () => {
      const count = (tool: string) => `sum(mcpgen_relay_calls_total{${own()}, tool="${tool}", outcome="ok"})`;
      await expect
        .poll(async () => (await query(count('get_current_time')))[0]?.value, { timeout: 30_000 })
        .toBe(calls);
      await expect.poll(async () => (await query(count('echo')))[0]?.value, { timeout: 30_000 }).toBe(calls + 1);
      const [build] = await query(`mcpgen_relay_build_info{${own()}}`);
      expect(build?.metric['version']).toMatch(/^\d/);
      expect(await query(`mcpgen_relay_gateway_up{${own()}}`)).toMatchObject([{ value: 1 }]);
    });

    test.runIf(addon === 'prometheus-operator')(
      'no alert fires while all is well, and Prometheus has all rules',
      async () => {
        expect(await alerts()).toEqual([]);
        const response = await fetch(`${prometheus.url}/api/v1/rules?type=alert`);
        const { data } = (await response.json()) as {
          data: { groups: { name: string; rules: { health: string }[] }[] };
        };
        const rules = data.groups.find(({ name }) => name === job())?.rules ?? [];
        expect(rules.length).toBeGreaterThanOrEqual(12);
        expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      },
    );

    test('one call is found in the log of the relay by its trace, and no payload is in any log', async () => {
      const log = await kubectl('logs', '-n', release.namespace, 'deployment/mcp-mcpgen', '-c', 'relay');
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { [field: string]: unknown });
      expect(lines.filter((line) => line['traceId'] === traceId)).toMatchObject([
        { component: 'relay', msg: 'call', server: 'everything', tool: 'echo', outcome: 'ok' },
      ]);
      expect(log).not.toContain('confidential');
    });

    test.runIf(isThere('otelcol'))("the collector has the relay's spans in the client's trace", async () => {
      const log = () => kubectl('logs', '-n', 'addons', 'deployment/otelcol', '--since=10m');
      await expect.poll(log, { timeout: 60_000 }).toContain(traceId);
      const block = (await log()).split(/^Span #\d+$/m).filter((text) => text.includes(traceId));
      expect(block.filter((text) => /Name +: tools\/call echo/.test(text))).toHaveLength(2);
      expect(block.some((text) => /Parent ID +: 00f067aa0ba902b7/.test(text))).toBe(true);
      expect(block.some((text) => text.includes('mcpgen.process: Str(held)'))).toBe(true);
    });

    test.runIf(isThere('otelcol') && isThere('prometheus'))(
      "the gateway's own metrics come by the collector",
      async () => {
        const collector = await forward('addons', 'service/otelcol', 8889);
        try {
          const text = async () => (await fetch(`${collector.url}/metrics`)).text();
          await expect
            .poll(text, { timeout: 90_000 })
            .toMatch(/^mcp_tool_calls_total\{.*mcp_tool_name="echo".*\} 41$/m);
        } finally {
          await collector.close();
        }
      },
    );

    test('servers are killed, and one is taken away: each query of the dashboard returns data', async () => {
      const { namespace } = release;
      for (let round = 0; round < 5; round++) {
        await call(await release.session(), 'echo', { message: 'x' });
        await run('tools/relay-kill.sh', ['all', namespace, 'everything'], 150);
      }
      await kubectl('scale', '-n', namespace, 'deployment/mcp-time', '--replicas=0');
      await expect.poll(() => query(`mcpgen_relay_up{${own()}} == 0`), { timeout: 120_000 }).toHaveLength(1);
      const session = await release.session();
      await expect(call(session, 'time__get_current_time', { timezone: 'UTC' })).rejects.toThrow('mcpgen: server time');
      await pause(5000);
      const page = process.env['MCPGEN_DASHBOARD'] ?? join(release.folder, 'dashboard.html');
      const args = [prometheus.url, '--job', job(), '--minutes', '5', '--rate', '20s', '-o', page];
      await run(process.execPath, [join(ROOT, 'tools/dashboard.mjs'), ...args], 60);
    }, 400_000);

    test.runIf(addon === 'prometheus-operator')(
      'and their alerts fire',
      async () => {
        await expect.poll(alerts, { timeout: 60_000 }).toContain('McpgenProcessesLost everything firing');
        await expect.poll(alerts, { timeout: 60_000 }).toContain('McpgenRequiredServerDown time pending');
        await expect
          .poll(alerts, { timeout: 400_000, interval: 5000 })
          .toContain('McpgenRequiredServerDown time firing');
      },
      600_000,
    );
  });
