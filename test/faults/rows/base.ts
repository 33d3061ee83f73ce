// The release that most rows share: real servers in Python and Node beside faulty ones, and what a row needs of it before it begins.
import { setTimeout as pause } from 'node:timers/promises';
import { FaultRelease } from '../release.ts';
import { type ChartValues, echo, faultyServer, PROBES, type Probe, realServers } from '../servers.ts';
import { User } from '../users.ts';

/** A call without a sign of life is given up after so many seconds, so that a row does not take minutes. */
export const SILENCE = 10;

export const baseValues: ChartValues = {
  relay: { callSilenceSeconds: SILENCE },
  servers: {
    ...realServers('time', 'everything', 'memory'),
    ...faultyServer('faulty'),
    ...faultyServer('greedy', { env: { TOOLS: 'echo,eat' }, resources: { limits: { memory: '256Mi' } } }),
    ...faultyServer('stubborn', { env: { STUBBORN: '1' }, terminationGracePeriodSeconds: 5 }),
  },
};

/** Seconds; the limit of the row before is far below, on a machine that is not overloaded. */
const SETTLE = 300;

/** A call for each server that is not to blame for anything. */
export const NEIGHBOURS: Probe[] = [PROBES.time, PROBES.everything, PROBES.memory];
export const ALL: Probe[] = [...NEIGHBOURS, echo('faulty')];

export class Base extends FaultRelease {
  /** Names of the tools when all was well. */
  tools: string[] = [];

  static async open(): Promise<Base> {
    const base = new Base();
    await base.begin('base', baseValues);
    base.tools = await new User(base).tools();
    return base;
  }

  /** Milliseconds since `begun` until a new session has all tools again and each server answers; Infinity after the time limit. */
  async complete(begun: number, seconds: number, probes: readonly Probe[] = ALL): Promise<number> {
    while (performance.now() - begun < seconds * 1000) {
      const user = new User(this);
      const names = await user.tools().catch((): string[] => []);
      if (this.tools.every((name) => names.includes(name))) {
        const attempts = await Promise.all(probes.map((probe) => user.attempt(probe, 20)));
        await user.close();
        if (attempts.every(({ error }) => error === undefined)) return performance.now() - begun;
      }
      await user.close();
      await pause(250);
    }
    return Infinity;
  }

  /** What one row broke is no fault of the next one. */
  async settle(): Promise<void> {
    if ((await this.complete(performance.now(), SETTLE)) === Infinity)
      throw new Error(`the release was not complete within ${SETTLE} s after the row before`);
  }
}
