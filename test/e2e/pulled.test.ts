// Catalogs and profiles that Docker pushed to a registry: pulled, locked, compiled, installed and used.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Store } from '../image/images.ts';
import { addArtifact, catalogArtifact, catalogType, profileType } from '../registry/artifacts.ts';
import { push } from '../registry/push.ts';
import { startRegistry, type TestRegistry } from '../registry/stand-in.ts';
import { call } from './client.ts';
import { createNamespace, deleteNamespace } from './cluster.ts';
import { ROOT, run } from './programs.ts';
import { Release } from './release.ts';

/** As in facts.test.ts: where images are read, and, if there is one, the registry that artefacts are pushed to. */
const map = process.env['MCPGEN_E2E_REGISTRY_MAP'];
const access = map === undefined ? [] : ['--registry-map', map];

const artifacts = new Store();
const profile = {
  version: 1,
  id: 'team',
  name: 'Team',
  servers: [
    {
      type: 'image',
      image: 'mcp/time',
      config: { zone: 'Asia/Tokyo' },
      tools: ['get_current_time'],
      snapshot: {
        server: {
          name: 'time',
          type: 'server',
          image: 'mcp/time',
          title: 'Time',
          command: ['--local-timezone={{time.zone}}'],
          tools: [{ name: 'get_current_time' }, { name: 'convert_time' }],
        },
      },
    },
  ],
};
const digests = {
  catalog: addArtifact(artifacts, 'mcpgen-e2e/catalog:v1', catalogType, catalogArtifact('time', 'mcp/time')),
  profile: addArtifact(artifacts, 'mcpgen-e2e/profile:v1', profileType, profile),
};

let standIn: TestRegistry | undefined;
let host = map?.split('=')[1] ?? '';
beforeAll(async () => {
  if (map === undefined) {
    standIn = await startRegistry(artifacts);
    host = standIn.host;
    return;
  }
  for (const kind of Object.keys(digests)) await push(host, artifacts, `mcpgen-e2e/${kind}`);
});
afterAll(() => standIn?.close());

const mcpgen = (...args: string[]): Promise<string> => run(process.execPath, [join(ROOT, 'dist/bin.js'), ...args], 150);

describe.each(['catalog', 'profile'] as const)('a %s', (kind) => {
  const release = new Release(kind === 'catalog' ? 3 : 4);
  const file = join(release.folder, 'pulled.yaml');

  beforeAll(async () => {
    await mcpgen('pull', `${host}/mcpgen-e2e/${kind}:v1`, '-o', file);
    await mcpgen('lock', file, ...access);
    await mcpgen(file, ...access, '-o', release.valuesFile);
    release.values = parse(readFileSync(release.valuesFile, 'utf8')) as Release['values'];
    release.namespace = await createNamespace('mcpgen-e2e-pulled');
    await release.install();
  });
  afterAll(async () => {
    await release.disconnect();
    if (release.namespace) await deleteNamespace(release.namespace);
  });

  test('is pinned by its digest', () => {
    expect(readFileSync(file, 'utf8')).toContain(`# The ${kind} ${host}/mcpgen-e2e/${kind}@${digests[kind]}, `);
  });

  test('has a server whose tool is called', async () => {
    const session = await release.session();
    const names = (await session.listTools()).tools.map(({ name }) => name);
    expect(names.includes('convert_time')).toBe(kind === 'catalog');
    expect(await call(session, 'get_current_time', { timezone: 'Asia/Tokyo' })).toContain('+09:00');
  });
});
