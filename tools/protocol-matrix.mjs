// Which gateway works with which SDK's servers and clients, through the relay: real parts on loopback. Rewrites docs/protocol.md's tables.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ROOT, UserError, mustRun, say, start } from './common.mjs';
import { TOKEN, freePort, startBridge, startGateway, startRelay } from './loopback.mjs';
import { writeTable } from './protocol/table.mjs';

const HELP = `node tools/protocol-matrix.mjs --gateway NAME=FILE [--gateway NAME=FILE] [--work FOLDER]

Runs each gateway (a binary of docker-mcp) with servers and clients of each SDK, on loopback through the relay, and writes the tables of
docs/protocol.md. The SDKs come from npm, PyPI and the Go proxy into FOLDER (default: .tools/protocol). Needs socat, Python and Go.
`;
const PROGRAMS = join(ROOT, 'tools/protocol');
const DOCUMENT = join(ROOT, 'docs/protocol.md');
const NPM = ['@modelcontextprotocol/sdk@1', '@modelcontextprotocol/server@2', '@modelcontextprotocol/client@2'];
const COLUMNS = ['tools listed', 'called', 'killed and called again', 'first call'];
/** A call without an answer for this long is one that failed. */
const LIMIT = 30_000;

await start(async () => {
  const { gateway: gateways = [], work = join(ROOT, '.tools/protocol'), help } = readOptions();
  if (help || gateways.length === 0) return void console.log(HELP);
  const parts = install(work);
  const servers = [];
  const clients = [];
  for (const option of gateways) {
    const [name, file] = option.split('=');
    if (!file || !existsSync(file)) throw new UserError(`--gateway ${option}: give NAME=FILE of a binary`);
    for (const server of parts.servers) {
      say(`gateway ${name}, server: ${server.title}…`);
      servers.push([name, server.title, ...cells(await tryOut(file, server, parts.clients[0]))]);
    }
    for (const client of parts.clients) {
      say(`gateway ${name}, client: ${client.title}…`);
      clients.push([name, client.title, ...cells(await tryOut(file, parts.servers[0], client))]);
    }
  }
  writeTable(DOCUMENT, 'servers', ['gateway', 'server', ...COLUMNS], servers);
  writeTable(DOCUMENT, 'clients', ['gateway', 'client', ...COLUMNS], clients);
});

function readOptions() {
  const options = {
    gateway: { type: 'string', multiple: true },
    work: { type: 'string' },
    help: { type: 'boolean' },
  };
  return parseArgs({ options }).values;
}

/** What runs: servers and clients by the SDKs that they are made with. */
function install(work) {
  mkdirSync(work, { recursive: true });
  cpSync(PROGRAMS, work, { recursive: true });
  const version = (name) => JSON.parse(readFileSync(join(work, 'node_modules', name, 'package.json'), 'utf8')).version;
  if (!existsSync(join(work, 'node_modules')))
    mustRun('npm:', 'npm', ['install', '--no-save', '--prefix', work, ...NPM], { cwd: work });
  const python = (name, packages) => {
    const folder = join(work, name);
    if (!existsSync(folder)) {
      mustRun('python:', 'python3', ['-m', 'venv', folder]);
      mustRun('pip:', join(folder, 'bin/pip'), ['install', '--quiet', ...packages]);
    }
    const { stdout } = mustRun('pip:', join(folder, 'bin/pip'), ['list', '--format=freeze']);
    return { program: join(folder, 'bin/python'), version: (of) => new RegExp(`^${of}==(.*)$`, 'm').exec(stdout)?.[1] };
  };
  const go = (sdk) => {
    const folder = join(work, `go-${sdk}`);
    if (!existsSync(join(folder, 'program'))) {
      mkdirSync(folder, { recursive: true });
      cpSync(join(PROGRAMS, 'main.go'), join(folder, 'main.go'));
      writeFileSync(join(folder, 'go.mod'), 'module matrix\n\ngo 1.25.0\n');
      mustRun('go:', 'go', ['get', `github.com/modelcontextprotocol/go-sdk/mcp@${sdk}`], { cwd: folder });
      mustRun('go:', 'go', ['build', '-o', 'program', '.'], { cwd: folder });
    }
    return join(folder, 'program');
  };
  const [py1, py2, fast] = [python('py1', ['mcp<2']), python('py2', ['mcp>=2']), python('fast', ['fastmcp'])];
  const node = (file) => [process.execPath, join(work, file)];
  const ts1 = version('@modelcontextprotocol/sdk');
  const ts2 = version('@modelcontextprotocol/server');
  return {
    servers: [
      { title: `TypeScript SDK ${ts1}`, command: node('ts1.mjs') },
      { title: `TypeScript SDK ${ts2}, both eras`, command: node('ts2.mjs') },
      { title: `TypeScript SDK ${ts2}, 2026-07-28 only`, command: node('ts2.mjs'), env: { MODERN_ONLY: '1' } },
      { title: `Python SDK ${py1.version('mcp')}`, command: [py1.program, join(work, 'py1.py')] },
      { title: `Python SDK ${py2.version('mcp')}`, command: [py2.program, join(work, 'py2.py')] },
      { title: `FastMCP ${fast.version('fastmcp')}`, command: [fast.program, join(work, 'fast.py')] },
      { title: 'go-sdk 1.4.1', command: [go('v1.4.1')] },
      { title: 'go-sdk 1.8.0', command: [go('v1.8.0')] },
      { title: 'one that exits at any request before `initialize`', command: node('ts1.mjs'), env: { TOUCHY: '1' } },
    ],
    clients: [
      { title: `TypeScript SDK ${ts1}`, command: [...node('client.mjs'), '1'] },
      ...['legacy', 'auto', 'pinned'].map((mode) => ({
        title: `TypeScript SDK ${ts2}, ${mode}`,
        command: [...node('client.mjs'), `2:${mode}`],
      })),
      { title: `Python SDK ${py1.version('mcp')}`, command: [py1.program, join(work, 'client.py'), '1'] },
      { title: `Python SDK ${py2.version('mcp')}`, command: [py2.program, join(work, 'client.py'), '2'] },
      { title: `FastMCP ${fast.version('fastmcp')}`, command: [fast.program, join(work, 'client.py'), 'fast'] },
      { title: 'go-sdk 1.4.1', command: [go('v1.4.1')] },
      { title: 'go-sdk 1.8.0', command: [go('v1.8.0')] },
    ],
  };
}

/** One gateway, one server, one client: what the client says, with the server's processes killed in between. */
async function tryOut(binary, { command, env }, client) {
  const bridge = await startBridge({ command, env });
  const port = await freePort();
  const relay = await startRelay({ server: bridge }, { gatewayPort: port });
  let gateway;
  try {
    gateway = await startGateway(binary, relay.ports, { port });
    // What was learned of the gateway at its start is what is kept ready from then on.
    await settled(relay);
    return await talk(client.command, gateway.url, () => bridge.kill());
  } catch (error) {
    return { problem: error.message };
  } finally {
    await gateway?.close();
    await relay.close();
    bridge.close();
  }
}

async function settled(relay) {
  await pause(3000);
  for (let count = 0; count < 100 && (await relay.metric('warm')) < 1; count++) await pause(100);
}

async function talk([program, ...args], url, kill) {
  const child = spawn(program, [...args, url, TOKEN], { stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 2 * LIMIT);
  const outcome = {};
  for await (const line of createInterface(child.stdout)) {
    Object.assign(outcome, JSON.parse(line));
    if (!('called' in JSON.parse(line))) continue;
    kill();
    child.stdin.write('\n');
  }
  clearTimeout(timer);
  return outcome;
}

function cells({ problem, tools, called, again, first }) {
  if (problem !== undefined) return [`no: ${problem.replaceAll('|', '/').split('\n')[0].slice(0, 120)}`, '–', '–', '–'];
  const word = (value) => (value === true ? 'yes' : 'no');
  return [word(tools), word(called), word(again), called ? `${first} ms` : '–'];
}
