// The whole way with Helm 3: install, call the tools of every server, lose a pod, upgrade, uninstall.
import { expect, test } from 'vitest';
import { testFirstCall, testTools, testUninstall } from './checks.ts';
import { call, statusOf } from './client.ts';
import { isReady, list } from './cluster.ts';
import { kubectl } from './programs.ts';
import { useRelease } from './release.ts';

const release = useRelease(3, 'e2e');
const entity = { name: 'Ada', entityType: 'person', observations: ['wrote the first program'] };

testFirstCall(release);

test('every pod is Ready and was never restarted', async () => {
  const pods = await list(release.namespace, 'pods');
  expect(pods).toHaveLength(1 + Object.keys(release.values.servers).length);
  for (const pod of pods) {
    expect(isReady(pod), pod.metadata.name).toBe(true);
    expect(pod.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
  }
});

testTools(release);

test('everything adds numbers', async () => {
  expect(await call(await release.session(), 'get-sum', { a: 20, b: 22 })).toContain('42');
});

test('time knows the time of a place', async () => {
  const answer = JSON.parse(await call(await release.session(), 'get_current_time', { timezone: 'Asia/Tokyo' }));
  expect(answer.timezone).toBe('Asia/Tokyo');
  expect(answer.datetime).toContain('+09:00');
  expect(Math.abs(Date.parse(answer.datetime) - Date.now())).toBeLessThan(60_000);
});

test('filesystem reads what it wrote', async () => {
  const client = await release.session();
  const folder = (await call(client, 'list_allowed_directories')).split('\n').at(-1);
  await call(client, 'write_file', { path: `${folder}/note.txt`, content: 'kept in a volume' });
  expect(await call(client, 'read_text_file', { path: `${folder}/note.txt` })).toContain('kept in a volume');
});

test('sqlite finds a row that it inserted', async () => {
  const client = await release.session();
  await call(client, 'create_table', { query: 'CREATE TABLE person (name TEXT, born INTEGER)' });
  await call(client, 'write_query', { query: "INSERT INTO person VALUES ('Ada', 1815)" });
  expect(await call(client, 'read_query', { query: 'SELECT name FROM person WHERE born < 1900' })).toContain('Ada');
});

test('memory holds an entity', async () => {
  const client = await release.session();
  await call(client, 'create_entities', { entities: [entity] });
  expect(JSON.parse(await call(client, 'read_graph')).entities).toMatchObject([entity]);
});

test('probes start no server process', async () => {
  // Before any pod is deleted: after that, the relay looks at the server again, up to two minutes later.
  await release.disconnect();
  // The wrapper of each server process logs its end; those that have not ended yet are in /proc, next to the bridge.
  const shell = ['/bridge/loader', '--library-path', '/bridge', '/bridge/busybox', 'sh', '-c'];
  const running =
    "/bridge/loader --library-path /bridge /bridge/busybox grep -l 'run-[s]erver' /proc/[0-9]*/cmdline; true";
  const started = async () => {
    const pods = await list(release.namespace, 'pods', 'app.kubernetes.io/component=server');
    const counts = pods.map(async ({ metadata: { name } }) => {
      const logs = await kubectl('logs', '-n', release.namespace, name);
      const processes = await kubectl('exec', '-n', release.namespace, name, '--', ...shell, running);
      return logs.split('the server process ended').length - 1 + processes.trim().split('\n').length;
    });
    return (await Promise.all(counts)).reduce((sum, one) => sum + one);
  };
  // The processes of the session that just ended may end between the two reads of one count: wait until none does.
  let [before, earlier] = [await started(), -1];
  while (before !== earlier) {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    [before, earlier] = [await started(), before];
  }
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  expect(await started()).toBe(before);
}, 150_000);

test('memory holds it still after its pod was deleted', async () => {
  const selector = 'mcpgen.dev/server=memory';
  const [before] = await list(release.namespace, 'pods', selector);
  await kubectl('delete', 'pod', '-n', release.namespace, '-l', selector, '--wait', '--timeout=60s');
  await expect
    .poll(async () => (await list(release.namespace, 'pods', selector)).map(isReady), {
      timeout: 90_000,
      interval: 500,
    })
    .toEqual([true]);
  const [after] = await list(release.namespace, 'pods', selector);
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid);

  const graph = JSON.parse(await call(await release.session(), 'read_graph'));
  expect(graph.entities).toMatchObject([entity]);
}, 180_000);

test('a wrong token or none is refused with 401', async () => {
  const url = await release.url();
  expect(await statusOf(url, { Authorization: 'Bearer wrong' })).toBe(401);
  expect(await statusOf(url, {})).toBe(401);
  expect(await statusOf(url, { Authorization: `Bearer ${release.token}` })).toBe(200);
});

test('helm test passes', async () => {
  expect(await release.helm('test', release.name, '--timeout', '2m')).toMatch(/Phase: +Succeeded/);
}, 150_000);

test('calls in an open session are quick', async () => {
  const client = await release.session();
  const times: number[] = [];
  for (let i = 0; i <= 50; i++) {
    const begun = performance.now();
    await call(client, 'echo', { message: String(i) });
    if (i > 0) times.push(performance.now() - begun); // the first one starts the server
  }
  const median = times.toSorted((a, b) => a - b)[25] ?? NaN;
  console.log(`one tool call, median of 50: ${median.toFixed(1)} ms`);
  expect(median).toBeLessThan(500);
});

test('helm upgrade with the same values keeps the token and restarts nothing', async () => {
  const pods = async () =>
    (await list(release.namespace, 'pods', 'app.kubernetes.io/name=mcpgen'))
      .map(({ metadata }) => metadata.uid)
      .toSorted();
  const before = await pods();
  expect(before.length).toBeGreaterThan(1);
  await release.upgrade();
  expect(await release.readToken()).toBe(release.token);
  expect(await pods()).toEqual(before);
}, 180_000);

testUninstall(release);
