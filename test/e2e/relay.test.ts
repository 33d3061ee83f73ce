// The relay in a cluster: sessions outlive their servers and cost nothing when they are abandoned, and clients see no difference.
import { writeFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call, connect, forward } from './client.ts';
import { list, only } from './cluster.ts';
import { kubectl, run } from './programs.ts';
import { useRelease } from './release.ts';
import { type Transcript, transcribe } from './surface.ts';

const floor = 1;
/** Later on filesystem becomes it. */
const without = 'servers.sqlite.enabled=false';
const relayed = useRelease(3, 'e2e', 'relay.idleSeconds=15', `relay.warm.min=${floor}`, 'relay.warm.max=3', without);
const plain = useRelease(3, 'e2e', 'relay.enabled=false', without);

const GATEWAY = 'app.kubernetes.io/component=gateway';
const SERVERS = [
  { server: 'time', tool: 'get_current_time', args: { timezone: 'Asia/Tokyo' }, answer: '+09:00' }, // Python
  { server: 'everything', tool: 'get-sum', args: { a: 20, b: 22 }, answer: '42' }, // Node
];
const LOSSES: [name: string, (server: string) => Promise<unknown>][] = [
  ['all its processes were killed', (server) => kill('all', server)],
  ['its pod was deleted', (server) => kill('pod', server)],
  ['it was upgraded', replacePod],
];

function kill(what: 'all' | 'pod' | 'list', server: string): Promise<string> {
  return run('tools/relay-kill.sh', [what, relayed.namespace, server], 150);
}

/** Until the new pod has taken over and the old one is gone. */
async function replacePod(server: string): Promise<void> {
  const old = await only(relayed.namespace, 'pods', `mcpgen.dev/server=${server}`);
  const inNamespace = ['-n', relayed.namespace];
  await kubectl('rollout', 'restart', ...inNamespace, `deployment/mcp-${server}`);
  await kubectl('rollout', 'status', ...inNamespace, `deployment/mcp-${server}`, '--timeout=120s');
  await kubectl('wait', '--for=delete', ...inNamespace, `pod/${old.metadata.name}`, '--timeout=120s');
}

/** The relay's metrics, which a network policy keeps from all but the pod's own node: by name and the beginning of the labels. */
async function readMetrics(): Promise<(name: string, labels: string) => number> {
  const pod = await only(relayed.namespace, 'pods', GATEWAY);
  const { url, close } = await forward(relayed.namespace, `pod/${pod.metadata.name}`, 9090);
  try {
    const response = await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(20_000) });
    const lines = (await response.text()).split('\n');
    return (name, labels) => {
      const line = lines.find((line) => line.startsWith(`mcpgen_relay_${name}{${labels}`));
      return Number(line?.split(' ').at(-1));
    };
  } finally {
    await close();
  }
}

describe.each(SERVERS)('a session that uses $server', ({ server, tool, args, answer }) => {
  let session: Client;
  beforeAll(async () => {
    session = await relayed.session();
  });
  const isAnswered = async () => expect(await call(session, tool, args, 90)).toContain(answer);

  test.each(LOSSES)(
    'goes on after %s: one call may fail, the next one waits',
    async (_, lose) => {
      await isAnswered();
      await lose(server);
      await isAnswered().catch((error: Error) => expect(error.message).toContain(`mcpgen: server ${server}: `));
      await isAnswered();
    },
    300_000,
  );
});

describe('server-everything, with the relay and without', () => {
  let transcript: Transcript;
  const answerTo = (request: string) => transcript.exchanges.find((exchange) => exchange.request.startsWith(request));
  beforeAll(async () => {
    transcript = await transcribe(await relayed.url(), relayed.token);
  });

  test('gives the same answers, notifications and requests', async () => {
    expect(transcript).toEqual(await transcribe(await plain.url(), plain.token));
  });

  test('of which there are some of every kind', () => {
    for (const tool of relayed.values.servers['everything']?.tools ?? [])
      expect(answerTo(`tools/call {"name":"${tool}"`), tool).toBeDefined();
    expect(answerTo('tools/call {"name":"trigger-long-running-operation"')?.progress).toHaveLength(3);
    expect(JSON.stringify(answerTo('tools/call {"name":"trigger-elicitation-request"'))).toContain('Ada');
    expect(JSON.stringify(answerTo('prompts/get {"name":"args-prompt"'))).toContain('Paris, Texas');
    expect(JSON.stringify(answerTo('resources/read'))).toContain('created at <time>');
    expect(transcript.asked.join()).toContain('elicitation/create');
    expect(transcript.notified).toContain('notifications/message');
    // The gateway (v0.43) passes neither on.
    expect(JSON.stringify(answerTo('tools/call {"name":"trigger-sampling-request"'))).toContain('not supported');
    expect(JSON.stringify(answerTo('completion/complete'))).toContain('method not found');
  });

  test('learns of a cancelled call', async () => {
    await expect
      .poll(async () => (await readMetrics())('calls_total', 'server="everything",outcome="cancelled"'), {
        timeout: 30_000,
      })
      .toBe(1);
  });
});

describe('20 sessions that their clients abandoned', () => {
  beforeAll(async () => {
    const [url, token] = [await relayed.url(), relayed.token];
    const abandon = async () => {
      const client = await connect(url, token);
      for (const { tool, args } of SERVERS) await call(client, tool, args, 120);
      await client.close(); // without a DELETE: the gateway keeps the session
    };
    for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 5 }, abandon));
  }, 300_000);

  test.each(SERVERS)(
    'leave no process of $server but the one that is ready for the next',
    async ({ server }) => {
      const labels = `server="${server}"}`;
      const held = async () => {
        const metric = await readMetrics();
        const processes = (await kill('list', server)).split('\n').filter(Boolean).length;
        return { attached: metric('attached', labels), warm: metric('warm', labels), processes };
      };
      expect((await readMetrics())('sessions', labels)).toBeGreaterThanOrEqual(20);
      await expect
        .poll(held, { timeout: 240_000, interval: 2000 })
        .toEqual({ attached: 0, warm: floor, processes: floor });
    },
    300_000,
  );
});

test('a session that is open during helm upgrade goes on, and sees the tools that a server has now', async () => {
  const session = await relayed.session();
  const names = async () => (await session.listTools()).tools.map(({ name }) => name);
  expect(await names()).toContain('list_directory');
  await call(session, 'list_allowed_directories');
  const { servers } = relayed.values;
  const filesystem = { ...servers['sqlite'] };
  writeFileSync(relayed.valuesFile, stringify({ ...relayed.values, servers: { ...servers, filesystem } }));
  await relayed.upgrade();
  await expect.poll(names, { timeout: 60_000, interval: 500 }).toContain('create_table');
  expect(await names()).not.toContain('list_directory');
  expect(await call(session, 'list_tables')).toBeDefined();
}, 200_000);

test('the gateway was never restarted', async () => {
  const [pod] = await list(relayed.namespace, 'pods', GATEWAY);
  expect(pod?.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
});
