// Figures, not a test: what clients of the door notice while the gateway behind it is killed or restarted again and again.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './common.mjs';
import { freePort, startBridge, startGateway, startRelay } from './loopback.mjs';
import { call, connect, connectModern, keyOf, startDoor } from './loopback-door.mjs';

/** What each group may use of the two servers, by the rules below. */
const GROUPS = { staff: ['echo', 'length', 'wait'], guests: ['echo', 'wait'] };
const RULES = [{ groups: ['staff'] }, { groups: ['guests'], servers: ['first'] }];
/** The longest pause of a client between two calls, in milliseconds. */
const LONGEST_PAUSE = 1000;
const [DENIED, LOST] = [-32011, -32000];
/** Time without traffic after which the door closes its sessions in the gateway. */
const IDLE_SECONDS = 60;
const GRACE_SECONDS = 5;

/** `binary` is the gateway; for each group there are so many `clients` of each protocol. */
export async function soak({ binary, minutes, clients: count }) {
  const bridges = {};
  for (const [name, tools] of [
    ['first', 'echo,wait'],
    ['second', 'length'],
  ])
    bridges[name] = await startBridge({
      command: [process.execPath, join(ROOT, 'test/relay/server.mjs')],
      env: { SERVER_ONLY: tools },
    });
  const port = await freePort();
  const relay = await startRelay(bridges, { gatewayPort: port });
  const gateway = await startGateway(binary, relay.ports, { port });
  const settings = { rules: RULES, relay: `${relay.url}/offers`, idleSeconds: IDLE_SECONDS };
  const door = await startDoor(gateway.url, Object.keys(GROUPS), settings);
  const state = {
    binary,
    port,
    relay,
    gateway,
    counts: newCounts(),
    slowest: 0,
    slowestLoss: 0,
    gone: 0,
    errors: new Map(),
    end: 0,
  };
  const show = (when) =>
    console.log(
      `${new Date().toISOString()} ${when}: ${door.memory()} MB, ${door.sockets()} sockets, ${JSON.stringify(state.counts)}`,
    );

  show('before clients');
  const [clients, waiting] = [await openClients(door.url, count), await openClients(door.url, 1)];
  state.end = Date.now() + minutes * 60_000;
  const middle = setTimeout(() => show('middle'), minutes * 30_000);
  show(`begin, ${clients.length} clients that call, ${waiting.length} that wait`);
  const waits = waiting.map((one) => wait(one, state));
  await Promise.all([restarter(state), ...clients.map((one) => use(one, state))]);
  clearTimeout(middle);
  show('end');
  console.log(
    `slowest answer ${Math.round(state.slowest)} ms; slowest error of a lost call, after the gateway's end, ${Math.round(state.slowestLoss)} ms`,
  );
  for (const [text, times] of state.errors) console.log(`  ${times} x ${text}`);
  await Promise.all([...clients, ...waiting].map(({ client }) => leave(client)));
  await Promise.all(waits);
  await pause(2 * IDLE_SECONDS * 1000);
  show(`${2 * IDLE_SECONDS} s after the clients left`);

  await door.close();
  await state.gateway.close();
  await relay.close();
  for (const bridge of Object.values(bridges)) bridge.close();
  const { failedOnRetry, sessionsLost, wronglyAllowed, wrongLists } = state.counts;
  return failedOnRetry + sessionsLost + wronglyAllowed + wrongLists > 0 ? 1 : 0;
}

function newCounts() {
  const restarts = { kills: 0, restarts: 0 };
  const calls = { answered: 0, failedInFlight: 0, failedOnRetry: 0, denied: 0 };
  return { ...restarts, ...calls, wronglyAllowed: 0, wrongLists: 0, sessionsLost: 0 };
}

function openClients(url, count) {
  const kinds = Object.keys(GROUPS).flatMap((group) => [connect, connectModern].map((open) => ({ group, open })));
  const all = Array.from({ length: count }, () => kinds).flat();
  return Promise.all(
    all.map(async ({ group, open }) => {
      const client = await open(url, keyOf(group));
      return { group, client, session: client.transport.sessionId };
    }),
  );
}

async function restarter(state) {
  while (true) {
    await pause(15_000 + Math.random() * 30_000);
    if (Date.now() > state.end) return;
    const isKilled = Math.random() < 0.5;
    // Asked to end, it first waits for the calls that run, however long they take: a container has a grace period.
    const grace = setTimeout(() => process.kill(state.gateway.pid, 'SIGKILL'), isKilled ? 0 : GRACE_SECONDS * 1000);
    await state.gateway.close();
    clearTimeout(grace);
    state.gone = performance.now();
    state.counts[isKilled ? 'kills' : 'restarts']++;
    state.gateway = await startGateway(state.binary, state.relay.ports, { port: state.port });
  }
}

async function use(one, state) {
  const { counts } = state;
  while (Date.now() < state.end) {
    await pause(Math.random() * LONGEST_PAUSE);
    if (Math.random() < 0.1) await attempt(() => compareList(one, counts), state);
    if (Math.random() < 0.1 && one.group === 'guests') await attempt(() => mustBeDenied(one, counts), state);
    else await attempt(() => answer(one, counts), state);
    if (one.client.transport.sessionId !== one.session) counts.sessionsLost++;
  }
}

/** Has a call open whenever the gateway ends: each must fail, at once, and the next one must be open again. */
async function wait(one, state) {
  while (Date.now() < state.end) {
    const begin = performance.now();
    const error = await call(one.client, 'wait').catch((reason) => reason);
    if (Date.now() > state.end) return;
    if (error?.code === LOST) {
      state.counts.failedInFlight++;
      // The error may come before the news that the gateway's process has ended.
      if (state.gone > begin) state.slowestLoss = Math.max(state.slowestLoss, performance.now() - state.gone);
    } else note(state, 'failedOnRetry', error);
    if (one.client.transport.sessionId !== one.session) state.counts.sessionsLost++;
  }
}

/** A call, and once more if it fails: whoever lost it with the gateway succeeds with the next one. */
async function attempt(action, state) {
  for (const failure of ['failedInFlight', 'failedOnRetry']) {
    const begin = performance.now();
    try {
      await action();
      state.slowest = Math.max(state.slowest, performance.now() - begin);
      return;
    } catch (error) {
      note(state, failure, error);
    }
  }
}

function note({ counts, errors }, failure, error) {
  counts[failure]++;
  if (error?.code === 404) counts.sessionsLost++;
  const text = `${failure}: ${error?.code} ${error?.message}`;
  errors.set(text, (errors.get(text) ?? 0) + 1);
}

async function answer({ client }, counts) {
  await call(client, 'echo', String(Math.random()));
  counts.answered++;
}

async function compareList({ group, client }, counts) {
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name).toSorted();
  if (names.join() !== GROUPS[group].join()) counts.wrongLists++;
}

async function mustBeDenied({ client }, counts) {
  const error = await call(client, 'length').then(
    () => undefined,
    (reason) => reason,
  );
  if (error === undefined) counts.wronglyAllowed++;
  else if (error.code === DENIED) counts.denied++;
  else throw error;
}

async function leave(client) {
  await client.transport.terminateSession?.();
  await client.close();
}
