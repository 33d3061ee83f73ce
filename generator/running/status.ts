// The figures of a running release, a row for each server.

import { printable } from '../printable.ts';
import { quantile, type Sample } from './prometheus.ts';
import type { Running } from './relay.ts';

export interface ServerStatus {
  readonly server: string;
  readonly state: string;
  readonly required: boolean;
  readonly tools: number | undefined;
  /** Known tools of the values; undefined: the values say nothing. */
  readonly expectedTools: number | undefined;
  /** Connections of the gateway that are open. */
  readonly sessions: number;
  /** Processes that sessions use now. */
  readonly inUse: number;
  /** Processes that are ready for new sessions. */
  readonly ready: number;
  readonly calls: number;
  /** Calls that found no process, or lost it. */
  readonly failed: number;
  /** Seconds that 95 % of all calls took at most, since the relay started. */
  readonly p95: number | undefined;
  /** Processes lost while a session used them. */
  readonly losses: number;
  readonly reason: string | undefined;
}

export interface ReleaseStatus {
  readonly gatewayUp: boolean;
  /** Bytes that the relay holds. */
  readonly relayMemory: number;
  readonly servers: readonly ServerStatus[];
}

const failures = ['lost', 'silent', 'unavailable'];

/** `expected`: how many tools the values have of a server. */
export function statusOf({ servers, samples }: Running, expected: ReadonlyMap<string, number>): ReleaseStatus {
  const sum = (name: string, fits: (labels: Sample['labels']) => boolean = () => true): number =>
    samples.reduce((total, one) => (one.name === name && fits(one.labels) ? total + one.value : total), 0);
  return {
    gatewayUp: sum('mcpgen_relay_gateway_up') > 0,
    relayMemory: sum('process_resident_memory_bytes'),
    servers: servers.map(({ name, state, required, tools, reason }) => {
      const own = (labels: Sample['labels']): boolean => labels.get('server') === name;
      const buckets = new Map<number, number>();
      for (const { labels, value, name: metric } of samples) {
        if (metric !== 'mcpgen_relay_call_seconds_bucket' || !own(labels)) continue;
        const le = labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le'));
        buckets.set(le, (buckets.get(le) ?? 0) + value);
      }
      return {
        server: name,
        state,
        required,
        tools,
        expectedTools: expected.get(name),
        sessions: sum('mcpgen_relay_sessions', own),
        inUse: sum('mcpgen_relay_attached', own),
        ready: sum('mcpgen_relay_warm', own),
        calls: sum('mcpgen_relay_calls_total', own),
        failed: sum(
          'mcpgen_relay_calls_total',
          (labels) => own(labels) && failures.includes(labels.get('outcome') ?? ''),
        ),
        p95: quantile(
          0.95,
          [...buckets].map(([le, count]) => ({ le, count })),
        ),
        losses: sum('mcpgen_relay_losses_total', own),
        reason: state === 'serving' ? undefined : reason,
      };
    }),
  };
}

/** Whether all is as it should be: the gateway answers, and each required server serves with the tools that are expected. */
export function isHealthy({ gatewayUp, servers }: ReleaseStatus): boolean {
  return (
    gatewayUp && servers.every((server) => !server.required || (server.state === 'serving' && !lacksTools(server)))
  );
}

function lacksTools({ tools, expectedTools }: ServerStatus): boolean {
  return expectedTools !== undefined && (tools ?? 0) < expectedTools;
}

const headings = ['SERVER', 'STATE', 'TOOLS', 'SESSIONS', 'IN USE', 'READY', 'CALLS', 'FAILED', 'P95', 'LOST'];

/** Servers that do not serve first, then by name, with the reasons below the table. */
export function statusTable({ gatewayUp, relayMemory, servers }: ReleaseStatus): string {
  const order = servers.toSorted(
    (a, b) => Number(a.state === 'serving') - Number(b.state === 'serving') || (a.server < b.server ? -1 : 1),
  );
  const rows = order.map((server) => [
    printable(server.server),
    server.required ? printable(server.state) : `${printable(server.state)} (optional)`,
    toolsOf(server),
    ...[server.sessions, server.inUse, server.ready, server.calls, server.failed].map(String),
    server.p95 === undefined ? '-' : duration(server.p95),
    String(server.losses),
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`;
  const serving = servers.filter(({ state }) => state === 'serving').length;
  const reasons = order.flatMap(({ server, state, reason }) =>
    state === 'serving' ? [] : `${printable(server)}: ${printable(reason ?? state)}\n`,
  );
  return [
    `gateway ${gatewayUp ? 'up' : 'DOWN'}, ${serving} of ${servers.length} servers serve, relay ${Math.round(relayMemory / 1e6)} MB\n\n`,
    line(headings),
    ...rows.map(line),
    ...(reasons.length > 0 ? ['\n', ...reasons] : []),
  ].join('');
}

function toolsOf({ tools, expectedTools }: ServerStatus): string {
  const seen = tools === undefined ? '-' : String(tools);
  return expectedTools === undefined ? seen : `${seen}/${expectedTools}`;
}

function duration(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}
