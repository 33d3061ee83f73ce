// What Prometheus and Grafana get: metrics that are there, alerts that fire, a runbook for each.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Calls } from '../../relay/calls.ts';
import { readConfig } from '../../relay/config.ts';
import { Log } from '../../relay/log.ts';
import { serverMetrics } from '../../relay/metrics.ts';
import { Relay } from '../../relay/relay.ts';
import { helms, type Manifest, refusal, render, root } from './helm.ts';

const server = { image: 'mcp/time', command: ['mcp-server-time'] };
const relay = { metricsFrom: [{ podSelector: {} }] };
const exposure = { hosts: ['mcp.example.com'], ingress: { enabled: true }, tls: { issuerRef: { name: 'ca' } } };
const values = { servers: { time: server }, relay, exposure, monitoring: { enabled: true } };
const monitored = render(values);
const alerts: readonly Manifest[] = monitored.get('PrometheusRule', 'rel-mcpgen').spec.groups[0].rules;
const dashboardText: string = monitored.get('ConfigMap', 'rel-mcpgen-dashboard').data['mcpgen.json'];
const dashboard: Manifest = JSON.parse(dashboardText);
const queries: readonly string[] = dashboard.panels.flatMap((panel: Manifest) =>
  (panel.targets ?? []).map((target: Manifest) => target.expr as string),
);

test.each(helms)('%s renders the same monitor, alerts and dashboard', (helm) => {
  const again = render(values, { helm });
  for (const kind of ['PodMonitor', 'PrometheusRule'])
    expect(again.get(kind, 'rel-mcpgen')).toEqual(monitored.get(kind, 'rel-mcpgen'));
  expect(again.get('ConfigMap', 'rel-mcpgen-dashboard').data['mcpgen.json']).toBe(dashboardText);
});

test('nothing of it is there by default', () => {
  const kinds = render({ servers: { time: server } }).all.map(({ kind }) => kind);
  expect(kinds).not.toContain('PodMonitor');
  expect(kinds).not.toContain('PrometheusRule');
});

test('it is refused where Prometheus would read nothing', () => {
  const monitoring = { enabled: true };
  expect(refusal({ servers: { time: server }, monitoring })).toContain(
    '- relay.metricsFrom: is empty, so the network policy would block Prometheus; list the peers',
  );
  expect(refusal({ servers: { time: server }, monitoring, relay: { ...relay, enabled: false } })).toContain(
    '- monitoring.enabled: the metrics come from the relay, which does not run; set relay.enabled: true',
  );
});

describe("the door's metrics", () => {
  const from = [{ namespaceSelector: { matchLabels: { team: 'metrics' } } }];
  const door = { enabled: true, keysSecret: 'keys', metricsFrom: from };
  const ports = (more: object): Manifest[] =>
    render({ ...values, door, ...more }).get('PodMonitor', 'rel-mcpgen').spec.podMetricsEndpoints;

  test("are read beside the relay's, or alone, by whom the network policy lets in", () => {
    expect(ports({})).toEqual([
      { port: 'relay', interval: '30s' },
      { port: 'door-admin', interval: '30s' },
    ]);
    expect(ports({ relay: { enabled: false } })).toEqual([{ port: 'door-admin', interval: '30s' }]);
    const one = render({ ...values, door });
    const { ingress } = one.get('NetworkPolicy', 'rel-mcpgen').spec;
    expect(ingress).toContainEqual({ ports: [{ port: 9091, protocol: 'TCP' }], from });
    const { containers } = one.get('Deployment', 'rel-mcpgen').spec.template.spec;
    const [container] = containers.filter(({ name }: Manifest) => name === 'door');
    expect(container.ports).toContainEqual({ name: 'door-admin', containerPort: 9091, protocol: 'TCP' });
  });

  test('are refused where Prometheus could not read them', () => {
    expect(refusal({ ...values, door: { ...door, metricsFrom: [] } })).toContain(
      '- door.metricsFrom: is empty, so the network policy would block Prometheus; list the peers',
    );
  });

  test('annotations name the port of the relay, or that of the door where there is no relay', () => {
    const port = (more: object): string =>
      render({ ...values, door, monitoring: { scrapeAnnotations: true }, ...more }).get('Deployment', 'rel-mcpgen').spec
        .template.metadata.annotations['prometheus.io/port'];
    expect([port({}), port({ relay: { enabled: false } })]).toEqual(['9090', '9091']);
  });
});

describe('what leaves by OTLP', () => {
  const egress = (otlp: object, more: object = {}): readonly Manifest[] =>
    render({ servers: { time: server }, monitoring: { otlp }, ...more }).get('NetworkPolicy', 'rel-mcpgen').spec.egress;
  const none = egress({});
  const monitoringNamespace = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
  const ownNamespace = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ns' } } };
  const block = { ipBlock: { cidr: '203.0.113.7/32' } };

  test.each([
    ['http://otel.monitoring:4317', {}, monitoringNamespace, 4317],
    ['http://otel.monitoring.svc.cluster.local:4317', {}, monitoringNamespace, 4317],
    ['http://otel.monitoring.svc:14317', {}, monitoringNamespace, 14317],
    ['http://otel:4317', {}, ownNamespace, 4317],
    ['https://203.0.113.7:443', {}, block, 443],
    ['http://[2001:db8::7]:4317', {}, { ipBlock: { cidr: '2001:db8::7/128' } }, 4317],
    ['https://otel.example.com:443', { to: [block] }, block, 443],
  ])('%s opens the way there and no other', (endpoint, more, peer, port) => {
    const opened = [{ to: [peer], ports: [{ port, protocol: 'TCP' }] }];
    for (const key of ['endpoint', 'tracesEndpoint']) {
      const rules = egress({ [key]: endpoint, ...more });
      expect(rules.filter((rule) => !none.some((other) => isDeepStrictEqual(other, rule)))).toEqual(opened);
      expect(rules).toHaveLength(none.length + 1);
    }
  });

  test('both go to one collector; where the relay does not run, its way stays closed', () => {
    const both = { endpoint: 'http://otel.monitoring:4317', tracesEndpoint: 'http://otel.monitoring:4318' };
    expect(egress(both)).toHaveLength(none.length + 2);
    expect(egress({ endpoint: both.endpoint }, { relay: { enabled: false } })).toHaveLength(none.length + 1);
    expect(refusal({ servers: { time: server }, relay: { enabled: false }, monitoring: { otlp: both } })).toContain(
      '- monitoring.otlp.tracesEndpoint: these traces come from the relay, which does not run; set relay.enabled: true',
    );
  });

  test('a host that a network policy cannot name is refused, with the key and an example', () => {
    const monitoring = { otlp: { endpoint: 'https://otel.example.com:443' } };
    expect(refusal({ servers: { time: server }, monitoring })).toContain(
      '- monitoring.otlp.to: is empty, but the host of endpoint, https://otel.example.com:443, is outside the cluster',
    );
    expect(render({ servers: { time: server }, monitoring, networkPolicy: { enabled: false } }).all).not.toEqual([]);
  });

  test('the relay reads its settings of traces, and has none by default', () => {
    const config = (otlp: object) => {
      const rendered = render({ servers: { time: server }, monitoring: { otlp } });
      return readConfig(rendered.get('ConfigMap', 'rel-mcpgen-relay').data['config.json'], {
        MCP_GATEWAY_AUTH_TOKEN: 'x',
      }).traces;
    };
    expect(config({})).toBeUndefined();
    const traces = config({ tracesEndpoint: 'http://otel.monitoring:4318' });
    expect([traces?.url.href, traces?.ratio]).toEqual(['http://otel.monitoring:4318/v1/traces', 0.05]);
  });
});

test('annotations for a Prometheus without the operator; those of the gateway win', () => {
  const annotations = (more: object) =>
    render({ servers: { time: server }, relay, ...more }).get('Deployment', 'rel-mcpgen').spec.template.metadata
      .annotations;
  const monitoring = { scrapeAnnotations: true };
  expect(annotations({ monitoring })).toMatchObject({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9090',
    'prometheus.io/path': '/metrics',
  });
  expect(annotations({})).not.toHaveProperty('prometheus.io/scrape');
  const gateway = { podAnnotations: { 'prometheus.io/port': '1' } };
  expect(annotations({ monitoring, gateway })).toMatchObject({ 'prometheus.io/port': '1' });
  expect(refusal({ servers: { time: server }, monitoring })).toContain('- relay.metricsFrom: is empty');
});

test('without a Certificate there is no alert about one', () => {
  const { exposure: _, ...plain } = values;
  const rules: readonly Manifest[] = render(plain).get('PrometheusRule', 'rel-mcpgen').spec.groups[0].rules;
  expect(rules.map(({ alert }) => alert)).toEqual(
    alerts.map(({ alert }) => alert).filter((alert) => alert !== 'McpgenCertificateExpires'),
  );
});

/** Names of the relay's metrics, with those that come with the first call or loss. */
function relayMetrics(): ReadonlySet<string> {
  const config = { servers: { time: { listen: '127.0.0.1:0', target: '127.0.0.1:1' } } };
  const { metrics } = new Relay(readConfig(JSON.stringify(config), {}), new Log('error', 'relay'));
  const time = serverMetrics(metrics, 'time');
  new Calls(time).abandon('lost', 0, '');
  for (const one of [time.calls('ok'), time.losses('lost'), time.failures('handshake')]) one.add(0);
  time.callSeconds('now').observe(1);
  const text = metrics.text();
  return new Set([...text.matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name ?? ''));
}

/** Metrics of others that alerts look at. */
const foreign = [
  'kube_pod_container_status_restarts_total',
  'kube_pod_container_status_last_terminated_reason',
  'kubelet_volume_stats_available_bytes',
  'kubelet_volume_stats_capacity_bytes',
  'certmanager_certificate_expiration_timestamp_seconds',
];

test('each query of the dashboard and of the alerts is about metrics that exist', () => {
  const known = new Set([...relayMetrics(), ...foreign]);
  const expressions = [...queries, ...alerts.map(({ expr }) => expr as string)];
  const names = expressions.flatMap((expression) => {
    const found = [...expression.matchAll(/\b([a-z][a-z0-9]*_[a-z0-9_]+)(?=\{|\[)/g)].map(([, name]) => name ?? '');
    expect(found, expression).not.toEqual([]);
    return found;
  });
  expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([]);
});

test('each alert has a runbook, and each runbook an alert', () => {
  const runbooks = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');
  const sections = [...runbooks.matchAll(/^## (Mcpgen\w+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(alerts.map(({ alert }) => alert));
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook_url).toBe(`docs/runbooks.md#${String(alert).toLowerCase()}`);
});

test('no text of an alert has a place that was not filled in', () => {
  expect(JSON.stringify(alerts)).not.toMatch(/<\w+>/);
});

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const hasPromtool = spawnSync(promtool, ['--version']).status === 0;

test.runIf(hasPromtool)('each alert fires in its case and no other (promtool)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-alerts-'));
  try {
    const { groups } = monitored.get('PrometheusRule', 'rel-mcpgen').spec;
    writeFileSync(join(folder, 'alerts.json'), JSON.stringify({ groups }));
    copyFileSync(join(import.meta.dirname, 'alerts.promtool.yaml'), join(folder, 'tests.yaml'));
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'tests.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the tests for promtool have a case for each alert', () => {
  const cases = readFileSync(join(import.meta.dirname, 'alerts.promtool.yaml'), 'utf8');
  for (const { alert } of alerts) expect(cases).toContain(alert);
});
