// `npm run bench:loopback`: figures, not tests: real gateways with the relay and without, on loopback, with real servers behind bridges.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UserError, start } from './common.mjs';
import { SERVERS } from './loopback-bench/common.mjs';
import { load } from './loopback-bench/load.mjs';
import { soak } from './loopback-bench/soak.mjs';
import { sharing } from './loopback-bench/sharing.mjs';
import { calls } from './loopback-bench/calls.mjs';

const HELP = `npm run bench:loopback -- WHAT --gateway NAME=FILE [--gateway NAME=FILE]

Each gateway is a binary of docker-mcp. Prints a table in Markdown. Needs socat. WHAT is one of:

  calls    first calls of sessions and steady calls, with the relay and without, in turns

  sharing  memory of a server of protocol 2026-07-28 with 50 sessions, idle and active, for bounds of shared processes
  load     100 and 200 sessions over six servers, and 16 that begin at once
  soak     clients of six servers whose processes are killed by chance, on all gateways at once

  --legacy FILE, --both FILE   programs of load and soak instead of those of the TypeScript SDK: a server of the protocols named so, with
                 the tool that TOOL names (tools/protocol/main.go, built with go-sdk 1.4 and 1.8, starts in milliseconds)
  --minutes N    of load for each count, and of the soak (default: 10)
  --sessions N   sessions whose first call is measured (default: 20)
  --calls N      steady calls (default: 1000)
  --warmup N     calls before those (default: 3000)
  --server NAME  only this one of legacy, both, modern: the protocols that the server speaks; may be repeated
`;
const MEASUREMENTS = { calls, sharing, load, soak };

await start(async () => {
  const { positionals, values } = readOptions();
  const measure = MEASUREMENTS[positionals[0]];
  if (values.help || !measure) return void console.log(HELP);
  const gateways = values.gateway.map((option) => {
    const [name, file] = option.split('=');
    if (!file || !existsSync(file)) throw new UserError(`--gateway ${option}: give NAME=FILE of a binary`);
    return [name, file];
  });
  const { gateway: _, server: servers, legacy, both, ...numbers } = values;
  if (legacy) SERVERS.legacy = { command: [legacy], env: {} };
  if (both) SERVERS.both = { command: [both], env: {} };
  await measure(gateways, {
    servers,
    ...Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)])),
  });
});

function readOptions() {
  const number = (value) => ({ type: 'string', default: value });
  const options = {
    gateway: { type: 'string', multiple: true, default: [] },
    legacy: { type: 'string' },
    both: { type: 'string' },
    minutes: number('10'),
    sessions: number('20'),
    calls: number('1000'),
    warmup: number('3000'),
    server: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
    help: { type: 'boolean' },
  };
  return parseArgs({ options, allowPositionals: true });
}
