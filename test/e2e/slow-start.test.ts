// Servers that take long to start: one that speaks HTTP after 75 s, and one on stdio whose process answers after 40 s.
import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { call } from './client.ts';
import { createNamespace, list } from './cluster.ts';
import { looksAfter, Release } from './release.ts';

const release = new Release(4);
const servers = {
  web: {
    image: 'mcp/everything',
    command: ['sh', '-c', 'sleep 75; exec node dist/index.js streamableHttp'],
    http: { port: 3001 },
    startSeconds: 90,
    egress: { mode: 'none' },
  },
  time: {
    image: 'mcp/time',
    command: ['sh', '-c', 'sleep 40; exec mcp-server-time'],
    startSeconds: 60,
    egress: { mode: 'none' },
  },
};

beforeAll(async () => {
  release.namespace = await createNamespace('mcpgen-e2e-slow-start');
  writeFileSync(release.valuesFile, stringify({ servers }));
  await release.install();
});
looksAfter(release);

test('both have their tools, and answer in two sessions', async () => {
  for (const session of [await release.session(), await release.session()]) {
    expect(await call(session, 'echo', { message: 'hello' }, 120)).toContain('hello');
    expect(await call(session, 'get_current_time', { timezone: 'Asia/Tokyo' }, 120)).toContain('+09:00');
  }
}, 480_000);

test('no pod was started again', async () => {
  const pods = await list(release.namespace, 'pods');
  expect(pods).toHaveLength(3);
  for (const { status } of pods)
    expect(status?.containerStatuses?.map(({ restartCount }) => restartCount).every((count) => count === 0)).toBe(true);
});
