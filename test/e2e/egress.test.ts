// What network policies let a server reach, by egress mode, without and with `defaults.egress`, seen from inside the servers' pods. Needs
// a cluster whose network plugin enforces NetworkPolicy (kind's own does since 0.24). All pods run the gateway's image, which has socat.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createNamespace, deleteNamespace, dump } from './cluster.ts';
import { helm, kubectl, kubectlJson } from './programs.ts';

const image = 'docker/mcp-gateway:v2';
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-egress-'));
const seconds = 3;
let namespace = '';
let apiServer = '';
/** Addresses of two pods that let everyone in, at the ports 8080 and 8081. */
const targets = { one: '', two: '' };

beforeAll(async () => {
  namespace = await createNamespace('mcpgen-egress');
  apiServer = (await kubectl('get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  await apply(Object.keys(targets).map(target));
  await kubectl('wait', '-n', namespace, 'pods', '-l', 'role=target', '--for=condition=Ready', '--timeout=120s');
  for (const name of Object.keys(targets) as (keyof typeof targets)[]) {
    const pod = await kubectlJson<{ status: { podIP: string } }>('get', 'pod', name, '-n', namespace);
    targets[name] = pod.status.podIP;
  }
  await install({});
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await dump(namespace);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (namespace) await deleteNamespace(namespace);
});

/** A pod that the policies of the chart do not select, and that answers at two ports. */
function target(name: string): object {
  const listen = (port: number) => ({
    name: `port-${port}`,
    image,
    command: ['socat', `TCP-LISTEN:${port},fork,reuseaddr`, 'SYSTEM:true'],
    readinessProbe: { tcpSocket: { port } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { role: 'target', name } },
    spec: { securityContext, terminationGracePeriodSeconds: 0, containers: [listen(8080), listen(8081)] },
  };
}

/** Installs or upgrades the release, with a server of each mode. */
async function install(egress: object): Promise<void> {
  const to = [{ podSelector: { matchLabels: { name: 'two' } } }];
  // Ready is a server that answers initialize.
  const answer = `while read -r _; do echo '{"jsonrpc":"2.0","id":0,"result":{}}'; done`;
  const server = (own: object) => ({ image, command: ['sh', '-c', answer], egress: own });
  const file = join(folder, 'values.json');
  const servers = {
    none: server({ mode: 'none' }),
    internet: server({ mode: 'internet' }),
    hosts: server({ mode: 'hosts', hosts: [`${targets.one}:8080`] }),
    custom: server({ mode: 'custom', to, ports: [8080] }),
    all: server({ mode: 'all' }),
  };
  // Without a gateway: what counts here is where servers get to.
  writeFileSync(file, JSON.stringify({ gateway: { replicas: 0 }, defaults: { egress }, servers }));
  await helm(3, 'upgrade', '--install', 'mcp', 'chart', '-n', namespace, '-f', file, '--wait', '--timeout', '5m').catch(
    async (error: unknown) => {
      await dump(namespace);
      throw error;
    },
  );
}

async function apply(items: object[]): Promise<void> {
  const file = join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await kubectl('apply', '-f', file);
}

async function exec(pod: string, ...command: string[]): Promise<boolean> {
  return kubectl('exec', '-n', namespace, pod, '--', ...command).then(
    () => true,
    (error: Error) => {
      // A command that failed is an answer, a kubectl that could not run it is none.
      if (!/command terminated with exit code/.test(error.message)) throw error;
      return false;
    },
  );
}

/** Whether a server gets a connection: "yes", "refused" by what is there, or "dropped" on the way. */
async function reaches(server: string, host: string, port: number): Promise<string> {
  const begun = performance.now();
  const options = `connect-timeout=${seconds}`;
  const connected = await exec(
    `deployment/mcp-${server}`,
    'socat',
    '-u',
    'OPEN:/dev/null',
    `TCP:${host}:${port},${options}`,
  );
  if (connected) return 'yes';
  return performance.now() - begun >= seconds * 1000 ? 'dropped' : 'refused';
}

/** Whether a server gets the address of the API server's name; nslookup wants it in full, with the cluster's own domain. */
const resolves = (server: string) =>
  exec(
    `deployment/mcp-${server}`,
    'sh',
    '-c',
    `set -- $(grep ^search /etc/resolv.conf); timeout ${seconds} nslookup "kubernetes.default.$3"`,
  );

test('all reaches pods and the API server, so that the others could', async () => {
  expect(await reaches('all', targets.one, 8080)).toBe('yes');
  expect(await reaches('all', targets.two, 8081)).toBe('yes');
  expect(await reaches('all', apiServer, 443)).toBe('yes');
});

describe('internet', () => {
  test('reaches no pod', async () => expect(await reaches('internet', targets.one, 8080)).toBe('dropped'));
  test('reaches no API server', async () => expect(await reaches('internet', apiServer, 443)).toBe('dropped'));
  test('reaches no metadata service', async () => {
    expect(await reaches('internet', '169.254.169.254', 80)).not.toBe('yes');
  });
  test('gets a name from DNS', async () => expect(await resolves('internet')).toBe(true));
  test('gets to public addresses as one that may reach all', async () => {
    expect(await reaches('internet', '1.1.1.1', 443)).toBe(await reaches('all', '1.1.1.1', 443));
  });
});

describe('none', () => {
  test.each<[string, () => string, number]>([
    ['a pod', () => targets.one, 8080],
    ['the API server', () => apiServer, 443],
    ['the metadata service', () => '169.254.169.254', 80],
    ['a public address', () => '1.1.1.1', 443],
  ])('does not reach %s', async (_, host, port) => expect(await reaches('none', host(), port)).not.toBe('yes'));
  test('gets no name from DNS', async () => expect(await resolves('none')).toBe(false));
});

describe('hosts', () => {
  test('reaches the address and port', async () => expect(await reaches('hosts', targets.one, 8080)).toBe('yes'));
  test('but not another port', async () => expect(await reaches('hosts', targets.one, 8081)).toBe('dropped'));
  test('and not another address', async () => expect(await reaches('hosts', targets.two, 8080)).toBe('dropped'));
});

describe('custom', () => {
  test('reaches the peer at the port', async () => expect(await reaches('custom', targets.two, 8080)).toBe('yes'));
  test('but not another port', async () => expect(await reaches('custom', targets.two, 8081)).toBe('dropped'));
  test('and not another peer', async () => expect(await reaches('custom', targets.one, 8080)).toBe('dropped'));
});

test('a server lets only the gateway in', async () => {
  const [pod] = (
    await kubectlJson<{ items: { status: { podIP: string } }[] }>(
      'get',
      'pods',
      '-n',
      namespace,
      '-l',
      'mcpgen.dev/server=none',
    )
  ).items;
  expect(await reaches('all', pod?.status.podIP ?? '', 4444)).toBe('dropped');
});

describe('with a proxy, DNS and the API server opened to all servers by defaults', () => {
  beforeAll(async () => {
    const path = '{.subsets[0].addresses[0].ip} {.subsets[0].ports[0].port}';
    const endpoint = await kubectl('get', 'endpoints', 'kubernetes', '-o', `jsonpath=${path}`);
    const [address, port] = endpoint.split(' ') as [string, string];
    const dns = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } };
    await install({
      to: [
        { podSelector: { matchLabels: { name: 'two' } } },
        { namespaceSelector: dns, podSelector: {} },
        { ipBlock: { cidr: `${address}/32` } },
      ],
      ports: [8081, Number(port), 53, { port: 53, protocol: 'UDP' }],
    });
  });

  test.each(['internet', 'hosts'])('%s reaches them, at their ports only', async (server) => {
    expect(await reaches(server, targets.two, 8081)).toBe('yes');
    expect(await reaches(server, apiServer, 443)).toBe('yes');
    expect(await reaches(server, targets.two, 8080)).toBe('dropped');
    expect(await reaches(server, targets.one, 8081)).toBe('dropped');
  });
  test('none reaches nothing', async () => {
    expect(await reaches('none', targets.two, 8081)).not.toBe('yes');
    expect(await reaches('none', apiServer, 443)).not.toBe('yes');
    expect(await resolves('none')).toBe(false);
  });
  test('hosts still reaches its own, and internet no more pods than that', async () => {
    expect(await reaches('hosts', targets.one, 8080)).toBe('yes');
    expect(await reaches('internet', targets.one, 8080)).toBe('dropped');
  });
  test('custom reaches its own peers alone', async () => {
    expect(await reaches('custom', targets.two, 8080)).toBe('yes');
    expect(await reaches('custom', targets.two, 8081)).toBe('dropped');
    expect(await reaches('custom', apiServer, 443)).toBe('dropped');
  });
  test('all still reaches all', async () => {
    expect(await reaches('all', targets.one, 8080)).toBe('yes');
    expect(await reaches('all', targets.two, 8081)).toBe('yes');
    expect(await reaches('all', apiServer, 443)).toBe('yes');
  });
});
