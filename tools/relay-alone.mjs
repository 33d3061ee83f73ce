// `npm run bench:relay-alone`: figures, not tests: what the relay adds to a call, on loopback, between a client and a server that do nothing else.
import { fork } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { start } from './common.mjs';
import { startRelay } from './loopback.mjs';

const HELP = `npm run bench:relay-alone [-- --calls N] [--rounds N] [--profile FOLDER]

Prints a table in Markdown: connections at once, calls out on each, and the median of a call and calls per second, directly and through the relay,
which take turns. A call is a line of 130 bytes there and 100 bytes back.

  --calls N          calls of each connection in a round (default: 4000, shared by the connections)
  --rounds N         rounds of which the best counts (default: 5)
  --profile FOLDER   writes a profile of the relay there (node --cpu-prof)
`;
const LOADS = [
  { connections: 1, out: 1 },
  { connections: 1, out: 16 },
  { connections: 8, out: 1 },
  { connections: 32, out: 1 },
];

if (process.send) serve();
else await start(main);

async function main() {
  const options = {
    calls: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '5' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  };
  const { values } = parseArgs({ options });
  if (values.help) return void console.log(HELP);
  const server = fork(import.meta.filename);
  const port = await new Promise((resolve) => server.once('message', resolve));
  const nodeOptions = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
  const relay = await startRelay({ test: { port } }, { defaults: { warm: { min: 32, max: 32 } }, nodeOptions });
  console.log('| connections | calls out on each | direct: median, calls/s | relay: median, calls/s | added |');
  console.log('|-|-|-|-|-|');
  for (const load of LOADS) {
    const ways = { direct: port, relay: relay.ports.test };
    const best = {};
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [way, to] of Object.entries(ways)) {
        while (way === 'relay' && (await relay.metric('warm')) < load.connections) await pause(20);
        const result = await measure(to, load, Math.ceil(Number(values.calls) / load.connections));
        if (!best[way] || result.median < best[way].median) best[way] = result;
      }
    }
    const cell = ({ median, rate }) => `${(median * 1000).toFixed(0)} µs, ${rate.toFixed(0)}`;
    const added = `${((best.relay.median - best.direct.median) * 1000).toFixed(0)} µs`;
    console.log(`| ${[load.connections, load.out, cell(best.direct), cell(best.relay), added].join(' | ')} |`);
  }
  await relay.close();
  server.kill();
}

/** Answers each line at once, in a process of its own. */
function serve() {
  const text = JSON.stringify({ content: [{ type: 'text', text: 'hello' }] });
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    onLines(socket, (line) => {
      const { id, method, params } = JSON.parse(line);
      if (id === undefined) return;
      const result =
        method === 'tools/call'
          ? text
          : JSON.stringify({ protocolVersion: params?.protocolVersion, capabilities: {}, serverInfo: {}, tools: [] });
      socket.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measure(port, { connections, out }, calls) {
  const clients = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const times = [];
  const begun = performance.now();
  await Promise.all(clients.flatMap((client) => Array.from({ length: out }, () => repeat(client, calls / out, times))));
  const seconds = (performance.now() - begun) / 1000;
  for (const { socket } of clients) socket.destroy();
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], rate: times.length / seconds };
}

async function repeat({ call }, calls, times) {
  for (let index = 0; index < calls; index++) {
    const begun = performance.now();
    await call();
    times.push(performance.now() - begun);
  }
}

async function open(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const waiting = new Map();
  let nextId = 1;
  onLines(socket, (line) => {
    const id = Number(/"id":(\d+)/.exec(line)?.[1]);
    waiting.get(id)?.();
    waiting.delete(id);
  });
  const send = (method, params) =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      socket.write(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}\n`);
    });
  const info = '{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}';
  await send('initialize', info);
  socket.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const call = () => send('tools/call', '{"name":"echo","arguments":{"message":"a message of some length"}}');
  await call();
  return { socket, call };
}

function onLines(socket, take) {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim() !== '') take(line);
  });
}
