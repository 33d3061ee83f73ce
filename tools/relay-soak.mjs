// Figures, not a test: what clients see of servers that are killed again and again, for as long as you like.
//
//   node tools/relay-soak.mjs --url http://HOST:PORT/mcp [--token TOKEN] [--minutes N] [--clients N] [--server NAME...]
//     [--kill 'COMMAND'... [--kill-every SECONDS]] [--metrics http://HOST:9090/metrics] [--settle SECONDS]
//
// Clients call tools of the servers (time, everything and memory of examples/e2e) with short pauses, in sessions of chance length,
// half of which are abandoned. Every few seconds one of the --kill commands runs, by chance: one that is given twice runs twice as
// often; {server} in it is replaced by a server's name. Everything about a release in the namespace NS:
//
//   kubectl port-forward -n NS service/mcp-mcpgen 8811 & kubectl port-forward -n NS deployment/mcp-mcpgen 9090 &
//   node tools/relay-soak.mjs --url http://localhost:8811/mcp --metrics http://localhost:9090/metrics --minutes 30 --settle 60 \
//     --token "$(kubectl get secret -n NS mcp-mcpgen-auth -o jsonpath='{.data.token}' | base64 -d)" \
//     --kill 'tools/relay-kill.sh one NS {server}' --kill 'tools/relay-kill.sh all NS {server}' --kill 'tools/relay-kill.sh pod NS {server}'
import { exec } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const TOOLS = {
  time: { name: 'get_current_time', arguments: { timezone: 'Europe/Paris' } },
  everything: { name: 'echo', arguments: { message: 'hello' } },
  memory: { name: 'read_graph', arguments: {} },
};
/** A call without an answer for this long hangs. */
const LIMIT = 90_000;
/** A call that cannot be answered fails within a second; the rest is the way there and back. */
const PROMPT = 1500;
/** The longest session, in calls, and the longest pause between two of them, in milliseconds. */
const LONGEST_SESSION = 60;
const LONGEST_PAUSE = 500;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string', default: process.env.MCP_GATEWAY_AUTH_TOKEN ?? '' },
    minutes: { type: 'string', default: '30' },
    clients: { type: 'string', default: '6' },
    server: { type: 'string', multiple: true, default: Object.keys(TOOLS) },
    kill: { type: 'string', multiple: true, default: [] },
    'kill-every': { type: 'string', default: '5' },
    metrics: { type: 'string' },
    settle: { type: 'string', default: '0' },
  },
});

const begun = Date.now();
const end = begun + Number(values.minutes) * 60_000;
const tallies = new Map(values.server.map((server) => [server, newTally()]));
const kills = { done: 0, failed: 0 };
const sessions = { opened: 0, closed: 0, abandoned: 0, broken: 0, notOpened: 0 };

function newTally() {
  // failures: how often by text; inARow: how many calls of a session failed one after the other, and how often.
  return {
    answered: 0,
    failed: 0,
    late: 0,
    hung: 0,
    slowestAnswer: 0,
    slowestFailure: 0,
    failures: new Map(),
    inARow: [0, 0, 0],
  };
}

console.log(`${values.clients} clients, ${values.minutes} minutes, from ${new Date(begun).toISOString()}`);
const report = setInterval(() => void progress(), 60_000);
await Promise.all([killer(), ...Array.from({ length: Number(values.clients) }, client)]);
clearInterval(report);
await summary();
if (Number(values.settle) > 0) {
  await pause(Number(values.settle) * 1000);
  console.log(`\n${values.settle} s later: ${await metrics()}`);
}
process.exit(); // abandoned sessions keep connections

async function client() {
  while (Date.now() < end) {
    const session = await open().catch(() => undefined);
    if (!session) {
      sessions.notOpened++;
      await pause(1000);
      continue;
    }
    sessions.opened++;
    const usable = await use(session);
    if (!usable) sessions.broken++;
    else if (Math.random() < 0.5) {
      sessions.closed++;
      await session.transport?.terminateSession().catch(() => undefined);
    } else sessions.abandoned++;
    await session.close().catch(() => undefined); // without a DELETE
  }
}

async function open() {
  const requestInit = { headers: { Authorization: `Bearer ${values.token}` } };
  const session = new Client({ name: 'relay-soak', version: '1' });
  await session.connect(new StreamableHTTPClientTransport(new URL(values.url), { requestInit }), { timeout: LIMIT });
  return session;
}

/** Makes the calls of one session; gives false when nothing but a new session would help. */
async function use(session) {
  const inARow = new Map(values.server.map((server) => [server, 0]));
  const calls = 1 + Math.random() * LONGEST_SESSION;
  let usable = true;
  for (let call = 0; usable && call < calls && Date.now() < end; call++) {
    const server = oneOf(values.server);
    const failed = await callOnce(session, server);
    if (failed) inARow.set(server, inARow.get(server) + 1);
    else endRow(server, inARow);
    usable = Math.max(...inARow.values()) < 5;
    await pause(Math.random() * LONGEST_PAUSE);
  }
  for (const server of values.server) endRow(server, inARow);
  return usable;
}

function endRow(server, inARow) {
  const count = inARow.get(server);
  if (count > 0) tallies.get(server).inARow[Math.min(count, 3) - 1]++;
  inARow.set(server, 0);
}

async function callOnce(session, server) {
  const tally = tallies.get(server);
  const start = performance.now();
  const result = await session.callTool(TOOLS[server], undefined, { timeout: LIMIT }).catch((error) => error);
  const took = performance.now() - start;
  const failed = result instanceof Error || result.isError === true;
  if (!failed) {
    tally.answered++;
    tally.slowestAnswer = Math.max(tally.slowestAnswer, took);
    return false;
  }
  tally.failed++;
  if (took > PROMPT) tally.late++;
  if (took >= LIMIT) tally.hung++;
  else tally.slowestFailure = Math.max(tally.slowestFailure, took);
  const text = (result.message ?? result.content?.[0]?.text ?? '').replaceAll(/\d+/g, '#').slice(0, 200);
  tally.failures.set(text, (tally.failures.get(text) ?? 0) + 1);
  return true;
}

async function killer() {
  while (values.kill.length > 0 && Date.now() < end) {
    await pause(Number(values['kill-every']) * 1000);
    const command = oneOf(values.kill).replaceAll('{server}', oneOf(values.server));
    await promisify(exec)(command, { timeout: 150_000 }).then(
      () => kills.done++,
      () => kills.failed++, // for example because there is no pod yet
    );
  }
}

function oneOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}

/** The relay's state in one line. */
async function metrics() {
  if (!values.metrics) return 'no --metrics';
  const response = await fetch(values.metrics, { signal: AbortSignal.timeout(10_000) }).catch((error) => error);
  if (!response.ok) return `no metrics: ${response.message ?? response.status}`;
  const lines = (await response.text()).split('\n');
  const sum = (name) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  const gauges = ['sessions', 'attached', 'warm', 'warm_target'].map(
    (name) => `${name} ${sum(`mcpgen_relay_${name}`)}`,
  );
  const memory = (sum('process_resident_memory_bytes') / 1e6).toFixed(0);
  return `${gauges.join(', ')}, memory ${memory} MB, open files ${sum('process_open_fds')}`;
}

async function progress() {
  const sum = (key) => [...tallies.values()].reduce((total, tally) => total + tally[key], 0);
  const minutes = Math.round((Date.now() - begun) / 60_000);
  console.log(
    `${minutes} min: ${sum('answered')} answered, ${sum('failed')} failed, ${kills.done} kills | ${await metrics()}`,
  );
}

async function summary() {
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
  console.log(
    '\n| server | answered | slowest | failed | after 1.5 s | slowest | hung | once / twice / more often in a row |',
  );
  console.log('|-|-|-|-|-|-|-|-|');
  for (const [server, { answered, slowestAnswer, failed, late, slowestFailure, hung, inARow }] of tallies) {
    const cells = [
      server,
      answered,
      seconds(slowestAnswer),
      failed,
      late,
      seconds(slowestFailure),
      hung,
      inARow.join(' / '),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  for (const [server, { failures }] of tallies)
    for (const [text, count] of failures) console.log(`${server}: ${count} × ${text}`);
  const counts = (object) => Object.entries(object).map(([key, count]) => `${count} ${key}`);
  console.log(`\nkills: ${counts(kills).join(', ')}; sessions: ${counts(sessions).join(', ')}`);
  console.log(await metrics());
}
