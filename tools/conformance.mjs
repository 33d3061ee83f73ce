// `node tools/conformance.mjs`: the MCP conformance suite against the gateway, with the relay and without. Rewrites its table in docs/protocol.md.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, TOOLS, UserError, mustRun, say, start } from './common.mjs';
import { TOKEN, freePort, startBridge, startGateway, startRelay } from './loopback.mjs';
import { writeTable } from './protocol/table.mjs';

const HELP = `node tools/conformance.mjs --gateway NAME=FILE [--gateway NAME=FILE]

Runs the server scenarios of the MCP conformance suite against each gateway (a binary of docker-mcp) on loopback, with a server that has
what they ask for behind it, through the relay and without it. Needs socat; the suite, and the Node.js that it needs, come from npm.
`;
const PACKAGES = ['@modelcontextprotocol/conformance@0.1.16', 'node@22'];
const SERVER = { command: [process.execPath, join(ROOT, 'tools/protocol/conformance-server.mjs')] };

await start(async () => {
  const options = { gateway: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean' } };
  const { gateway: gateways, help } = parseArgs({ options }).values;
  if (help || gateways.length === 0) return void console.log(HELP);
  const suite = install();
  const seen = new Map();
  const ways = [];
  for (const option of gateways) {
    const [name, file] = option.split('=');
    if (!file || !existsSync(file)) throw new UserError(`--gateway ${option}: give NAME=FILE of a binary`);
    for (const [way, hasRelay] of [
      ['without the relay', false],
      ['with it', true],
    ]) {
      ways.push(`${name} ${way}`);
      say(`${ways.at(-1)}…`);
      for (const [scenario, result] of await tryOut(suite, file, hasRelay))
        seen.set(scenario, [...(seen.get(scenario) ?? []), result]);
    }
  }
  writeTable(
    join(ROOT, 'docs/protocol.md'),
    'conformance',
    ['scenario', ...ways],
    [...seen].map(([scenario, results]) => [scenario, ...results]),
  );
});

function install() {
  const folder = join(TOOLS, 'conformance');
  mkdirSync(folder, { recursive: true });
  const bin = (name) => join(folder, 'node_modules/.bin', name);
  if (!existsSync(bin('conformance')))
    mustRun('npm:', 'npm', ['install', '--no-save', '--prefix', folder, ...PACKAGES], { cwd: folder });
  return [bin('node'), bin('conformance'), 'server', '--url'];
}

/** The result of each scenario. */
async function tryOut(suite, binary, hasRelay) {
  const bridge = await startBridge(SERVER);
  const port = await freePort();
  const relay = hasRelay ? await startRelay({ server: bridge }, { gatewayPort: port }) : undefined;
  const gateway = await startGateway(binary, relay?.ports ?? { server: bridge.port }, { port });
  const front = await addToken(port);
  try {
    const output = await text(suite, front.url);
    const lines = [...output.matchAll(/^([✓✗⚠~]) ([a-z0-9-]+): (\d+) passed, (\d+) failed/gm)];
    if (lines.length === 0) throw new Error(`the suite says nothing of scenarios:\n${output}`);
    return lines.map(([, , scenario, passed, failed]) => [
      scenario,
      failed === '0' ? 'passes' : `${failed} of ${Number(passed) + Number(failed)} checks fail`,
    ]);
  } finally {
    front.close();
    await gateway.close();
    await relay?.close();
    bridge.close();
  }
}

/** The suite sends no token: this adds it. */
async function addToken(port) {
  const server = createServer((asked, answer) => {
    const headers = { ...asked.headers, authorization: `Bearer ${TOKEN}` };
    const passed = request({ host: '127.0.0.1', port, method: asked.method, path: asked.url, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}/mcp`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function text([program, ...args], url) {
  const child = spawn(program, [...args, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
