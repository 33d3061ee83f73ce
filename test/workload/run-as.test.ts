// Who a server runs as, by the facts of its image: the two failures that users had, and what else images are like.

import { describe, expect, test } from 'vitest';
import { load } from '../../generator/load.ts';
import { decideRunAs } from '../../generator/workload/run-as/decide.ts';
import type { IdentityInput, Decision } from '../../generator/workload/run-as/model.ts';
import type { Diagnostic } from '../../generator/diagnostics.ts';
import type { Wanted } from '../../generator/image/inspect.ts';
import { digest, factsFrom } from '../image/facts.ts';
import { base, type Config, type File } from '../image/images.ts';

interface Case {
  readonly config?: Config;
  readonly files?: readonly File[];
  readonly wanted?: Partial<Wanted>;
  readonly input?: Partial<IdentityInput>;
  readonly options?: Partial<IdentityInput['options']>;
  /** Target of one volume, called `data`. */
  readonly mount?: string;
}

/** Decides for one server of an image that has node and its program at /app. */
async function decide({ config, files = [], wanted, input, options, mount }: Case) {
  const loaded = load({ catalogs: [{ name: 'catalog.yaml', text: 'registry:\n  s: {image: "mcp/s:1"}\n' }] });
  const [server] = loaded.value.servers;
  if (!server) throw new Error('no server');
  const facts = await factsFrom(
    { Entrypoint: ['node', 'index.js'], WorkingDir: '/app', ...config },
    [...base, { path: 'usr/local/bin/node', mode: 0o755 }, { path: 'app/index.js' }, ...files],
    { places: mount === undefined ? [] : [mount], ...wanted },
  );
  const { value, diagnostics } = decideRunAs({
    server,
    facts,
    args: [],
    user: null,
    env: {},
    mounts: mount === undefined ? [] : [{ name: 'data', mountPath: mount }],
    options: { allowRoot: false, features: new Set(), defaultUser: 1000, defaultHome: '/home/mcp', ...options },
    ...input,
  });
  return {
    value,
    diagnostics,
    find: (code: string): Diagnostic | undefined => diagnostics.find((d) => d.code === code),
  };
}

const user = (value: Decision | undefined): string => `${value?.user}:${value?.group}:${value?.fsGroup}`;

describe('mcp/fetch: a venv whose interpreter lies below /root, which is closed', () => {
  const home = '/root/.local/share/uv/python/cpython-3.11';
  const fetch: Case = {
    config: { Entrypoint: ['mcp-server-fetch'], Env: ['PATH=/app/.venv/bin:/bin'], User: 'root' },
    files: [
      { path: 'app/.venv/bin/mcp-server-fetch', content: '#!/app/.venv/bin/python\n', mode: 0o755 },
      { path: 'app/.venv/bin/python', target: `${home}/bin/python3.11` },
      { path: 'app/.venv/pyvenv.cfg', content: `home = ${home}/bin\n` },
      { path: `${home.slice(1)}/bin/python3.11`, mode: 0o755 },
      { path: `${home.slice(1)}/lib/python3.11/os.py` },
    ],
  };

  test('is an error that names the path, its mode, its owner and all remedies', async () => {
    const { value, find } = await decide(fetch);
    expect(value).toBeUndefined();
    expect(find('cannot-run')).toMatchObject({
      severity: 'error',
      position: { file: 'catalog.yaml', line: 2 },
      message: `the image mcp/s:1 can run only as root: the user 1000:1000 may not enter /root, which has the mode 0700 and belongs to 0:0, on the way to ${home}/bin/python3.11 (/app/.venv/bin/python)`,
      hint: expect.stringMatching(/--features image-volume.*; --features user-namespaces.*; --allow-root s/),
    });
    // k8s.io/pod-security-admission: check_runAsUser.go has a version 1.35, which takes pods with `hostUsers: false`.
    expect(find('cannot-run')?.hint).toMatch(
      /user-namespaces \(.*1\.33.* allow root.* from 1\.35 "restricted" allows it too\)/,
    );
  });

  test('runs with an image volume: an emptyDir over /root, and the image below it', async () => {
    const { value } = await decide({ ...fetch, options: { features: new Set(['image-volume', 'user-namespaces']) } });
    expect(user(value)).toBe('1000:1000:1000');
    expect(value).toMatchObject({ home: { path: '/home/mcp', isEmpty: true } });
    expect(value?.volumes).toEqual([
      { name: 'image-root', mountPath: '/root' },
      { name: 'image-root-local', mountPath: '/root/.local', subPath: 'root/.local' },
    ]);
  });

  test('mounts from below the last closed directory', async () => {
    const files = [...(fetch.files ?? []), { path: 'root/.local/', mode: 0o700 }];
    const { value } = await decide({ ...fetch, files, options: { features: new Set(['image-volume']) } });
    expect(value?.volumes.map(({ subPath, mountPath }) => subPath ?? mountPath)).toEqual([
      '/root',
      'root/.local/share',
    ]);
  });

  test('has no image volume to help it if files are closed, too', async () => {
    const files = [...(fetch.files ?? []), { path: `${home.slice(1)}/bin/python3.11`, mode: 0o700 }];
    const { value, find } = await decide({ ...fetch, files, options: { features: new Set(['image-volume']) } });
    expect(value).toBeUndefined();
    expect(find('cannot-run')?.hint).not.toContain('image-volume');
  });

  test('runs as root in a user namespace', async () => {
    const { value } = await decide({ ...fetch, options: { features: new Set(['user-namespaces']) } });
    expect(value).toMatchObject({
      user: 0,
      group: 0,
      hostUsers: false,
      home: { path: '/root', isEmpty: false },
    });
    expect(value?.volumes.map(({ mountPath }) => mountPath)).toEqual(['/root/.cache', '/root/.config']);
  });

  test('runs as root without capabilities where the user allows it', async () => {
    const { value, find } = await decide({ ...fetch, options: { allowRoot: true } });
    expect(value).toMatchObject({ user: 0 });
    expect(value).not.toHaveProperty('hostUsers');
    expect(find('run-as')?.message).toContain('because --allow-root allows it');
  });

  test('runs as another user if there is one who can', async () => {
    const files = (fetch.files ?? []).map((file) => file);
    const { value } = await decide({ ...fetch, files: [...files, { path: 'root/', mode: 0o750, gid: 44 }] });
    expect(user(value)).toBe('1000:44:44');
    const owned = await decide({ ...fetch, files: [...files, { path: 'root/', mode: 0o700, uid: 1001 }] });
    expect(user(owned.value)).toBe('1001:1002:1002');
    expect(owned.value?.home).toEqual({ path: '/home/app', isEmpty: true });
  });
});

describe('the kubernetes server: its user is not the one whose home the catalog names', () => {
  const kubernetes: Case = { config: { User: 'app' }, mount: '/root/.kube/config' };

  test('gets the config in its own home, with a note', async () => {
    const { value, find } = await decide(kubernetes);
    expect(user(value)).toBe('1001:1002:1002');
    expect(value).toMatchObject({
      home: { path: '/home/app', isEmpty: true },
      moved: { data: '/home/app/.kube/config' },
      volumes: [],
    });
    expect(find('moved-volume')).toMatchObject({
      severity: 'note',
      message: expect.stringContaining('the volume at /root/.kube/config is mounted at /home/app/.kube/config'),
    });
  });

  test('keeps it if its settings say where it is: then what is closed is opened', async () => {
    const { value, find } = await decide({ ...kubernetes, input: { env: { KUBECONFIG: '/root/.kube/config' } } });
    expect(value).toMatchObject({ moved: {}, volumes: [{ mountPath: '/root' }] });
    expect(find('opened-folder')?.message).toContain('an emptyDir covers /root');
  });

  test.each([
    ['/root/.kube', true],
    ['--home=/root', true],
    ['/rootless/.kube/config', false],
    ['/root/other', false],
  ])('%s says where it is: %s', async (text, expected) => {
    const { value } = await decide({ ...kubernetes, input: { args: [text] } });
    expect(value?.moved).toEqual(expected ? {} : { data: '/home/app/.kube/config' });
  });

  test('keeps it if the user says so, or runs as root, or the catalog sets HOME', async () => {
    const mounts = [{ name: 'data', mountPath: '/root/.kube/config', isFixed: true }];
    expect((await decide({ ...kubernetes, input: { mounts } })).value?.moved).toEqual({});
    const home = await decide({ ...kubernetes, input: { env: { HOME: '/root' } } });
    expect(home.value).toMatchObject({ moved: {}, volumes: [{ mountPath: '/root' }] });
    expect(home.value).not.toHaveProperty('home');
  });

  test("a root image's own home is not that of who takes root's place", async () => {
    const { value } = await decide({ mount: '/root/.aws' });
    expect(value?.moved).toEqual({ data: '/home/mcp/.aws' });
  });

  test('a user of the image who has the number of the default user is somebody else', async () => {
    const passwd = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
    const files = [{ path: 'etc/passwd', content: passwd }];
    expect((await decide({ files })).value).toMatchObject({ user: 1000, home: { path: '/home/mcp' } });
    const own = await decide({ files, config: { User: 'node' } });
    expect(own.value).toMatchObject({ user: 1000, home: { path: '/home/node' } });
  });

  test('a home of the image below /tmp is none', async () => {
    const config = { User: 'app', Env: ['HOME=/tmp/app'] };
    expect((await decide({ config })).value).toMatchObject({ home: { path: '/home/mcp' } });
  });

  test('stays where another volume is already in its place', async () => {
    const mounts = [
      { name: 'theirs', mountPath: '/root/.aws' },
      { name: 'own', mountPath: '/home/app/.aws' },
      { name: 'data', mountPath: '/data' },
    ];
    const { value } = await decide({ config: { User: 'app' }, input: { mounts } });
    expect(value?.moved).toEqual({});
  });

  test('what lies in no home stays', async () => {
    expect((await decide({ ...kubernetes, mount: '/rootless/x' })).value?.moved).toEqual({});
    expect((await decide({ ...kubernetes, mount: '/home/app/x' })).value?.moved).toEqual({});
  });
});

describe('command and arguments', () => {
  test('entrypoint and cmd, or the command of the catalog', async () => {
    const config = { Entrypoint: ['node', 'index.js'], Cmd: ['--port', '$(PORT)'] };
    expect((await decide({ config })).value).toMatchObject({
      command: ['node', 'index.js'],
      args: ['--port', '$$(PORT)'],
    });
    expect((await decide({ config, input: { args: ['--x', '$(KEY)'] } })).value).toMatchObject({
      args: ['--x', '$(KEY)'],
    });
  });

  test('an image without an entrypoint starts what its arguments say', async () => {
    const config = { Entrypoint: null, Cmd: ['node', 'index.js'] };
    expect((await decide({ config })).value).toMatchObject({
      command: ['node'],
      args: ['index.js'],
    });
    expect((await decide({ config: { Entrypoint: null } })).find('no-program')?.severity).toBe('error');
  });

  test('the image is pinned', async () => {
    expect((await decide({})).value?.image).toBe(`mcp/s@${digest}`);
  });

  test('a program that the lock does not know, or the image does not have', async () => {
    const config = { Entrypoint: [] as string[], Cmd: ['node', 'index.js'] };
    expect((await decide({ config, input: { args: ['other'] } })).find('stale-lock')?.message).toContain('["other"]');
    const absent = { Entrypoint: ['absent'] };
    const found = (await decide({ config: absent })).find('missing-program');
    expect(found?.message).toContain('has no program absent');
    expect(found?.position).toEqual({ file: 'catalog.yaml', line: 2, column: 14 });
  });
});

describe('users', () => {
  test.each([
    ['none', {}, null, '1000:1000:1000'],
    ['root', { User: 'root' }, null, '1000:1000:1000'],
    ['a name', { User: 'app' }, null, '1001:1002:1002'],
    ['a number with a name', { User: '1001' }, null, '1001:1002:1002'],
    ['a number without one', { User: '5000' }, null, '5000:5000:5000'],
    ['a number and a group', { User: '5000:0' }, null, '5000:0:5000'],
    ["the catalog's", { User: 'app' }, '77:88', '77:88:88'],
    ["the catalog's, by name", {}, 'app', '1001:1002:1002'],
    ["the catalog's root", { User: 'app' }, '0', '1000:1000:1000'],
  ])('%s', async (_, config, catalogUser, expected) => {
    expect(user((await decide({ config, input: { user: catalogUser } })).value)).toBe(expected);
  });

  test('the group 0, if nothing else can', async () => {
    const { value } = await decide({ config: { User: '5000' }, files: [{ path: 'app/', mode: 0o750 }] });
    expect(user(value)).toBe('5000:0:5000');
  });

  test('who is not known is an error', async () => {
    expect((await decide({ config: { User: 'ghost' } })).find('unknown-user')?.message).toContain(
      'the user ghost of the image',
    );
    expect((await decide({ input: { user: 'ghost' } })).find('unknown-user')?.hint).toContain('app');
  });

  test('nobody takes the place of whom the catalog names', async () => {
    const { value, find } = await decide({
      input: { user: '77' },
      files: [{ path: 'app/', mode: 0o700, uid: 1001, gid: 1002 }],
    });
    expect(value).toBeUndefined();
    expect(find('cannot-run')?.hint).toContain("user: '1001:1002' in the catalog");
  });
});

describe('places to write to', () => {
  const paths = (value: Decision | undefined): string[] | undefined => value?.volumes.map(({ mountPath }) => mountPath);

  test('the working directory and VOLUMEs, if they are empty', async () => {
    const config = {
      WorkingDir: '/srv',
      Entrypoint: ['node', '/app/index.js'],
      Volumes: { '/data': {}, '/full': {}, '/srv/a': {} },
    };
    const files = [{ path: 'srv/' }, { path: 'full/x' }];
    expect(paths((await decide({ config, files })).value)).toEqual(['/data', '/srv']);
    expect(paths((await decide({ config, files, mount: '/data' })).value)).toEqual(['/srv']);
  });

  test('what variables name', async () => {
    const config = { Env: ['XDG_CACHE_HOME=/cache', 'UV_CACHE_DIR=/tmp/uv', 'DATA_DIR=/d', 'PATH=/usr/local/bin'] };
    expect(paths((await decide({ config })).value)).toEqual(['/cache']);
  });

  test('a home with files of the image is not hidden: its usual folders are', async () => {
    const config = { User: 'app' };
    const files = [{ path: 'home/app/.local/bin/tool' }, { path: 'home/app/.cache/' }];
    const { value } = await decide({ config, files });
    expect(value?.home).toEqual({ path: '/home/app', isEmpty: false });
    expect(paths(value)).toEqual(['/home/app/.cache', '/home/app/.config']);
    const skeleton = await decide({ config, files: [{ path: 'home/app/.bashrc' }] });
    expect(skeleton.value?.home).toEqual({ path: '/home/app', isEmpty: true });
  });

  test('a volume that hides files of the image is reported: Docker would fill it with them', async () => {
    const files = [{ path: 'data/seed.db' }];
    expect((await decide({ files, mount: '/data' })).value?.hidesFiles).toEqual(['data']);
    expect((await decide({ mount: '/data' })).value).toMatchObject({ hidesFiles: [] });
    // As in Docker's catalog, where the memory server has a volume over the folder of its own code.
    expect((await decide({ mount: '/app' })).value).toMatchObject({ hidesFiles: ['data'] });
  });
});

test('code that the user cannot read is a warning', async () => {
  const files = [{ path: 'app/node_modules/a/index.js', mode: 0o600 }];
  const { value, find } = await decide({ files });
  expect(value).toBeDefined();
  expect(find('unreadable-files')).toMatchObject({
    severity: 'warning',
    message: 'the user 1000:1000 may not read /app/node_modules/a/index.js, which has the mode 0600 and belongs to 0:0',
  });
});
