// `--help` of each command: its form, and its examples and the README's, each run by a shell as written, against registries behind a proxy.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subCommands } from '../../generator/commands/table.ts';
import { base, Store } from '../image/images.ts';
import { addArtifact, catalogArtifact, catalogType } from '../registry/artifacts.ts';
import { answer, listen } from '../registry/stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-help-'));
const program = join(import.meta.dirname, '../../dist/bin.js');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

const commands = ['', ...subCommands.map(({ name }) => name)];
const help = (command: string): string => {
  const args = [program, ...(command === '' ? [] : [command]), '--help'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
};
const examplesOf = (command: string): string[] =>
  [...help(command).matchAll(/^Examples:\n((?: {2}.*\n)+)/gm)].flatMap(([, lines = '']) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => line.trim()),
  );

describe.each(commands)('mcpgen %s --help', (command) => {
  test('fits 80 columns, shows no empty default, and two examples of the command', () => {
    const text = help(command);
    expect(text.split('\n').filter((line) => line.length > 81)).toEqual([]);
    expect(text).not.toMatch(/default:\s+(\[\]|\{\})/);
    expect(text).not.toMatch(/^Options:/m);
    const examples = examplesOf(command);
    expect(examples).toHaveLength(2);
    expect(examples.filter((line) => !line.startsWith(`mcpgen ${command}`))).toEqual([]);
  });
});

const store = new Store();
const script = store.layer([{ path: 'usr/bin/run', content: '\x7fELF', mode: 0o755 }]);
const references = ['docker/mcp-gateway:v2', 'library/node:24-alpine', 'mcp/time', 'mcp/fetch', 'mcp/other'];
for (const reference of references) {
  store.image(reference, { Entrypoint: ['/usr/bin/run'], User: 'app' }, [store.layer(base), script]);
}

addArtifact(store, 'team/catalog:v1', catalogType, catalogArtifact('time', 'mcp/time'));
const pulled = /^# The catalog registry\.example\/team\/catalog@sha256:[0-9a-f]{64}, [^]*"image": "mcp\/time"/;

/** What README says to run: lines of its blocks that begin with mcpgen, without their comments. */
const readme = (): string[] =>
  [...readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').matchAll(/^```sh.*\n([^]*?)^```$/gm)].flatMap(
    ([, body = '']) => [...body.matchAll(/^(mcpgen .*?)(?: +#.*)?$/gm)].map(([, line = '']) => line),
  );

/** What each example prints or writes, in an order in which each finds its files. */
const expected: readonly [example: string, check: (stdout: string) => void][] = [
  [
    'mcpgen lock catalog.yaml --config config.yaml',
    (stdout) => {
      expect(stdout).toBe('');
      const images = [...read('mcp.lock.yaml').matchAll(/^ {2}(\S+):$/gm)].map(([, name]) => name);
      expect(images).toEqual(['docker/mcp-gateway:v2', 'mcp/fetch', 'mcp/other', 'mcp/time', 'node:24-alpine']);
    },
  ],
  ['mcpgen lock catalog.yaml', (stdout) => expect(stdout).toBe('')],
  ['mcpgen lock catalog.yaml --check', (stdout) => expect(stdout).toBe('')],
  [
    'mcpgen catalog.yaml > values.yaml',
    () => expect(read('values.yaml')).toMatch(/^servers:\n {2}fetch:\n[^]*\n {2}other:\n[^]*\n {2}time:\n/m),
  ],
  [
    'mcpgen catalog.yaml --config config.yaml -o values.yaml',
    () => expect(read('values.yaml')).toMatch(/- --local-timezone=Europe\/Paris$/m),
  ],
  [
    'mcpgen catalog.yaml --config config.yaml --servers time,fetch -o values.yaml',
    () => {
      expect(read('values.yaml')).toContain('- --local-timezone=Europe/Paris\n');
      expect(read('values.yaml')).not.toContain('other:');
    },
  ],
  ['mcpgen pull registry.example/team/catalog:v1', () => expect(read('catalog.yaml')).toMatch(pulled)],
  [
    'mcpgen pull registry.example/team/catalog:v1 -o catalog.yaml',
    () => {
      expect(read('catalog.yaml')).toMatch(pulled);
      write('catalog.yaml', catalog);
    },
  ],
  [
    'mcpgen images values.yaml --registry-map docker.io=mirror.example/dockerhub',
    (stdout) => expect(stdout).toMatch(/^mirror\.example\/dockerhub\/mcp\/time@sha256:[0-9a-f]{64}$/m),
  ],
  [
    'mcpgen images mcp.lock.yaml --format kyverno --namespace mcp > policy.yaml',
    () => expect(read('policy.yaml')).toMatch(/^kind: \w*Policy$/m),
  ],
  [
    'mcpgen evaluate catalog.yaml --config config.yaml',
    (stdout) => expect(stdout).toContain('  command   "--local-timezone=Europe/Paris"\n'),
  ],
  [
    'mcpgen evaluate catalog.yaml --servers time --json',
    (stdout) => expect(JSON.parse(stdout)).toMatchObject([{ server: 'time', image: 'mcp/time' }]),
  ],
  [
    'mcpgen explain catalog.yaml',
    (stdout) => {
      expect(stdout).toMatch(/^fetch[^]*^other[^]*^time/m);
      expect(stdout).toMatch(/^ {2}(kept|changed|lost) +\w+ /m);
      for (const word of ['why: ', 'change: ']) expect(stdout).toContain(word);
    },
  ],
  [
    'mcpgen explain catalog.yaml --servers time --json',
    (stdout) => expect(JSON.parse(stdout)).toMatchObject([{ server: 'time', service: 'mcp-time' }]),
  ],
  [
    'mcpgen tenants tenants.yaml -o deploy --apply script',
    (stdout) => {
      expect(stdout).toMatch(/^tenant .*\nalice .*\ntotal .*\n$/);
      expect(read('deploy/alice/values.yaml')).toMatch(/^ {2}time:$/m);
      expect(read('deploy/apply.sh')).toContain('helm upgrade --install');
    },
  ],
  [
    'mcpgen tenants tenants.yaml --config config.yaml --json > costs.json',
    () => expect(JSON.parse(read('costs.json'))).toMatchObject({ alice: { servers: 1, pods: 2 } }),
  ],
  [
    'mcpgen secrets template values.yaml > secrets.env',
    () => expect(read('secrets.env')).toMatch(/^# Secrets of the servers/),
  ],
  [
    'mcpgen secrets manifest values.yaml --from secrets.env > secrets.yaml',
    () => expect(read('secrets.yaml')).toBe(''),
  ],
  [
    'mcpgen completion bash > mcpgen.bash',
    () => expect(read('mcpgen.bash')).toContain('complete -o default -F _mcpgen mcpgen\n'),
  ],
  ['mcpgen completion zsh > _mcpgen', () => expect(read('_mcpgen')).toMatch(/^#compdef mcpgen\n/)],
  ['mcpgen init start', () => expect(read('start/overlay.yaml')).toMatch(/^gateway:/m)],
  ['mcpgen init deploy/start --quiet', () => expect(read('deploy/start/catalog.yaml')).toMatch(/^registry:/m)],
  [
    'mcpgen client vscode --url https://mcp.example.com/mcp > mcp.json',
    () => expect(JSON.parse(read('mcp.json'))).toHaveProperty('servers.mcpgen.url', 'https://mcp.example.com/mcp'),
  ],
  [
    'mcpgen client claude-code --url http://localhost:8811/mcp --token-env MCP_TOKEN',
    (stdout) => expect(JSON.parse(stdout)).toHaveProperty('mcpServers.mcpgen.type', 'http'),
  ],
  [
    'mcpgen schema values > values.schema.json',
    () => expect(JSON.parse(read('values.schema.json'))).toHaveProperty('properties.servers'),
  ],
  [
    'mcpgen schema catalog > catalog.schema.json',
    () => expect(JSON.parse(read('catalog.schema.json'))).toHaveProperty('properties.registry'),
  ],
  [
    'mcpgen graph catalog.yaml',
    (stdout) => expect(stdout).toMatch(/^flowchart LR\n[^]*\["fetch<br\/>[^]*\["time<br\/>/),
  ],
  [
    'mcpgen graph values.yaml --format svg -o graph.svg',
    () => expect(read('graph.svg')).toMatch(/^<svg [^]*>fetch<\/text>[^]*>time<\/text>/),
  ],
  [
    'mcpgen report catalog.yaml -o report.html',
    () => expect(read('report.html')).toMatch(/<h1>Review of 3 MCP servers</),
  ],
  [
    'mcpgen report catalog.yaml --config config.yaml --servers time > time.html',
    () => expect(read('time.html')).toMatch(/<h1>Review of 1 MCP server<[^]*--local-timezone=Europe\/Paris/),
  ],
  [
    'mcpgen compose catalog.yaml > compose.yaml',
    () =>
      expect(read('compose.yaml').match(/^ {2}mcp-\w+:$/gm)).toEqual(['  mcp-fetch:', '  mcp-other:', '  mcp-time:']),
  ],
  [
    'mcpgen compose catalog.yaml --config config.yaml --servers time -o compose.yaml',
    () => {
      expect(read('compose.yaml').match(/^ {2}mcp-\w+:$/gm)).toEqual(['  mcp-time:']);
      expect(read('compose.yaml')).toContain('      - --local-timezone=Europe/Paris\n');
    },
  ],
];

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: no openssl here, which makes the certificate of the registries');

describe.skipIf(!hasOpenssl)('examples', () => {
  const proxy = createServer();
  const servers = [proxy];
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    write('catalog.yaml', catalog);
    write('config.yaml', 'time: {timezone: Europe/Paris}\n');
    write('tenants.yaml', tenants);
    write('mcpgen', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(folder, 'mcpgen'), 0o755);
    makeCertificate();
    const tls = { key: read('tls.key'), cert: read('tls.pem') };
    const registry = createTlsServer(tls, (request, response) => answer(store, request, response));
    servers.push(registry);
    await Promise.all(servers.map(listen));
    const portOf = (server: typeof proxy): number => (server.address() as AddressInfo).port;
    proxy.on('connect', (_, socket) => {
      const upstream = connect(portOf(registry), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
    });
    environment = {
      PATH: `${folder}:${process.env['PATH']}`,
      HOME: folder,
      HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
      NODE_EXTRA_CA_CERTS: join(folder, 'tls.pem'),
    };
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(folder, { recursive: true });
  });

  test('are all run', () => {
    // Those need a relay, a gateway, a Git repository and a registry that takes uploads: see test/running/status.test.ts,
    // test/definitions/verify.test.ts, test/diff/diff.test.ts and test/mend/mend.test.ts.
    const others = commands.filter((command) => !['status', 'verify', 'diff', 'mend'].includes(command));
    const named = new Set([...others.flatMap(examplesOf), ...readme()]);
    expect(readme().length).toBeGreaterThan(3);
    expect(expected.map(([example]) => example).toSorted()).toEqual([...named].toSorted());
  });

  test.each(expected)('%s', async (example, check) => {
    const { status, stdout, stderr } = await shell(example, environment);
    expect(status, stderr).toBe(0);
    check(stdout);
  });
});

const catalog = `registry:
  time:
    image: mcp/time
    command: ["--local-timezone={{time.timezone|or:UTC}}"]
    config: [{name: time, type: object, properties: {timezone: {type: string}}}]
  fetch: {image: mcp/fetch}
  other: {image: mcp/other}
`;

const tenants = `catalogs: [catalog.yaml]
chart: {repository: 'oci://registry.example/charts', version: 0.1.0}
tenants:
  alice: {servers: [time]}
`;

/** Of every registry that the examples ask. */
function makeCertificate(): void {
  const names = 'subjectAltName=DNS:registry-1.docker.io,DNS:auth.docker.io,DNS:mirror.example,DNS:registry.example';
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', 'tls.key', '-out', 'tls.pem', '-subj', '/CN=registries', '-addext', names];
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...key, ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not in this process's own time, which answers as the registries meanwhile. */
function shell(line: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', line], { cwd: folder, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
