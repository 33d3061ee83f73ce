// Every way a server can be missing, in one release: the others serve, and the commands of docs/troubleshooting.md name each with its reason.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call } from './client.ts';
import { createNamespace, deleteNamespace, dump, list } from './cluster.ts';
import { kubectl, ROOT, run } from './programs.ts';
import { Release } from './release.ts';

const release = new Release(3);
const faulty = { image: 'test/distroless', command: ['/faulty'] };
const servers = {
  good: { ...faulty, tools: ['echo'] },
  dies: { ...faulty, args: ['--no-such-option'], prefix: 'dies' },
  refused: { ...faulty, securityContext: { privileged: true, allowPrivilegeEscalation: true }, prefix: 'refused' },
  volume: {
    ...faulty,
    volumes: { keys: { mountPath: '/keys', secret: { name: 'no-such-volume' } } },
    prefix: 'volume',
  },
  secret: { ...faulty, secretEnv: { KEY: { name: 'no-such-secret', key: 'key' } }, prefix: 'secret' },
  image: { image: '127.0.0.1:5000/no/such:image', command: ['x'], prefix: 'image' },
  http: { image: 'test/http', command: ['/faulty', '--no-such-option'], http: { port: 8080 }, prefix: 'http' },
  remote: {
    remote: { url: 'https://mcp.example.com/mcp', secrets: { KEY: { name: 'no-such-remote', key: 'key' } } },
    prefix: 'remote',
  },
};

beforeAll(async () => {
  release.namespace = await createNamespace('mcpgen-e2e-missing');
  const deny = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny-all' } };
  const file = join(release.folder, 'deny.yaml');
  writeFileSync(file, stringify({ ...deny, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }));
  await kubectl('apply', '-n', release.namespace, '-f', file);
  const gateway = { waitForServers: { timeoutSeconds: 10 } };
  writeFileSync(release.valuesFile, stringify({ gateway, servers }));
  await release.helm('install', release.name, 'chart', '-f', release.valuesFile);
  release.token = await release.readToken();
  const inNamespace = ['-n', release.namespace, '--timeout=150s'];
  await kubectl('rollout', 'status', 'deployment/mcp-mcpgen', ...inNamespace).catch(async (error: unknown) => {
    await dump(release.namespace);
    throw error;
  });
});
afterAll(async () => {
  await release.disconnect();
  if (release.namespace) await deleteNamespace(release.namespace);
});

/** What a program printed that failed. */
const output = (error: Error & { stdout?: string }) => error.stdout ?? '';

/** Runs a command of docs/troubleshooting.md, for a server. */
function command(text: string, server: string): Promise<string> {
  const [program = '', ...words] = text.replaceAll('<server>', server).split(' ');
  return run(program, [...words, '-n', release.namespace], 60);
}

test('the server that can start serves', async () => {
  expect(await call(await release.session(), 'echo', { text: 'hello' })).toContain('hello');
});

const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const rows: [row: string, server: string, reason: RegExp][] = [
  [
    'its pod is `0/1 Running`',
    'dies',
    /Readiness probe failed: the server process ended with status 2: flag provided but not defined: -no-such-option\n/,
  ],
  ['it has no pod', 'refused', /violates PodSecurity .*privileged/],
  ['its pod stays in `Init:0/1`', 'volume', /secret "no-such-volume" not found/],
  ['`CreateContainerConfigError`', 'secret', /secret "no-such-secret" not found/],
  ['`ErrImagePull`, `ImagePullBackOff`', 'image', /no\/such:image/],
  ['`CrashLoopBackOff`', 'http', /flag provided but not defined: -no-such-option/],
  [
    'a remote server is missing',
    'remote',
    /without the server remote: the Secret no-such-remote has no value for the key key/,
  ],
];

describe.each(rows)('docs/troubleshooting.md: %s', (row, server, reason) => {
  const [, cell = ''] =
    page
      .split('\n')
      .find((line) => line.startsWith(`| ${row} |`))
      ?.split(`| ${row} |`) ?? [];
  const commands = [...cell.matchAll(/`(kubectl (?:describe|logs)[^`]*)`/g)].map(([, text]) => text ?? '');

  test('the first command of the row says why', async () => {
    await expect
      .poll(() => command(commands[0] ?? '', server).catch(String), { timeout: 120_000, interval: 3000 })
      .toMatch(reason);
  }, 130_000);
});

test('kubectl get pods tells each from the others', async () => {
  const pods = () => kubectl('get', 'pods', '-n', release.namespace);
  for (const line of [
    /mcp-good-\S+ +1\/1 +Running/,
    /mcp-dies-\S+ +0\/1 +Running +0 /,
    /mcp-volume-\S+ +0\/1 +Init:0\/1/,
    /mcp-secret-\S+ +0\/1 +CreateContainerConfigError/,
    /mcp-image-\S+ +0\/1 +(ErrImagePull|ImagePullBackOff)/,
    /mcp-http-\S+ +0\/1 +(CrashLoopBackOff|Error)/,
  ])
    await expect.poll(pods, { timeout: 60_000, interval: 2000 }).toMatch(line);
  expect(await pods()).not.toContain('mcp-refused');
}, 400_000);

test('helm test fails, names each, and passes over the good one, in a namespace that denies all', async () => {
  const answer = await release.helm('test', release.name, '--logs', '--hide-notes', '--timeout', '2m').catch(output);
  const lines = answer.split('\n').filter((line) => /^(FAIL|pass|warning|not tested): /.test(line));
  const failed = lines.filter((line) => line.startsWith('FAIL: ')).map((line) => line.split(': ')[1]);
  expect(failed.toSorted()).toEqual(['dies', 'http', 'image', 'refused', 'remote', 'secret', 'volume']);
  expect(lines.slice(0, failed.length).every((line) => line.startsWith('FAIL: '))).toBe(true);
  expect(lines.join('\n')).toContain('pass: good: 1 tools');
  expect(lines.join('\n')).toMatch(/FAIL: dies: .*ended with status 2/);
  expect(lines.join('\n')).toContain('FAIL: remote: the gateway started without it: the Secret no-such-remote');
}, 150_000);

test('once it can start, a server becomes ready in its own pod, and nobody else restarts', async () => {
  const uids = async () =>
    (await list(release.namespace, 'pods', 'mcpgen.dev/server=good')).map(({ metadata }) => metadata.uid);
  const before = await uids();
  await kubectl('create', 'secret', 'generic', 'no-such-secret', '--from-literal=key=x', '-n', release.namespace);
  await kubectl('rollout', 'status', 'deployment/mcp-secret', '-n', release.namespace, '--timeout=100s');
  expect(await uids()).toEqual(before);
}, 120_000);
