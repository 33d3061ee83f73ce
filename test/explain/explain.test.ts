// `mcpgen explain` sees what a compilation sees, and so do `evaluate`, `images` and `lock`.

import { afterAll, describe, expect, test } from 'vitest';
import type { ExplainedServer } from '../../generator/explain/model.ts';
import { base, Store } from '../image/images.ts';
import { Workspace } from '../image/mcpgen.ts';
import { startRegistry } from '../registry/stand-in.ts';

const store = new Store();
const layers = [store.layer(base), store.layer([{ path: 'usr/bin/run', content: '\x7fELF', mode: 0o755 }])];
store.image('docker/mcp-gateway:v2', { Entrypoint: ['/usr/bin/run'] }, layers);
store.image('library/node:24-alpine', { Entrypoint: ['/usr/bin/run'] }, layers);
store.image('mcp/time', { Entrypoint: ['/usr/bin/run'], User: 'app' }, layers);

const registry = await startRegistry(store);
const workspace = new Workspace();
afterAll(async () => {
  await registry.close();
  workspace.remove();
});
const map = ['--registry-map', `docker.io=${registry.host}`];

const catalog = workspace.write('catalog.yaml', 'registry: {time: {image: mcp/time}}\n');
const full = workspace.write(
  'full.yaml',
  `registry:
  docs:
    image: mcp/docs
    volumes: ['/srv/docs:/docs', 'cache:/c']
    secrets: [{name: docs.key, env: KEY}]
    env: [{name: LEVEL, value: info}]
    user: '1234'
    allowHosts: [docs.example:443]
    longLived: true
  quiet: {image: mcp/quiet, disableNetwork: true}
  poci: {type: poci, tools: [{name: x}]}
  web: {type: remote, remote: {url: 'https://x.example/mcp', transport_type: sse}}
`,
);

async function explained(...args: string[]): Promise<ExplainedServer[]> {
  const { status, out, error } = await workspace.mcpgen('explain', ...args, '--json');
  expect(status, error).toBe(0);
  return JSON.parse(out) as ExplainedServer[];
}
const aspect = (servers: readonly ExplainedServer[], server: string, name: string) =>
  servers.find((one) => one.server === server)?.aspects.find((one) => one.aspect === name);

describe('without a lock', () => {
  test('only the start is open', async () => {
    const servers = await explained(catalog);
    expect(servers[0]?.refused).toBeUndefined();
    const open = servers[0]?.aspects.filter(({ status }) => status === 'open');
    expect(open).toMatchObject([{ aspect: 'start', change: expect.stringContaining('mcpgen lock') }]);
  });

  test('all that differs from Docker says why, and how to change it', async () => {
    const servers = await explained(full);
    const differing = servers.flatMap(({ aspects }) => aspects).filter(({ status }) => status !== 'kept');
    expect(differing.length).toBeGreaterThan(10);
    expect(differing.filter(({ why, change }) => why === undefined || change === undefined)).toEqual([]);
    expect(aspect(servers, 'docs', 'volume')).toMatchObject({
      docker: '-v /srv/docs:/docs',
      change: '--volume docs:/docs=KIND',
    });
    expect(aspect(servers, 'docs', 'user')).toMatchObject({ status: 'kept', docker: '-u 1234' });
    expect(aspect(servers, 'docs', 'secret')).toMatchObject({ change: '--secret docs.key=SECRET/KEY' });
    expect(aspect(servers, 'docs', 'network')?.docker).toContain('docs.example:443');
    expect(aspect(servers, 'quiet', 'network')).toMatchObject({ status: 'kept', here: 'egress.mode: none' });
    expect(aspect(servers, 'web', 'remote')?.docker).toContain('https://x.example/mcp');
  });

  test('a server that cannot run has its reason, and the way', async () => {
    const servers = await explained(full);
    expect(servers.find(({ server }) => server === 'poci')?.refused).toMatchObject([
      {
        message: expect.stringContaining('container for each tool call'),
        hint: expect.stringContaining('--skip-unsupported'),
      },
    ]);
  });
});

test('a file of entrypoints closes the start', async () => {
  const entrypoints = workspace.write('entrypoints.yaml', 'time: [mcp-server-time]\n');
  const servers = await explained(catalog, '--entrypoints', entrypoints);
  expect(aspect(servers, 'time', 'start')).toMatchObject({ status: 'kept', here: 'command: mcp-server-time' });
});

test('an overlay counts: what it sets, and whom it leaves out', async () => {
  const overlay = workspace.write(
    'overlay.yaml',
    'servers: {docs: {egress: {mode: all}, podSecurityContext: {runAsUser: 7}, resources: {limits: {cpu: "3"}}}, quiet: {enabled: false}}\n',
  );
  const servers = await explained(full, '--overlay', overlay);
  expect(servers.map(({ server }) => server)).toEqual(['docs', 'poci', 'web']);
  expect(aspect(servers, 'docs', 'network')?.here).toBe('egress.mode: all');
  expect(aspect(servers, 'docs', 'user')).toMatchObject({
    status: 'changed',
    here: expect.stringContaining('runAsUser: 7'),
  });
  expect(aspect(servers, 'docs', 'limits')?.here).toContain('cpu 3');
  const { out: images } = await workspace.mcpgen('images', full, '--overlay', overlay);
  expect(images).toContain('mcp/docs\n');
  expect(images).not.toContain('mcp/quiet');
  const { out: evaluated } = await workspace.mcpgen('evaluate', full, '--overlay', overlay);
  expect(evaluated).not.toMatch(/^quiet /m);
});

test('the table has a line for each aspect, in the columns of the terminal', async () => {
  const { out } = await workspace.mcpgen('explain', catalog);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(out).toMatch(/^time \(container\), the Service mcp-time$/m);
  expect(out).toMatch(/^ {2}changed {2}network {5}everything can be reached {4}egress\.mode: internet: the$/m);
  expect(out).toMatch(/^ +change: servers\.time\.egress in a file given with$/m);
});

test('with the lock beside the catalog, nothing is open, and images have their digests', async () => {
  const locked = workspace.write('locked.yaml', 'registry: {time: {image: mcp/time}}\n');
  const lock = await workspace.mcpgen('lock', locked, ...map);
  expect(lock.status, lock.error).toBe(0);
  const servers = await explained(locked);
  expect(aspect(servers, 'time', 'start')).toMatchObject({ status: 'kept', here: 'command: /usr/bin/run' });
  expect(aspect(servers, 'time', 'user')).toMatchObject({ status: 'kept', docker: "the image's own user, 1001:1002" });
  expect((await workspace.mcpgen('images', locked)).out).toMatch(/^mcp\/time@sha256:[0-9a-f]{64}$/m);
});

test('lock reads no image of a server that the overlay leaves out', async () => {
  const two = workspace.write('two.yaml', 'registry: {time: {image: mcp/time}, gone: {image: mcp/gone}}\n');
  const overlay = workspace.write('without.yaml', 'servers: {gone: {enabled: false}}\n');
  const { status, error } = await workspace.mcpgen(
    'lock',
    two,
    '--overlay',
    overlay,
    ...map,
    '-o',
    workspace.path('two.lock'),
  );
  expect(status, error).toBe(0);
});
