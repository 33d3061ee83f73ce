// Sessions that their clients abandon, a hundred and two hundred, with 20 servers.
import { setTimeout as pause } from 'node:timers/promises';
import { duration, spread } from '../figures.ts';
import { FaultRelease } from '../release.ts';
import { echo, faultyServer } from '../servers.ts';
import { type Attempt, User } from '../users.ts';
import { type Check, check, defineStage, type Row } from '../verdict.ts';
import { askRelay, metric } from '../watch.ts';

const SERVERS = Array.from({ length: 20 }, (_, index) => `s${index + 1}`);
const IDLE = 30;
/** Each session calls so many of the servers. */
const USED = 2;

function abandoned(sessions: number): Row<FaultRelease> {
  return {
    id: `abandoned-${sessions}`,
    fault: `${sessions} sessions, each with calls to ${USED} of 20 servers, are abandoned (\`idleSeconds: ${IDLE}\`)`,
    holds: `no call fails; ${IDLE} s and 30 s more after the last one no session holds a process, and one of each server is ready`,
    measure: (release) => abandon(release, sessions),
  };
}

async function abandon(release: FaultRelease, sessions: number): Promise<Check[]> {
  if ((await release.answers(120)) === Infinity) return [check('the gateway accepted no client within 120 s', false)];
  const attempts: Attempt[] = [];
  let attached = 0;
  for (let opened = 0; opened < sessions; opened += 5) {
    await Promise.all(Array.from({ length: 5 }, (_, index) => use(release, opened + index, attempts)));
    attached = Math.max(attached, await relayMetric(release, 'attached'));
  }
  const idle = await untilIdle(release, IDLE + 30);
  const failed = attempts.filter(({ error }) => error !== undefined);
  const memory = (await relayText(release, 'process_resident_memory_bytes')) / 1e6;
  return [
    check(
      `${attempts.length - failed.length} of ${attempts.length} calls answered (${spread(attempts.map(({ ms }) => ms))})${failed[0] ? `: ${failed[0].error}` : ''}`,
      failed.length === 0,
    ),
    check(
      `at most ${attached} processes attached; back at the floor ${duration(idle)} after the last call`,
      idle !== Infinity,
    ),
    check(`memory of the relay ${memory.toFixed(0)} MB`, memory < 128),
  ];
}

async function use(release: FaultRelease, number: number, attempts: Attempt[]): Promise<void> {
  const user = new User(release);
  for (let call = 0; call < USED; call++) {
    const server = SERVERS[(number * USED + call) % SERVERS.length] ?? '';
    attempts.push(await user.attempt(echo(server), 120));
  }
  await user.abandon();
}

async function untilIdle(release: FaultRelease, seconds: number): Promise<number> {
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    const [attached, warm] = [await relayMetric(release, 'attached'), await relayMetric(release, 'warm')];
    if (attached === 0 && warm === SERVERS.length) return performance.now() - begun;
    await pause(1000);
  }
  return Infinity;
}

const relayMetric = (release: FaultRelease, name: string) => relayText(release, `mcpgen_relay_${name}`);

async function relayText(release: FaultRelease, name: string): Promise<number> {
  return metric((await askRelay(release, '/metrics')) ?? '', name);
}

export const many = defineStage<FaultRelease>({
  name: 'many',
  open: () =>
    FaultRelease.start('many', {
      relay: { idleSeconds: IDLE },
      servers: Object.assign({}, ...SERVERS.map((name) => faultyServer(name, { env: { TOOLS: 'echo' } }))),
    }),
  close: (release) => release.remove(),
  rows: [abandoned(100), abandoned(200)],
});
