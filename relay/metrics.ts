// The relay's metrics, and their text for Prometheus.

import { readdirSync } from 'node:fs';
import type { Stage } from './failure.ts';
import type { Unhelped } from './session.ts';
import type { State } from './status.ts';

type Kind = 'counter' | 'gauge' | 'histogram';
type Labels = { readonly [name: string]: string };

/** Bounds in seconds: a warm call takes milliseconds, a cold start seconds, and some tools minutes. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export class Metric {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(amount: number): void {
    this.#value += amount;
  }

  set(value: number): void {
    this.#value = value;
  }

  lines(name: string, labels: string): string[] {
    return [`${name}${labels} ${this.#value}`];
  }
}

export class Histogram {
  readonly #counts = buckets.map(() => 0);
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  observe(seconds: number): void {
    const index = buckets.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
  }

  lines(name: string, labels: string): string[] {
    const prefix = `${name}_bucket{${labels === '' ? '' : `${labels.slice(1, -1)},`}`;
    let total = 0;
    const lines = buckets.map((bound, index) => {
      total += this.#counts[index] ?? 0;
      return `${prefix}le="${bound}"} ${total}`;
    });
    return [
      ...lines,
      `${prefix}le="+Inf"} ${this.#count}`,
      `${name}_sum${labels} ${this.#sum}`,
      `${name}_count${labels} ${this.#count}`,
    ];
  }
}

interface Family {
  readonly kind: Kind;
  readonly help: string;
  readonly series: Map<string, Metric | Histogram>;
}

/** All metrics, by name and labels. */
export class Metrics {
  readonly #families = new Map<string, Family>();
  readonly #program: string;

  constructor(program = 'relay') {
    this.#program = program;
  }

  counter(name: string, help: string, labels: Labels = {}): Metric {
    return this.#series(name, 'counter', help, labels, () => new Metric());
  }

  gauge(name: string, help: string, labels: Labels = {}): Metric {
    return this.#series(name, 'gauge', help, labels, () => new Metric());
  }

  histogram(name: string, help: string, labels: Labels = {}): Histogram {
    return this.#series(name, 'histogram', help, labels, () => new Histogram());
  }

  /** In Prometheus' text format. */
  text(): string {
    this.#measureProcess();
    return [...this.#families]
      .flatMap(([name, { kind, help, series }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${kind}`,
        ...[...series].flatMap(([labels, metric]) => metric.lines(name, labels)),
        '',
      ])
      .join('\n');
  }

  #series<T extends Metric | Histogram>(name: string, kind: Kind, help: string, labels: Labels, make: () => T): T {
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = { kind, help, series: new Map() }));
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const key = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
    let metric = family.series.get(key) as T | undefined;
    if (!metric) family.series.set(key, (metric = make()));
    return metric;
  }

  #measureProcess(): void {
    const { user, system } = process.cpuUsage();
    this.counter('process_cpu_seconds_total', `CPU time of the ${this.#program}.`).set((user + system) / 1e6);
    this.gauge('process_resident_memory_bytes', `Memory of the ${this.#program}.`).set(process.memoryUsage.rss());
    this.gauge('process_open_fds', `Open files and sockets of the ${this.#program}.`).set(openFiles());
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/** How a call of the gateway ended. */
export type Outcome = 'ok' | 'error' | 'cancelled' | 'lost' | 'silent' | 'unavailable';

const failures: readonly Outcome[] = ['lost', 'silent', 'unavailable'];

/** Tools beyond this number share a label, because each has a histogram. */
const maxToolLabels = 200;

export type ServerMetrics = ReturnType<typeof serverMetrics>;

/** Caches what every call needs. */
function once<T>(made: Map<string, T>, key: string, make: (key: string) => T): T {
  let value = made.get(key);
  if (value === undefined) made.set(key, (value = make(key)));
  return value;
}

/** The metrics of one server. */
export function serverMetrics(metrics: Metrics, server: string) {
  const name = (suffix: string): string => `mcpgen_relay_${suffix}`;
  const counter = (suffix: string, help: string, labels: Labels = {}): Metric =>
    metrics.counter(name(suffix), help, { server, ...labels });
  const gauge = (suffix: string, help: string): Metric => metrics.gauge(name(suffix), help, { server });
  const histogram = (suffix: string, help: string, labels: Labels = {}): Histogram =>
    metrics.histogram(name(suffix), help, { server, ...labels });
  const tools = gauge('tools', 'Tools of the server that clients can see.');
  const toolName = (tool: string | undefined): string =>
    tool === undefined || known.has(tool) ? (tool ?? '') : 'other';
  const callTimes = new Map<string, Histogram>();
  const callCounts = new Map<string, Metric>();
  let known: ReadonlySet<string> = new Set();
  return {
    /** The server has these tools now. Calls of others share a label, as clients could make up any number of names. */
    knowTools(names: readonly string[]): void {
      known = new Set(names.slice(0, maxToolLabels));
      tools.set(names.length);
    },
    /** Whether the server is required: alerts make the difference. */
    required: gauge('required', "1 if the gateway's start waits for the server."),
    up: gauge('up', '1 if the server answered the last handshake.'),
    state: (state: State) =>
      metrics.gauge(name('server_state'), '1 for the current state of the server.', { server, state }),
    failures: (stage: Stage) => counter('failures_total', 'Failures of the server, by stage.', { stage }),
    hidden: gauge('hidden_names', 'Tools, prompts and resources of the server that are hidden from clients.'),
    changedTools: gauge('changed_tools', 'Tools of the server that differ from their recorded definitions.'),
    sessions: gauge('sessions', 'Open sessions: connections of the gateway to the server.'),
    attached: gauge('attached', 'Open sessions that have a server process.'),
    sessionsTotal: counter('sessions_total', 'Sessions that the gateway has opened.'),
    warm: gauge('warm', 'Server processes that are ready for new sessions.'),
    sharedProcesses: gauge('shared_processes', 'Server processes that sessions currently share.'),
    warmTarget: gauge('warm_target', 'Server processes that the relay tries to keep ready.'),
    warmHits: counter('warm_hits_total', 'Sessions that got a server process at once.'),
    warmMisses: counter('warm_misses_total', 'Sessions that had to wait for a server process.'),
    unhelped: (reason: Unhelped) =>
      counter('unhelped_sessions_total', 'Sessions that the relay does not support, by reason.', { reason }),
    warmFailures: counter(
      'connection_failures_total',
      'Connections to the server that failed or were lost before use.',
    ),
    handshakeSeconds: histogram(
      'handshake_seconds',
      'Time that server processes take to start and answer the first request.',
    ),
    attachSeconds: histogram('attach_seconds', 'Time that sessions waited for a server process.'),
    /** `tool`: the one that is called, undefined for requests of another kind. */
    callSeconds: (tool: string | undefined) =>
      once(callTimes, toolName(tool), (label) =>
        histogram('call_seconds', 'Time from a request of the gateway to its answer, without initialize.', {
          tool: label,
        }),
      ),
    /** With its first call a tool gets the series of its failures: one that comes with its first event has not increased. */
    calls: (outcome: Outcome, tool?: string) =>
      once(callCounts, `${outcome} ${toolName(tool)}`, () => {
        const count = (one: Outcome): Metric =>
          counter('calls_total', 'Requests of the gateway, by outcome.', { outcome: one, tool: toolName(tool) });
        for (const failure of failures) count(failure);
        return count(outcome);
      }),
    losses: (reason: 'lost' | 'silent') => counter('losses_total', 'Server processes lost while in use.', { reason }),
    reattached: counter('reattached_total', 'Sessions that got another server process after they lost one.'),
    reaped: counter('reaped_total', 'Server processes released because their session was idle.'),
    abandoned: counter('abandoned_total', 'Sessions closed because they were no longer used.'),
    droppedLines: counter('dropped_lines_total', 'Lines from servers that were not messages.'),
    toServer: counter('bytes_total', 'Bytes passed on.', { direction: 'to_server' }),
    toGateway: counter('bytes_total', 'Bytes passed on.', { direction: 'to_gateway' }),
  };
}
