// `mcpgen client`: each snippet is read by a reader of its language and says the address and the variable; what is hostile is refused.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseGatewayUrl } from '../../generator/clients/target.ts';
import { startGateway, token, tool } from '../definitions/gateway.ts';
import { mcpgen } from '../mcpgen.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-client-'));
afterAll(() => rmSync(folder, { recursive: true }));
const templates = readdirSync(join(import.meta.dirname, '../../templates/clients'));
const url = 'https://mcp.example.com:8443/team/mcp,a=b@c';
const tokenEnv = 'OUR_TOKEN';

async function snippet(client: string, address = url): Promise<string> {
  const { status, stdout, stderr } = await mcpgen('client', client, '--url', address, '--token-env', tokenEnv);
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/^[A-Z].*\.\n$/);
  return stdout;
}

/** A Python program that prints what it read as JSON. */
function python(program: string, input: string): unknown {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const bearer = (text: string): object => ({ Authorization: `Bearer ${text}` });
const strings =
  'import ast, json, sys\nprint(json.dumps([n.value for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Constant)]))';

/** What a reader of each language finds. */
const found: Readonly<Record<string, (text: string) => void>> = {
  'claude-desktop': (text) =>
    expect(JSON.parse(text)).toEqual({
      mcpServers: {
        mcpgen: {
          command: 'npx',
          args: ['-y', 'mcp-remote', url, '--header', 'Authorization:${AUTH_HEADER}'],
          env: { AUTH_HEADER: `Bearer ${tokenEnv}` },
        },
      },
    }),
  'claude-code': (text) =>
    expect(JSON.parse(text)).toEqual({
      mcpServers: { mcpgen: { type: 'http', url, headers: bearer('${OUR_TOKEN}') } },
    }),
  vscode: (text) =>
    expect(JSON.parse(text)).toMatchObject({
      inputs: [{ type: 'promptString', id: tokenEnv, password: true }],
      servers: { mcpgen: { type: 'http', url, headers: bearer('${input:OUR_TOKEN}') } },
    }),
  cursor: (text) =>
    expect(JSON.parse(text)).toEqual({ mcpServers: { mcpgen: { url, headers: bearer('${env:OUR_TOKEN}') } } }),
  'gemini-cli': (text) =>
    expect(JSON.parse(text)).toEqual({ mcpServers: { mcpgen: { httpUrl: url, headers: bearer('${OUR_TOKEN}') } } }),
  codex: (text) =>
    expect(python('import json, sys, tomllib\nprint(json.dumps(tomllib.loads(sys.stdin.read())))', text)).toEqual({
      mcp_servers: { mcpgen: { url, bearer_token_env_var: tokenEnv } },
    }),
  n8n: (text) =>
    expect(JSON.parse(text)).toMatchObject({
      nodes: [{ type: '@n8n/n8n-nodes-langchain.mcpClientTool', parameters: { endpointUrl: url } }],
      connections: {},
    }),
  langchain: (text) => expect(python(strings, text)).toEqual(expect.arrayContaining([url, tokenEnv, 'Bearer '])),
  curl: (text) => {
    const printed = spawnSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${text}`], {
      env: { [tokenEnv]: 'the token' },
      encoding: 'utf8',
    });
    expect(printed.stderr).toBe('');
    expect(printed.stdout.split('\n')).toEqual(expect.arrayContaining([url, 'Authorization: Bearer the token']));
  },
};

test('there is a reader for each template', () => {
  expect(Object.keys(found).toSorted()).toEqual(templates.map((name) => name.split('.')[0]).toSorted());
});

test.each(Object.entries(found))('%s', async (client, read) => read(await snippet(client)));

test('claude-desktop: an address without TLS is allowed by name', async () => {
  expect(await snippet('claude-desktop', 'http://localhost:8811/mcp')).toContain('        "--allow-http",\n');
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
test.skipIf(!hasCurl)('curl reaches a gateway', async () => {
  const gateway = await startGateway([tool('now')]);
  const text = await snippet('curl', gateway.url);
  const child = spawn('sh', ['-c', text], { env: { PATH: process.env['PATH'], [tokenEnv]: token } });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (answer += part));
  const status = await new Promise((resolve) => child.on('close', resolve));
  await gateway.close();
  expect([status, answer]).toEqual([0, expect.stringContaining('"protocolVersion"')]);
});

describe('refuses', () => {
  test.each([
    'mcp.example.com/mcp',
    'ftp://mcp.example.com/mcp',
    'https://user:pass@mcp.example.com/mcp',
    'https://mcp.example.com/mcp?token=x',
    'https://mcp.example.com/mcp#x',
    'https://mcp.example.com/${HOME}',
    'https://mcp.example.com/$(id)',
    "https://mcp.example.com/'",
    `https://mcp.example.com/${'a'.repeat(3000)}`,
  ])('the address %s', async (address) => {
    const { status, stdout, stderr } = await mcpgen('client', 'curl', '--url', address);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('It has the form http://HOST');
  });

  test.each(['A B', '1A', 'A$(id)', '', 'A\nB'])('the variable %j', async (name) => {
    const { status, stdout } = await mcpgen('client', 'curl', '--url', url, '--token-env', name);
    expect([status, stdout]).toEqual([2, '']);
  });

  test('an address is always of characters that no language expands', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string().map((text) => `https://a.example/${text}`),
        ),
        (text) => {
          const { href = 'https://a' } = parseGatewayUrl(text) ?? {};
          expect(href).toMatch(/^[\w.~%+,:=@/[\]-]+$/);
        },
      ),
    );
  });
});

describe('--templates', () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const withOwn = (client: string): ReturnType<typeof mcpgen> =>
    mcpgen('client', client, '--url', url, '--templates', own);

  test('replaces those that the folder has', async () => {
    writeFileSync(join(own, 'cursor.txt.hbs'), '{{!-- Ours. --}}\n{{name}} {{json url}} {{shell tokenEnv}}\n');
    expect(await withOwn('cursor')).toEqual({
      status: 0,
      stdout: `mcpgen "${url}" MCP_GATEWAY_AUTH_TOKEN\n`,
      stderr: 'Ours.\n',
    });
    expect((await withOwn('vscode')).stdout).toContain('"servers"');
  });

  test.each(['{{#if}', '{{nothing}}', '{{nothing url}}', '{{> partial}}'])(
    '%s is a mistake with a name',
    async (text) => {
      writeFileSync(join(own, 'codex.hbs'), text);
      const { status, stdout, stderr } = await withOwn('codex');
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`error: cannot use the template ${join(own, 'codex.hbs')}: `);
    },
  );

  test('a folder that is not there is a mistake', async () => {
    const args = ['client', 'codex', '--url', url, '--templates', join(folder, 'nowhere')];
    expect((await mcpgen(...args)).stderr).toContain('no such file or directory');
  });
});
