// Many sessions over six servers, each with a call every few seconds; and 16 that begin at once.
import { setTimeout as pause } from 'node:timers/promises';
import { milliseconds, openSession, quantile, row, timed } from './common.mjs';
import { deploy, describe } from './deployment.mjs';

const COUNTS = [100, 200];
const AT_ONCE = 16;
const LONGEST_PAUSE_MS = 4000;
const SETTINGS = { idleSeconds: 30, abandonedSeconds: 120 };

export async function load(gateways, { minutes }) {
  console.log(
    row(
      'gateway',
      'sessions',
      'opened and called',
      `${AT_ONCE} more at once`,
      'calls: answered, failed',
      'median, 99 %',
      'before',
      'during',
      'after',
    ),
  );
  console.log(`|${'-|'.repeat(9)}`);
  for (const [name, binary] of gateways)
    for (const count of COUNTS) console.log(row(name, count, ...(await run(binary, count, minutes * 60_000))));
}

async function run(binary, count, lengthMs) {
  const deployment = await deploy(binary, SETTINGS);
  const { servers } = deployment;
  const toolOf = (index) => `pid-${servers[index % servers.length]}`;
  const errors = [];
  const attempt = (action) => timed(() => action().catch((error) => errors.push(error.message)));
  await pause(3000);
  const before = deployment.usage();
  const sessions = [];
  const first = [];
  for (let index = 0; index < count; index++)
    first.push(
      await attempt(async () => {
        sessions.push(await openSession(deployment.gateway));
        await sessions.at(-1).call(toolOf(index));
      }),
    );
  const end = Date.now() + lengthMs;
  const times = [];
  const failed = { before: errors.length };
  const use = async (session, index) => {
    while (Date.now() < end) {
      await pause(Math.random() * LONGEST_PAUSE_MS);
      times.push(await attempt(() => session.call(toolOf(index))));
    }
  };
  const used = Promise.all(sessions.map(use));
  await pause(lengthMs / 2);
  const during = deployment.usage();
  const atOnce = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      attempt(async () => {
        const session = await openSession(deployment.gateway);
        await session.call(toolOf(index));
        await session.close();
      }),
    ),
  );
  await used;
  failed.after = errors.length - failed.before;
  for (const message of new Set(errors)) console.error(message);
  for (const session of sessions) await session.close().catch(() => undefined);
  await pause(2 * SETTINGS.idleSeconds * 1000);
  const after = deployment.usage();
  await deployment.close();
  const spread = (list) => [0.5, 0.99].map((share) => milliseconds(quantile(list, share))).join(', ');
  const opened = `${spread(first)}${failed.before > 0 ? `, ${failed.before} failed` : ''}`;
  return [
    opened,
    spread(atOnce),
    `${times.length}, ${failed.after}`,
    spread(times),
    ...[before, during, after].map(describe),
  ];
}
