// `node tools/inspector-login.mjs`: the MCP Inspector logs in by itself at an OpenID provider, through the door, and calls a tool.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, TOOLS, UserError, mustRun, start } from './common.mjs';
import { freePort, startBridge, startGateway, startRelay } from './loopback.mjs';
import { startDoor } from './loopback-door.mjs';
import { logIn, startProvider } from './provider.mjs';

const HELP = `node tools/inspector-login.mjs --gateway FILE [FOLDER]

Runs a provider (oidc-provider), the door, the gateway (a binary of docker-mcp), the relay and two servers on loopback. The Inspector's
command line gets only the door's URL; it registers, and its user logs in. Then it lists the tools that the user's group may use, and calls
one, also by protocol 2026-07-28. Status 1 if it sees or gets anything else. Needs socat; the Inspector, and the Node.js that it needs,
come from npm into FOLDER (default: .tools/inspector).
`;
const PACKAGES = ['@modelcontextprotocol/inspector@2.12.0', 'node@22'];
const CALLBACK = 'http://127.0.0.1:6276/oauth/callback';
const CALL = ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=hello'];

await start(main);

async function main() {
  const options = { gateway: { type: 'string' }, help: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder = join(TOOLS, 'inspector'), ...more] = positionals;
  if (values.help || !values.gateway || more.length > 0) return void console.log(HELP);
  if (!existsSync(values.gateway)) throw new UserError(`--gateway ${values.gateway}: no such file`);
  const program = install(folder);
  const home = mkdtempSync(join(tmpdir(), 'mcpgen-inspector-'));
  const place = await startPlace(values.gateway);
  const inspect = (...args) => runInspector(program, home, [place.url, '--transport', 'http', ...args]);
  try {
    const listed = await inspect('--method', 'tools/list');
    const called = await inspect(...CALL, '--stored-auth-only');
    const modern = await inspect(...CALL, '--stored-auth-only', '--protocol-era', 'modern');
    const hidden = await inspect('--method', 'tools/call', '--tool-name', 'length', '--stored-auth-only');
    const isHidden = /tool_not_found/.test(hidden.out + hidden.err);
    const results = [
      ['logs in, and lists the tools of its group', listed.asked && toolsOf(listed) === 'echo', listed],
      ['calls a tool', textOf(called) === 'hello', called],
      ['calls it by 2026-07-28', textOf(modern) === 'hello', modern],
      ['does not find the tool of another group', isHidden, hidden],
    ];
    for (const [what, isGood, { out, err }] of results)
      console.log(isGood ? `yes: ${what}` : `NO: ${what}; it printed:\n${out}${err}`);
    return results.every(([, isGood]) => isGood) ? 0 : 1;
  } finally {
    await place.close();
    rmSync(home, { recursive: true });
  }
}

function install(folder) {
  mkdirSync(folder, { recursive: true });
  const bin = (name) => join(folder, 'node_modules/.bin', name);
  if (!existsSync(bin('mcp-inspector')))
    mustRun('npm:', 'npm', ['install', '--no-save', '--prefix', folder, ...PACKAGES], { cwd: folder });
  return [bin('node'), bin('mcp-inspector'), '--cli'];
}

async function startPlace(binary) {
  const command = [process.execPath, join(ROOT, 'test/relay/server.mjs')];
  const bridges = {
    first: await startBridge({ command, env: { SERVER_ONLY: 'echo' } }),
    second: await startBridge({ command, env: { SERVER_ONLY: 'length' } }),
  };
  const port = await freePort();
  const relay = await startRelay(bridges, { gatewayPort: port });
  const gateway = await startGateway(binary, relay.ports, { port });
  const provider = await startProvider(await freePort());
  const door = await startDoor(gateway.url, [], {
    issuers: [{ url: provider.url }],
    scopes: ['mcp:use'],
    relay: `${relay.url}/offers`,
    rules: [{ groups: ['dev'], servers: ['first'] }],
  });
  return {
    url: door.url,
    async close() {
      await door.close();
      provider.close();
      await gateway.close();
      await relay.close();
      for (const bridge of Object.values(bridges)) bridge.close();
    },
  };
}

/** What the Inspector prints. When it asks its user to go to a page, alice does. */
function runInspector([node, ...program], home, args) {
  const env = { ...process.env, HOME: home, MCP_INSPECTOR_SECRET_STORE: 'file', MCP_AUTO_OPEN_ENABLED: 'true' };
  const child = spawn(node, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  let [out, err, asked] = ['', '', false];
  return new Promise((resolve, reject) => {
    const visit = () => {
      const [, url] = /Please navigate to: (\S+)\n/.exec(out + err) ?? [];
      if (!url || asked) return;
      asked = true;
      logIn(url, CALLBACK, 'alice').then(fetch).catch(reject);
    };
    child.stdout.on('data', (text) => ((out += text), visit()));
    child.stderr.on('data', (text) => ((err += text), visit()));
    child.on('error', reject);
    child.on('close', () => resolve({ out, err, asked }));
  });
}

function toolsOf(result) {
  return json(result)
    ?.tools?.map(({ name }) => name)
    .join();
}

function textOf(result) {
  return json(result)?.content?.[0]?.text;
}

/** The object that it printed, after what it has to say; undefined: none. */
function json({ out }) {
  try {
    return JSON.parse(out.slice(out.indexOf('{\n')));
  } catch {
    return undefined;
  }
}
