// Checks the gateway every few seconds, for metrics: whether it answers, and how often it stopped answering.

import type { Metrics } from './metrics.ts';

const periodMs = 5000;

export class GatewayWatch {
  readonly #isHealthy: () => Promise<boolean | undefined>;
  readonly #metrics: Metrics;
  #timer: NodeJS.Timeout | undefined;
  #isUp = false;

  constructor(isHealthy: () => Promise<boolean | undefined>, metrics: Metrics) {
    this.#isHealthy = isHealthy;
    this.#metrics = metrics;
    this.#set(false);
  }

  /** Looks now and from then on. */
  start(): void {
    this.#timer = setInterval(() => void this.look(), periodMs);
    this.#timer.unref();
    void this.look();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const isUp = await this.#isHealthy();
    if (isUp !== undefined) this.#set(isUp);
  }

  #set(isUp: boolean): void {
    const losses = 'Times that the gateway stopped answering, which ends its sessions.';
    this.#metrics.counter('mcpgen_relay_gateway_losses_total', losses).add(this.#isUp && !isUp ? 1 : 0);
    this.#metrics.gauge('mcpgen_relay_gateway_up', '1 if the gateway answers.').set(isUp ? 1 : 0);
    this.#isUp = isUp;
  }
}
