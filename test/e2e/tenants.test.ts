// Two tenants of one file, applied by the script that comes with them: each has its own tools, and neither gets at anything of the other.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call, connect, type Forward, forward, statusOf } from './client.ts';
import { deleteNamespace, dump, only } from './cluster.ts';
import { kubectl, kubectlJson, ROOT, run } from './programs.ts';

const prefix = `mcpgen-e2e-tenants-${process.pid}-${Date.now().toString(36)}-`;
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-tenants-'));
const file = (...path: string[]): string => join(folder, ...path);
const example = join(ROOT, 'examples/e2e');
const names = ['alice', 'bob'] as const;
type Name = (typeof names)[number];
const other: Record<Name, Name> = { alice: 'bob', bob: 'alice' };
const namespaceOf = (name: Name): string => prefix + name;

const tenants = {
  alice: {
    servers: ['everything', 'memory'],
    tools: { everything: ['get-env'], memory: ['create_entities', 'read_graph'] },
  },
  bob: {
    servers: ['everything', 'memory', 'time'],
    tools: { everything: ['get-env', 'echo'], memory: ['read_graph'] },
  },
};
const tools: Record<Name, string[]> = {
  alice: ['get-env', 'create_entities', 'read_graph'],
  bob: ['get-env', 'echo', 'read_graph', 'get_current_time', 'convert_time'],
};
const secretOf = (name: Name): string => `belongs-to-${name}-alone`;

interface Session {
  readonly forward: Forward;
  readonly token: string;
  readonly client: Client;
}
const sessions = {} as Record<Name, Session>;

async function apply(...which: Name[]): Promise<string> {
  const env = { ...process.env, PATH: `${file('bin')}:${process.env['PATH']}`, CHART: join(ROOT, 'chart') };
  const { stdout } = await promisify(execFile)('sh', [file('deploy/apply.sh'), ...which], { env, timeout: 200_000 });
  return stdout;
}

async function open(name: Name): Promise<Session> {
  const namespace = namespaceOf(name);
  await kubectl('rollout', 'status', '-n', namespace, 'deployment/mcp-mcpgen', '--timeout=140s');
  const secret = await only(namespace, 'secrets', 'app.kubernetes.io/component=gateway');
  const token = Buffer.from(secret.data?.['token'] ?? '', 'base64').toString();
  const opened = await forward(namespace, 'service/mcp-mcpgen', 8811);
  return { forward: opened, token, client: await connect(opened.url, token) };
}

beforeAll(async () => {
  mkdirSync(file('bin'));
  symlinkSync(join(ROOT, '.tools/bin/helm4'), file('bin/helm'));
  const catalog = {
    registry: {
      everything: {
        image: 'mcp/everything',
        disableNetwork: true,
        secrets: [{ name: 'everything.mark', env: 'MARK' }],
      },
    },
  };
  writeFileSync(file('marked.yaml'), stringify(catalog));
  writeFileSync(file('base.yaml'), await run('cat', [join(example, 'catalog.yaml')], 10));
  const chart = { repository: 'oci://registry.example/charts', version: '0.1.0' };
  writeFileSync(
    file('tenants.yaml'),
    stringify({ catalogs: ['base.yaml', 'marked.yaml'], namespacePrefix: prefix, chart, tenants }),
  );
  const args = ['tenants', file('tenants.yaml'), '--entrypoints', join(example, 'entrypoints.yaml')];
  await run(process.execPath, [join(ROOT, 'dist/bin.js'), ...args, '-o', file('deploy'), '--apply', 'script'], 60);
  for (const name of names) {
    await kubectl('apply', '-f', file('deploy', name, 'namespace.yaml'));
    await kubectl(
      'create',
      'secret',
      'generic',
      'everything',
      '-n',
      namespaceOf(name),
      `--from-literal=everything.mark=${secretOf(name)}`,
    );
  }
  expect(existsSync(file('deploy/apply.sh'))).toBe(true);
  await apply();
  for (const name of names) sessions[name] = await open(name);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') for (const name of names) await dump(namespaceOf(name));
});
afterAll(async () => {
  for (const { client, forward: opened } of Object.values(sessions)) {
    await client.close();
    await opened.close();
  }
  for (const name of names) await deleteNamespace(namespaceOf(name)).catch(() => undefined);
  rmSync(folder, { recursive: true });
});

describe.each(names)('%s', (name) => {
  test('has the tools that the file gives, all of them', async () => {
    const listed = async (): Promise<string[]> =>
      (await sessions[name].client.listTools()).tools.map((tool) => tool.name);
    await expect.poll(async () => (await listed()).toSorted(), { timeout: 60_000 }).toEqual(tools[name].toSorted());
  }, 70_000);

  test("has its own secret, and not the other's", async () => {
    const environment = await call(sessions[name].client, 'get-env');
    expect(environment).toContain(secretOf(name));
    expect(environment).not.toContain(secretOf(other[name]));
    const account = `system:serviceaccount:${namespaceOf(name)}:mcp-everything`;
    const can = (namespace: string): Promise<string> =>
      kubectl('auth', 'can-i', 'get', 'secrets', '-n', namespace, '--as', account).catch(({ stdout }) =>
        String(stdout),
      );
    expect((await can(namespaceOf(other[name]))).trim()).toBe('no');
    expect((await can(namespaceOf(name))).trim()).toBe('no');
  });

  test("has a token that the other's gateway refuses", async () => {
    const { url } = sessions[other[name]].forward;
    expect(await statusOf(url, { Authorization: `Bearer ${sessions[name].token}` })).toBe(401);
    expect(await statusOf(url, { Authorization: `Bearer ${sessions[other[name]].token}` })).toBe(200);
  });

  test("reaches neither the other's gateway nor its servers", async () => {
    const theirs = namespaceOf(other[name]);
    const own = namespaceOf(name);
    // The gateway's pod: of all pods it may connect to the most.
    const connects = (host: string): Promise<boolean> =>
      kubectl(
        'exec',
        '-n',
        own,
        'deployment/mcp-mcpgen',
        '-c',
        'gateway',
        '--',
        'socat',
        '-u',
        'OPEN:/dev/null',
        `TCP:${host},connect-timeout=3`,
      ).then(
        () => true,
        (error: Error) => {
          if (!/command terminated with exit code/.test(error.message)) throw error;
          return false;
        },
      );
    expect(await connects(`mcp-memory.${own}.svc:4444`), 'the control').toBe(true);
    expect(await connects(`mcp-memory.${theirs}.svc:4444`)).toBe(false);
    expect(await connects(`mcp-mcpgen.${theirs}.svc:8811`)).toBe(false);
  }, 60_000);
});

test('what one remembers, the other does not', async () => {
  const entity = { name: 'Zanzibar', entityType: 'island', observations: ['spices'] };
  await call(sessions.alice.client, 'create_entities', { entities: [entity] });
  expect(await call(sessions.alice.client, 'read_graph')).toContain('Zanzibar');
  expect(await call(sessions.bob.client, 'read_graph')).not.toContain('Zanzibar');
});

/** `mcpgen verify` of a tenant's gateway, against the tenant's values and a lock of its own. */
async function verify(name: Name, ...more: string[]): Promise<{ status: number; stdout: string }> {
  const { forward: opened, token } = sessions[name];
  const files = [file('deploy', name, 'values.yaml'), '--lock', file(`${name}.lock.yaml`)];
  const args = [join(ROOT, 'dist/bin.js'), 'verify', `${opened.url}/mcp`, ...files, ...more];
  const env = { ...process.env, MCP_GATEWAY_AUTH_TOKEN: token };
  return promisify(execFile)(process.execPath, args, { env, timeout: 60_000 }).then(
    ({ stdout }) => ({ status: 0, stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      status: code,
      stdout: stdout + stderr,
    }),
  );
}

describe('mcpgen verify', () => {
  test.each(names)(
    "finds %s's tools as they were recorded",
    async (name) => {
      writeFileSync(
        file(`${name}.lock.yaml`),
        'version: 1\nplatform: linux/amd64\ngateway: docker/mcp-gateway\nimages: {}\n',
      );
      const recorded = await verify(name, '--record');
      expect(recorded.status, recorded.stdout).toBe(0);
      const { status, stdout } = await verify(name);
      expect(status, stdout).toBe(0);
      expect(stdout.trim().split('\n')).toEqual(
        tenants[name].servers.map((server) =>
          expect.stringMatching(new RegExp(`^${server}: \\d+ tools?, as recorded$`)),
        ),
      );
    },
    130_000,
  );

  test('fails and names the tool of the one tenant whose server describes it otherwise', async () => {
    const namespace = namespaceOf('bob');
    // The server writes its time zone into the schema of its tools.
    const zone = { name: 'server', args: ['mcp-server-time', '--local-timezone=Asia/Tokyo'] };
    const { spec } = await kubectlJson<Deployment>('get', 'deployment', 'mcp-time', '-n', namespace);
    const [container] = spec.template.spec.containers;
    expect(container?.args).toEqual(['mcp-server-time']);
    const patch = { spec: { template: { spec: { containers: [{ ...zone, name: container?.name }] } } } };
    await kubectl('patch', 'deployment', 'mcp-time', '-n', namespace, '-p', JSON.stringify(patch));
    await kubectl('rollout', 'status', 'deployment/mcp-time', '-n', namespace, '--timeout=120s');
    const changed = /^time: 2 tools, not as expected\n(?: {2}.*\n)* {2}changed {2}get_current_time: inputSchema$/m;
    await expect.poll(async () => (await verify('bob')).stdout, { timeout: 90_000, interval: 2_000 }).toMatch(changed);
    expect((await verify('bob')).status).toBe(1);
    expect((await verify('alice')).status).toBe(0);
  }, 300_000);
});

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { name: string; args?: string[] }[] } };
  };
}

test('nothing starts in a namespace beyond its quota or its PodSecurity level', async () => {
  const start = (args: string[]): Promise<string> =>
    kubectl('run', 'probe', '-n', namespaceOf('alice'), '--image=mcp/time', ...args).then(
      () => 'started',
      (error: Error) => error.message,
    );
  expect(await start([])).toContain('violates PodSecurity');
  const restricted = {
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'probe',
          image: 'mcp/time',
          resources: { limits: { cpu: '1', memory: '900Gi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  expect(await start([`--overrides=${JSON.stringify(restricted)}`])).toContain('exceeded quota');
});
