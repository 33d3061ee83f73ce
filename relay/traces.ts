// Sends spans of calls to an OpenTelemetry collector, by OTLP over HTTP as JSON: in batches, without holding up a call.

import { hostname } from 'node:os';
import type { EndedCall } from './calls.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { attributesOf, isSampled, type Place, type Span, spansOf } from './spans.ts';
import { version } from './version.ts';

export interface TraceSettings {
  /** Where spans are posted to. */
  readonly url: URL;
  /** Share of calls that are traced if the client does not decide; 0 to 1. */
  readonly ratio: number;
}

const flushMs = 5000;
const timeoutMs = 10_000;
/** Most spans that are sent at once, and most that wait for it. */
const batchSize = 512;
const maxWaiting = 4096;

export class Traces {
  readonly #settings: TraceSettings;
  readonly #log: Log;
  readonly #count: (outcome: 'sent' | 'dropped', spans: number) => void;
  readonly #resource: object;
  #waiting: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #hasFailed = false;

  constructor(settings: TraceSettings, metrics: Metrics, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#count = (outcome, spans) =>
      metrics.counter('mcpgen_relay_spans_total', 'Trace spans, by outcome.', { outcome }).add(spans);
    this.#count('sent', 0);
    this.#count('dropped', 0);
    const names = { 'service.name': 'mcpgen-relay', 'service.version': version, 'service.instance.id': hostname() };
    this.#resource = { attributes: attributesOf(names) };
  }

  ended(call: EndedCall, place: Place): void {
    if (!isSampled(call, this.#settings.ratio)) return;
    const spans = spansOf(call, place);
    if (this.#waiting.length + spans.length > maxWaiting) {
      this.#count('dropped', spans.length);
      return;
    }
    this.#waiting.push(...spans);
    if (this.#waiting.length >= batchSize) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, batchSize));
    this.#isSending = false;
  }

  async #send(spans: readonly Span[]): Promise<void> {
    const scopeSpans = [{ scope: { name: 'mcpgen', version }, spans }];
    const body = JSON.stringify({ resourceSpans: [{ resource: this.#resource, scopeSpans }] });
    const problem = await this.#post(body).catch((error: Error) => String(error.cause ?? error.message));
    this.#count(problem === undefined ? 'sent' : 'dropped', spans.length);
    if (problem !== undefined && !this.#hasFailed)
      this.#log.warn('the collector does not accept traces', { url: this.#settings.url.href, reason: problem });
    if (problem === undefined && this.#hasFailed) this.#log.info('the collector accepts traces again');
    this.#hasFailed = problem !== undefined;
  }

  /** Returns what went wrong, if anything did. */
  async #post(body: string): Promise<string | undefined> {
    const response = await fetch(this.#settings.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  }
}
