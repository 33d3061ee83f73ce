// A release that faults happen to: installed with servers that may be bad, changed, and reached directly where that is possible.
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createNamespace, deleteNamespace, only } from '../e2e/cluster.ts';
import { Release } from '../e2e/release.ts';
import { apply, outcome } from './programs.ts';
import { reachService, type Way } from './reach.ts';
import { type ChartValues, faultyCode } from './servers.ts';

export const GATEWAY = 'app.kubernetes.io/component=gateway';

export class FaultRelease extends Release {
  chartValues: ChartValues = { servers: {} };
  private way: Promise<Way> | undefined;

  constructor() {
    super(3);
  }

  static async start(name: string, values: ChartValues, options: { wait?: boolean } = {}): Promise<FaultRelease> {
    const release = new FaultRelease();
    await release.begin(name, values, options);
    return release;
  }

  /** Installs in a namespace of its own; `wait` until all is ready, which bad servers never are. */
  async begin(name: string, values: ChartValues, { wait = true } = {}): Promise<void> {
    this.namespace = await createNamespace(`mcpgen-faults-${name}`);
    try {
      await apply({ ...faultyCode, metadata: { ...faultyCode.metadata, namespace: this.namespace } });
      await this.change(values, { wait });
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  /** Installs the values, or upgrades to them. */
  async change(values: ChartValues, { wait = false } = {}): Promise<void> {
    this.chartValues = values;
    writeFileSync(this.valuesFile, JSON.stringify(values));
    const waiting = wait ? ['--wait', '--timeout', '4m'] : [];
    await this.helm('upgrade', '--install', this.name, 'chart', '-f', this.valuesFile, ...waiting);
    this.token = await this.readToken();
  }

  /** `helm test` with the log of its pod. */
  test(): Promise<{ failed: boolean; output: string }> {
    return outcome(this.helm('test', this.name, '--logs', '--timeout', '90s'));
  }

  override async url(): Promise<string> {
    this.way ??= only(this.namespace, 'services', GATEWAY).then(({ metadata, spec }) =>
      reachService(this.namespace, metadata.name, spec?.ports?.[0]?.port ?? 0),
    );
    return (await this.way).url;
  }

  /** Milliseconds until the gateway accepts clients, or Infinity. */
  async answers(seconds: number): Promise<number> {
    const begun = performance.now();
    const url = await this.url();
    while (performance.now() - begun < seconds * 1000) {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      if (response?.ok) return performance.now() - begun;
      await pause(250);
    }
    return Infinity;
  }

  async uninstall(): Promise<void> {
    await this.leave();
    await this.helm('uninstall', this.name, '--wait', '--timeout', '2m');
  }

  async remove(): Promise<void> {
    await this.leave();
    rmSync(this.folder, { recursive: true, force: true });
    if (this.namespace) await deleteNamespace(this.namespace);
  }

  private async leave(): Promise<void> {
    await this.disconnect();
    await (await this.way?.catch(() => undefined))?.close();
    this.way = undefined;
  }
}
