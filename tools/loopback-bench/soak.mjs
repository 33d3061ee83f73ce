// Clients that call servers whose processes are killed by chance, in sessions of chance length, half of which are abandoned.
import { setTimeout as pause } from 'node:timers/promises';
import { oneOf } from '../common.mjs';
import { LIMIT, milliseconds, openSession, quantile, row, timed } from './common.mjs';
import { deploy, describe } from './deployment.mjs';

const CLIENTS = 6;
const KILL_EVERY_MS = 5000;
/** The longest session, in calls, and the longest pause between two of them. */
const LONGEST_SESSION = 60;
const LONGEST_PAUSE_MS = 500;
const SETTINGS = { idleSeconds: 60, abandonedSeconds: 120 };

export async function soak(gateways, { minutes }) {
  console.log(
    row(
      'gateway',
      'kills',
      'sessions',
      'answered: median, 99 %, slowest',
      'failed: slowest',
      'hung',
      'in a row: once, twice, more',
      'before',
      'at most',
      'after',
    ),
  );
  console.log(`|${'-|'.repeat(10)}`);
  const rows = await Promise.all(gateways.map(([name, binary]) => run(name, binary, minutes * 60_000)));
  for (const cells of rows) console.log(row(...cells));
}

async function run(name, binary, lengthMs) {
  const deployment = await deploy(binary, SETTINGS);
  const tally = { kills: 0, sessions: 0, notOpened: 0, answers: [], failures: [], hung: 0, inARow: [0, 0, 0] };
  const texts = new Map();
  await pause(3000);
  const before = deployment.usage();
  let most = before;
  const end = Date.now() + lengthMs;
  const report = setInterval(() => {
    const now = deployment.usage();
    if (now.processes + now.relay > most.processes + most.relay) most = now;
    console.error(
      `${name}: ${tally.answers.length} answered, ${tally.failures.length} failed, ${tally.kills} kills; ${describe(now)}`,
    );
  }, 30_000);
  const killer = async () => {
    while (Date.now() < end) {
      await pause(KILL_EVERY_MS);
      const kill = Math.random() < 0.5 ? deployment.killOne : deployment.killAll;
      kill(oneOf(deployment.servers));
      tally.kills++;
    }
  };
  const client = async () => {
    while (Date.now() < end) await useSession(deployment, tally, texts, end);
  };
  await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);
  clearInterval(report);
  await pause((SETTINGS.abandonedSeconds + SETTINGS.idleSeconds) * 1000);
  const after = deployment.usage();
  await deployment.close();
  for (const [text, count] of texts) console.error(`${name}: ${count} × ${text}`);
  const spread = [0.5, 0.99, 1].map((share) => milliseconds(quantile(tally.answers, share))).join(', ');
  const sessions = `${tally.sessions}${tally.notOpened > 0 ? `, ${tally.notOpened} not opened` : ''}`;
  const answered = `${tally.answers.length}: ${spread}`;
  const failed = `${tally.failures.length}: ${milliseconds(quantile(tally.failures, 1))}`;
  return [
    name,
    tally.kills,
    sessions,
    answered,
    failed,
    tally.hung,
    tally.inARow.join(', '),
    ...[before, most, after].map(describe),
  ];
}

async function useSession({ gateway, servers }, tally, texts, end) {
  const session = await openSession(gateway).catch(() => undefined);
  if (!session) {
    tally.notOpened++;
    await pause(1000);
    return;
  }
  tally.sessions++;
  const rows = new Map();
  const endRow = (server) => {
    const count = rows.get(server) ?? 0;
    if (count > 0) tally.inARow[Math.min(count, 3) - 1]++;
    rows.delete(server);
  };
  const calls = 1 + Math.random() * LONGEST_SESSION;
  for (let call = 0; call < calls && Date.now() < end; call++) {
    const server = oneOf(servers);
    let error;
    const took = await timed(() => session.call(`pid-${server}`).catch((thrown) => (error = thrown)));
    if (error) {
      tally.failures.push(took);
      if (took >= LIMIT) tally.hung++;
      rows.set(server, (rows.get(server) ?? 0) + 1);
      const text = error.message
        .replaceAll(/\d+/g, '#')
        .replaceAll(/server [a-f]\b/g, 'server …')
        .slice(0, 160);
      texts.set(text, (texts.get(text) ?? 0) + 1);
    } else {
      tally.answers.push(took);
      endRow(server);
    }
    await pause(Math.random() * LONGEST_PAUSE_MS);
  }
  for (const server of servers) endRow(server);
  await (Math.random() < 0.5 ? session.close() : session.leave()).catch(() => undefined);
}
