// `npm run bench:relay`: figures, not tests: how long calls take in three ways to run servers, and after the relay has lost one.
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { requireCluster } from './cluster.mjs';
import { UserError, exclusively, mustRun, run, say, start } from './common.mjs';
import { anyHelm, installPrograms, program } from './programs.mjs';
import { installPackages } from './setup.mjs';

const HELP = `npm run bench:relay [-- --sessions N] [--calls N] [--clients N]

Installs examples/e2e three times into the cluster that KUBECONFIG names, each in a namespace of its own, measures, prints a table in
Markdown, and takes all away again. Calls go through kubectl port-forward. It takes about a quarter of an hour.

  --sessions N   sessions whose first call is measured (default: 20; a quarter where each call starts a process)
  --calls N      steady calls (default: 500; a fiftieth where each call starts a process)
  --clients N    clients at once, with 20 calls each (default: 16)
`;
const MODES = [
  {
    name: "a process per call (Docker's default)",
    key: 'default',
    values: ['gateway.longLived=false', 'relay.enabled=false'],
  },
  { name: 'long-lived', key: 'longlived', values: ['relay.enabled=false'] },
  { name: 'relay', key: 'relay', values: [] },
].map((mode) => ({ ...mode, namespace: `mcpgen-bench-${mode.key}-${process.pid}` }));
const SERVERS = [
  {
    server: 'time',
    language: 'Python',
    call: { name: 'get_current_time', arguments: { timezone: 'Europe/Paris' } },
  },
  { server: 'everything', language: 'Node', call: { name: 'echo', arguments: { message: 'hello' } } },
];
// A process that starts, of one session's server or of the next one's, takes a server's processor for seconds.
const settleMs = 4000;
const UNUSED = ['memory', 'filesystem', 'sqlite'].map((server) => `servers.${server}.enabled=false`);

let forwards = [];

await start(async () => {
  const options = readOptions();
  if (options.help) return void console.log(HELP);
  const helm = await exclusively(() => {
    installPackages();
    const name = anyHelm();
    installPrograms([name]);
    return program(name);
  });
  requireCluster();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      remove();
      process.exit(130);
    });
  try {
    for (const mode of MODES) await install(helm, mode);
    await measure(options);
  } finally {
    remove();
  }
});

function readOptions() {
  const number = (value) => ({ type: 'string', default: value });
  try {
    const { values } = parseArgs({
      options: {
        sessions: number('20'),
        calls: number('500'),
        clients: number('16'),
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [sessions, calls, clients] = [values.sessions, values.calls, values.clients].map(Number);
    if (![sessions, calls, clients].every((count) => count >= 1)) throw new Error('the options are numbers from 1');
    return { sessions, calls, clients, help: values.help };
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
}

async function install(helm, mode) {
  const { name, namespace, values } = mode;
  say(`installing: ${name}…`);
  mustRun('kubectl made no namespace:', 'kubectl', ['create', 'namespace', namespace]);
  const settings = [...values, ...UNUSED].flatMap((value) => ['--set', value]);
  const release = ['mcp', 'chart', '-f', 'examples/e2e/values.yaml', '--namespace', namespace, ...settings];
  mustRun('helm failed:', helm, ['install', ...release, '--wait', '--timeout', '5m']);
  const secret = ['get', 'secret', 'mcp-mcpgen-auth', '-n', namespace, '-o', 'jsonpath={.data.token}'];
  mode.token = Buffer.from(mustRun('there is no token:', 'kubectl', secret).stdout, 'base64').toString();
  mode.url = new URL('/mcp', await forward(namespace));
}

function forward(namespace) {
  const child = spawn('kubectl', ['port-forward', '-n', namespace, 'service/mcp-mcpgen', ':8811']);
  forwards.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port) resolve(`http://localhost:${port}`);
    });
    let errors = ''; // it also complains of each connection that a client ends
    child.stderr.on('data', (text) => (errors += text));
    child.once('error', reject);
    child.once('exit', () => reject(new UserError(`kubectl port-forward ended: ${errors}`)));
  });
}

function remove() {
  for (const child of forwards) child.kill();
  forwards = [];
  say('taking the releases away…');
  run('kubectl', ['delete', 'namespace', '--ignore-not-found', ...MODES.map(({ namespace }) => namespace)]);
}

async function measure({ sessions, calls, clients }) {
  console.log(`| median / 99 % | first call of a session | steady calls | ${clients} clients at once |`);
  console.log('|-|-|-|-|');
  for (const { server, language, call } of SERVERS) {
    say(`measuring: ${language}…`);
    const [perCall, ...kept] = MODES;
    const first = await firstCalls(kept, call, sessions);
    const steady = await steadyCalls(kept, call, calls);
    first.set(perCall, (await firstCalls([perCall], call, Math.ceil(sessions / 4))).get(perCall));
    steady.set(perCall, (await steadyCalls([perCall], call, Math.ceil(calls / 50))).get(perCall));
    for (const mode of MODES) {
      const many = mode === perCall ? '' : await manyClients(mode, call, clients, 20);
      printRow(`${language}: ${mode.name}`, times(first.get(mode)), times(steady.get(mode)), many);
    }
    const { next, later } = await callsAfterKill(MODES.at(-1), call, server, 10);
    const title = `${language}: relay, next call after its processes were killed, and calls after that`;
    const part = ({ answers, failures }) =>
      `${times(answers)}${failures.length > 0 ? `; ${failures.length} failed, within ${Math.max(...failures).toFixed(0)} ms` : ''}`;
    printRow(title, part(next), part(later), '');
  }
}

async function connect({ url, token }) {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js'); // there only after npm ci
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const client = new Client({ name: 'relay-bench', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(url, { requestInit });
  await client.connect(transport);
  const call = async (tool) => {
    const result = await client.callTool(tool, undefined, { timeout: 60_000 });
    if (result.isError) throw new Error(result.content[0]?.text);
  };
  const close = async () => {
    await transport.terminateSession();
    await client.close();
  };
  return { call, close };
}

async function timed(action) {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

/** Milliseconds by mode. The modes take turns, so that all see the same load of the machine; so they do in `steadyCalls`. */
async function firstCalls(modes, call, count) {
  const lists = new Map(modes.map((mode) => [mode, []]));
  for (let index = 0; index < count; index++) {
    for (const mode of modes) {
      const session = await connect(mode);
      lists.get(mode).push(await timed(() => session.call(call)));
      await session.close();
      await pause(settleMs);
    }
  }
  return lists;
}

async function steadyCalls(modes, call, count) {
  const lists = new Map(modes.map((mode) => [mode, []]));
  const sessions = new Map();
  for (const mode of modes) {
    const session = await connect(mode);
    sessions.set(mode, session);
    await session.call(call);
  }
  await pause(settleMs);
  for (let index = 0; index < count; index++)
    for (const mode of modes) lists.get(mode).push(await timed(() => sessions.get(mode).call(call)));
  for (const session of sessions.values()) await session.close();
  return lists;
}

async function manyClients(mode, call, clients, calls) {
  let errors = 0;
  const milliseconds = await timed(() =>
    Promise.all(
      Array.from({ length: clients }, async () => {
        const session = await connect(mode);
        for (let index = 0; index < calls; index++) await session.call(call).catch(() => errors++);
        await session.close();
      }),
    ),
  );
  return `${errors} errors in ${clients * calls} calls, ${(milliseconds / 1000).toFixed(1)} s in all`;
}

/** In one session, `count` times: all processes of the server are killed; the next call, and five more. Answers and failures apart. */
async function callsAfterKill(mode, call, server, count) {
  const next = { answers: [], failures: [] };
  const later = { answers: [], failures: [] };
  const session = await connect(mode);
  const tally = async (part) => {
    let list = part.answers;
    const milliseconds = await timed(() => session.call(call).catch(() => (list = part.failures)));
    list.push(milliseconds);
  };
  for (let index = 0; index < count; index++) {
    await session.call(call);
    mustRun('the kill failed:', 'tools/relay-kill.sh', ['all', mode.namespace, server]);
    await tally(next);
    for (let n = 0; n < 5; n++) await tally(later);
    await pause(3000);
  }
  await session.close();
  return { next, later };
}

function times(list) {
  if (list.length === 0) return 'none answered';
  const sorted = list.toSorted((a, b) => a - b);
  const quantile = (q) => sorted[Math.ceil(q * sorted.length) - 1];
  return `${[0.5, 0.99].map((q) => quantile(q).toFixed(quantile(0.5) < 10 ? 1 : 0)).join(' / ')} ms`;
}

function printRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`);
}
