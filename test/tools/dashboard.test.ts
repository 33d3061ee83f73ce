// tools/dashboard.mjs on a server that answers as Prometheus does; test/e2e/monitoring.test.ts runs it on a real one.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import dashboard from '../../chart/files/monitoring/dashboard.json' with { type: 'json' };

const queries: string[] = [];
let answer = (_query: string): object => ({ status: 'success', data: { result: [] } });
const server = createServer(async (request, response) => {
  const query = new URLSearchParams(await text(request)).get('query') ?? '';
  queries.push(query);
  response.end(JSON.stringify(answer(query)));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => server.close());

async function draw() {
  queries.length = 0;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = [join(import.meta.dirname, '../../tools/dashboard.mjs'), url, '--job', 'ns/rel', '--end', '1000000000'];
  const child = spawn(process.execPath, [...args, '--allow-empty', 'Memory'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const status = new Promise((resolve) => child.once('exit', resolve));
  const [page, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { page, problems: problems.trim().split('\n'), status: await status };
}

const series = (value: string) => ({
  metric: { server: '<time>', tool: 'now', state: 'serving' },
  values: [
    [999_999_000, '0'],
    [1_000_000_000, value],
  ],
});

test('draws each panel, with its title, its unit and a legend, and asks what Grafana asks', async () => {
  answer = () => ({ status: 'success', data: { result: [series('0.25')] } });
  const { page, problems, status } = await draw();
  expect([status, problems]).toEqual([0, ['']]);
  for (const { title } of dashboard.panels) expect(page).toContain(title);
  expect(page).toContain('&lt;time>: now');
  for (const shown of ['250 ms', '25 %', '0.25 req/s']) expect(page).toContain(shown);
  expect(queries).toHaveLength(dashboard.panels.flatMap((panel) => panel.targets ?? []).length);
  for (const query of queries) {
    expect(query).toContain('job="ns/rel"');
    expect(query).not.toContain('$');
  }
});

test('names each panel that has no data, or whose query fails', async () => {
  answer = (query) =>
    query.includes('process_cpu')
      ? { status: 'error', error: 'no such function' }
      : { status: 'success', data: { result: query.includes('sessions') ? [series('3')] : [] } };
  const { problems, status } = await draw();
  expect(status).toBe(1);
  expect(problems).toContain('CPU cores: no such function');
  expect(problems).toContain('Bytes per second: no data');
  expect(problems.filter((line) => /^(Sessions|Memory):/.test(line))).toEqual([]);
});
