// Figures, not tests: sets ways to run the gateway side by side, from first call of a session to steady calls and many clients.
//
//   node tools/relay-bench.mjs [--token TOKEN] [--sessions N] [--calls N] [--kill 'COMMAND'] MODE=http://HOST:PORT/mcp...
//
// With --kill, a further column per mode whose name starts with "relay": the command ends the server's processes, and what
// the session sees afterwards is measured. {server} in it is replaced by the server's name.
import { execSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    token: { type: 'string', default: process.env.MCP_GATEWAY_AUTH_TOKEN ?? '' },
    sessions: { type: 'string', default: '20' },
    calls: { type: 'string', default: '200' },
    clients: { type: 'string', default: '16' },
    kill: { type: 'string' },
  },
});
const CALLS = [
  { server: 'time', name: 'get_current_time', arguments: { timezone: 'Europe/Paris' } },
  { server: 'everything', name: 'echo', arguments: { message: 'hello' } },
];
const modes = positionals.map((text) => {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`${text}: write MODE=URL`);
  return { mode: text.slice(0, at), url: new URL(text.slice(at + 1)) };
});

console.log('mode            server       first call of a session        steady calls                  16 at once');
console.log('                             median     p99      max     median     p99      max     calls/s  errors');
for (const call of CALLS) {
  for (const { mode, url } of modes) {
    // The processes of the mode before end, and those that are kept ready start.
    await pause(10_000);
    const slow = mode.startsWith('default');
    const first = await firstCalls(url, call, slow ? Math.min(5, Number(values.sessions)) : Number(values.sessions));
    const steady = await steadyCalls(url, call, slow ? Math.min(10, Number(values.calls)) : Number(values.calls));
    const many = slow ? undefined : await manyClients(url, call, Number(values.clients), 20);
    console.log(row(mode, call.server, first, steady, many));
    if (values.kill && mode.startsWith('relay')) {
      const killed = await afterKill(url, call, 10);
      const firstAfter = killed.map(({ first: milliseconds }) => milliseconds);
      const later = killed.flatMap(({ later: list }) => list);
      console.log(row(`${mode}, killed`, call.server, firstAfter, later, undefined));
      console.log(
        `${' '.repeat(29)}in-flight or next call failed: ${killed.filter(({ failed }) => failed).length} of ${killed.length}; later calls failed: ${killed.filter(({ laterFailed }) => laterFailed).length}`,
      );
    }
  }
}

async function connect(url) {
  const client = new Client({ name: 'relay-bench', version: '1' });
  const headers = { Authorization: `Bearer ${values.token}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  await client.connect(transport);
  const close = async () => {
    await transport.terminateSession();
    await client.close();
  };
  return {
    call: ({ name, arguments: args }) =>
      checked(client.callTool({ name, arguments: args }, undefined, { timeout: 60_000 })),
    close,
  };
}

async function checked(promise) {
  const result = await promise;
  if (result.isError) throw new Error(result.content[0]?.text);
  return result;
}

async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function firstCalls(url, call, count) {
  const times = [];
  for (let index = 0; index < count; index++) {
    const session = await connect(url);
    times.push(await timed(() => session.call(call)));
    await session.close();
    await pause(1500);
  }
  return times;
}

async function steadyCalls(url, call, count) {
  const session = await connect(url);
  await session.call(call);
  const times = [];
  for (let index = 0; index < count; index++) times.push(await timed(() => session.call(call)));
  await session.close();
  return times;
}

async function manyClients(url, call, clients, calls) {
  let errors = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const session = await connect(url);
      for (let index = 0; index < calls; index++) await session.call(call).catch(() => errors++);
      await session.close();
    }),
  );
  return { rate: (clients * calls * 1000) / (performance.now() - start), errors };
}

async function afterKill(url, call, count) {
  const rounds = [];
  const session = await connect(url);
  for (let index = 0; index < count; index++) {
    await session.call(call);
    execSync(values.kill.replaceAll('{server}', call.server), { stdio: 'ignore' });
    let failed = false;
    let laterFailed = false;
    const first = await timed(() => session.call(call).catch(() => (failed = true)));
    const later = [];
    for (let n = 0; n < 5; n++) later.push(await timed(() => session.call(call).catch(() => (laterFailed = true))));
    rounds.push({ first, failed, later, laterFailed });
    await pause(3000);
  }
  await session.close();
  return rounds;
}

function row(mode, server, first, steady, many) {
  const part = (list) =>
    [quantile(list, 0.5), quantile(list, 0.99), Math.max(...list)]
      .map((ms) => `${ms.toFixed(1)} ms`.padStart(9))
      .join('');
  const last = many ? `${many.rate.toFixed(0).padStart(10)}${String(many.errors).padStart(8)}` : '';
  return `${mode.padEnd(16)}${server.padEnd(12)}${part(first)}  ${part(steady)}  ${last}`;
}

function quantile(list, q) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
