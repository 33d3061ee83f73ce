// What starting a program takes: the ways in which images start theirs.

import { describe, expect, test } from 'vitest';
import { canRun, describeNeed, findBlocked, formatMode, type Program } from '../../generator/image/facts.ts';
import { factsFrom } from './facts.ts';
import { base, type Config, type File } from './images.ts';

const program = (path: string, content = '\x7fELF'): File => ({ path, content, mode: 0o755 });
const python: readonly File[] = [
  program('usr/local/bin/python3.11'),
  { path: 'usr/local/bin/python', target: 'python3.11' },
  { path: 'usr/local/lib/python3.11/os.py' },
];
const node: readonly File[] = [program('usr/local/bin/node'), program('usr/bin/env')];

/** The program as lines: `run /bin/busybox <- /bin/sh 0755 0:0`. */
async function trace(config: Config, files: readonly File[]): Promise<Program & { lines: string[] }> {
  const facts = await factsFrom(config, [...base, ...files]);
  const first = facts.programs[0];
  if (!first) throw new Error('no program');
  const lines = first.needs.map(
    ({ verb, path, via, mode, uid, gid }) =>
      `${verb} ${path}${via === undefined ? '' : ` <- ${via}`}${mode === 0o755 || mode === 0o644 ? '' : ` ${formatMode(mode)}`}${uid + gid === 0 ? '' : ` ${uid}:${gid}`}`,
  );
  return { ...first, lines };
}

describe('a program', () => {
  test('by its path, by PATH, and from the working directory', async () => {
    const files = [program('opt/x'), program('app/bin/x'), { path: 'bin/x', mode: 0o644 }];
    expect((await trace({ Entrypoint: ['/opt/x'] }, files)).lines).toEqual(['run /opt/x']);
    expect((await trace({ Entrypoint: ['x'], Env: ['PATH=/bin:/opt'] }, files)).lines).toEqual(['run /opt/x']);
    expect((await trace({ Entrypoint: ['bin/x'], WorkingDir: '/app' }, files)).lines).toEqual(['run /app/bin/x']);
    expect((await trace({ Entrypoint: ['./x'], WorkingDir: '/opt' }, files)).lines).toEqual(['run /opt/x']);
  });

  test('that is not there', async () => {
    expect(await trace({ Entrypoint: ['nope', 'x'] }, [])).toMatchObject({
      missing: 'nope',
      argv: ['nope'],
      needs: [],
    });
    expect(await trace({ Entrypoint: ['/app/run'] }, [program('app/run', '#!/usr/bin/python\n')])).toMatchObject({
      missing: '/usr/bin/python',
    });
  });

  test('behind links and closed directories', async () => {
    const { lines } = await trace({ Entrypoint: ['x'] }, [
      { path: 'usr/bin/x', target: '../../opt/a/x' },
      { path: 'opt/a', target: '/srv/b' },
      { path: 'srv/', mode: 0o750, gid: 7 },
      { path: 'srv/b/x', mode: 0o755, uid: 3, gid: 4 },
    ]);
    expect(lines).toEqual(['enter /srv 0750 0:7', 'run /srv/b/x <- /usr/bin/x 3:4']);
  });
});

describe('a script', () => {
  test('of python in a venv, whose interpreter is elsewhere (uv)', async () => {
    const home = 'root/.local/share/uv/python/cpython-3.11/';
    const { lines, argv } = await trace({ Entrypoint: ['server', '--flag'], Env: ['PATH=/app/.venv/bin:/bin'] }, [
      program('app/.venv/bin/server', '#!/app/.venv/bin/python3\nimport x\n'),
      { path: 'app/.venv/bin/python3', target: 'python' },
      { path: 'app/.venv/bin/python', target: `/${home}bin/python3.11` },
      { path: 'app/.venv/pyvenv.cfg', content: `home = /${home}bin\nversion = 3.11\n` },
      { path: 'app/.venv/lib/python3.11/site-packages/x/__init__.py' },
      { path: 'app/.venv/lib/python3.11/site-packages/x.pth', content: 'import y\n/app/src\n' },
      { path: 'app/src/', mode: 0o700, uid: 9, gid: 9 },
      program(`${home}bin/python3.11`),
      { path: `${home}lib/python3.11/os.py` },
    ]);
    expect(argv).toEqual(['server']);
    expect(lines).toEqual([
      'script /app/.venv/bin/server',
      'enter /root 0700',
      `run /${home}bin/python3.11 <- /app/.venv/bin/python3`,
      'read /app/.venv/pyvenv.cfg',
      `list /${home}lib/python3.11`,
      'list /app/.venv/lib/python3.11/site-packages',
      'list /app/src 0700 9:9',
      'read /app/.venv/bin/server',
    ]);
  });

  test.each([
    ["#!/bin/sh\n'''exec' /long/venv/bin/python \"$0\" \"$@\"\n' '''\n"],
    ["#!/bin/sh\n'''exec' '/long/venv/bin/python' \"$0\" \"$@\"\n' '''\n"],
    ['#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")"/\'python\' "$0" "$@"\n'],
  ])('of python, for which the #! line was too long: %j', async (text) => {
    const { lines } = await trace({ Entrypoint: ['/long/venv/bin/server'] }, [
      ...python,
      program('long/venv/bin/server', text),
      { path: 'long/venv/bin/python', target: '/usr/local/bin/python' },
    ]);
    expect(lines.slice(0, 4)).toEqual([
      'script /long/venv/bin/server',
      'run /bin/busybox <- /bin/sh',
      'run /usr/local/bin/python3.11 <- /long/venv/bin/python',
      'list /usr/local/lib/python3.11',
    ]);
  });

  test('by env, with and without options', async () => {
    for (const line of ['#!/usr/bin/env node', '#!/usr/bin/env -S node --no-warnings', '#!/usr/bin/env -S A=b node']) {
      const { lines } = await trace({ Entrypoint: ['cli'] }, [
        ...node,
        { path: 'usr/local/bin/cli', target: '../lib/node_modules/cli/dist/index.js' },
        program('usr/local/lib/node_modules/cli/dist/index.js', `${line}\n`),
        { path: 'usr/local/lib/node_modules/cli/package.json' },
      ]);
      expect(lines).toEqual([
        'script /usr/local/lib/node_modules/cli/dist/index.js <- /usr/local/bin/cli',
        'run /usr/bin/env',
        'run /usr/local/bin/node',
        'read /usr/local/lib/node_modules/cli/dist/index.js <- /usr/local/bin/cli',
        'read /usr/local/lib/node_modules/cli/package.json',
        'list /usr/local/lib/node_modules',
      ]);
    }
  });

  test('whose interpreters start each other for ever', async () => {
    const { unfollowed } = await trace({ Entrypoint: ['/a'] }, [program('a', '#!/b\n'), program('b', '#!/a\n')]);
    expect(unfollowed).toMatch(/start each other/);
  });
});

describe('an interpreter with a file', () => {
  const app: readonly File[] = [{ path: 'app/dist/index.js' }, { path: 'app/node_modules/a/index.js' }];

  test.each([
    [
      ['node', 'dist/index.js', '--port', '1'],
      ['node', 'dist/index.js'],
    ],
    [
      ['node', '--enable-source-maps', '-r', 'x', 'dist/index.js'],
      ['node', '--enable-source-maps', '-r', 'x', 'dist/index.js'],
    ],
    [
      ['node', 'dist'],
      ['node', 'dist'],
    ],
    [
      ['sh', '-c', 'exec node dist/index.js "$@"'],
      ['sh', '-c', 'exec node dist/index.js "$@"'],
    ],
    [
      ['tini', '-g', '--', 'node', 'dist/index.js', 'x'],
      ['tini', '-g', '--', 'node', 'dist/index.js'],
    ],
    [
      ['env', 'A=1', 'node', 'dist/index.js'],
      ['env', 'A=1', 'node', 'dist/index.js'],
    ],
  ])('%j', async (Entrypoint, argv) => {
    const traced = await trace({ Entrypoint, WorkingDir: '/app' }, [...node, ...app, program('sbin/tini')]);
    expect(traced.argv).toEqual(argv);
    expect(traced.lines).toEqual(
      expect.arrayContaining(['run /usr/local/bin/node', 'read /app/dist/index.js', 'list /app/node_modules']),
    );
    expect(traced.missing ?? traced.unfollowed).toBeUndefined();
  });

  test.each([
    [['python', 'server.py'], 'read /app/server.py'],
    [['python', '-u', '-X', 'utf8', './server.py'], 'read /app/server.py'],
    [['python', '-m', 'server'], 'list /usr/local/lib/python3.11'],
    [['python', '/app/pkg'], 'read /app/pkg/__main__.py'],
  ])('%j', async (Entrypoint, line) => {
    const files = [...python, { path: 'app/server.py' }, { path: 'app/pkg/__main__.py' }];
    expect((await trace({ Entrypoint, WorkingDir: '/app' }, files)).lines).toContain(line);
  });

  test('that is not there: perhaps a volume brings it', async () => {
    const traced = await trace({ Entrypoint: ['node', '/data/server.js'] }, node);
    expect(traced).toMatchObject({ unfollowed: 'the image has no /data/server.js' });
    expect(traced.missing).toBeUndefined();
  });
});

describe('an entrypoint script', () => {
  const script = program('usr/local/bin/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n');
  const files = [...node, script, { path: 'app/index.js' }];

  test.each([
    [
      ['node', 'index.js'],
      ['docker-entrypoint.sh', 'node', 'index.js'],
    ],
    [['index.js'], ['docker-entrypoint.sh', 'index.js']],
    [['--version'], ['docker-entrypoint.sh', '--version']],
  ])('of the node images, and %j', async (Cmd, argv) => {
    const traced = await trace({ Entrypoint: ['docker-entrypoint.sh'], Cmd, WorkingDir: '/app' }, files);
    expect(traced.argv).toEqual(argv);
    expect(traced.lines.slice(0, 3)).toEqual([
      'script /usr/local/bin/docker-entrypoint.sh',
      'run /bin/busybox <- /bin/sh',
      'run /usr/local/bin/node',
    ]);
  });

  test('which cannot be followed further', async () => {
    const uv = await trace({ Entrypoint: ['uv', 'run', 'x'] }, [program('bin/uv')]);
    expect(uv.unfollowed).toBe('what /bin/uv starts or reads is not followed');
    const shell = await trace({ Entrypoint: ['sh', '-c', 'a && b'] }, []);
    expect(shell.unfollowed).toBe('what the shell makes of "a && b" is not followed');
    const gosu = await trace({ Entrypoint: ['gosu', 'app', 'x'] }, [program('bin/gosu')]);
    expect(gosu.unfollowed).toMatch(/changes the user/);
  });
});

test('code that not everybody may read is a doubt; what version control left is not', async () => {
  const { doubts } = await trace({ Entrypoint: ['node', '/app/index.js'] }, [
    ...node,
    { path: 'app/index.js' },
    { path: 'app/node_modules/a/index.js', mode: 0o600 },
    { path: 'app/node_modules/b/index.js', mode: 0o600 },
    { path: 'app/node_modules/c/', mode: 0o700, uid: 5 },
    { path: 'app/node_modules/c/x.js' },
    { path: 'app/node_modules/.cache/', mode: 0o700 },
    { path: 'app/node_modules/d/notes.txt', mode: 0o600 },
  ]);
  expect(doubts.map(({ verb, path }) => `${verb} ${path}`)).toEqual([
    'read /app/node_modules/a/index.js',
    'list /app/node_modules/c',
  ]);
});

describe('who can run it', () => {
  test('is decided by the bits of the owner, else of the group, else of all others', async () => {
    const { ...traced } = await trace({ Entrypoint: ['/x'] }, [{ path: 'x', mode: 0o751, uid: 10, gid: 20 }]);
    const can = (uid: number, gid: number, ...groups: number[]): boolean => canRun(traced, { uid, gid, groups });
    expect([can(10, 1), can(1, 20), can(1, 1, 20), can(1, 1), can(0, 0)]).toEqual([true, true, true, true, true]);
    const odd = await trace({ Entrypoint: ['/x'] }, [{ path: 'x', mode: 0o605, uid: 10, gid: 20 }]);
    const canOdd = (uid: number, gid: number): boolean => canRun(odd, { uid, gid });
    // Root, too: a pod's processes have no capabilities.
    expect([canOdd(10, 1), canOdd(1, 20), canOdd(1, 1), canOdd(0, 0)]).toEqual([false, false, true, true]);
  });

  test('and said with the path, its mode and its owner', async () => {
    const traced = await trace({ Entrypoint: ['/srv/x'] }, [{ path: 'srv/', mode: 0o700 }, program('srv/x')]);
    const blocked = findBlocked(traced, { uid: 1000, gid: 1000 });
    expect(blocked).toMatchObject({ path: '/srv', mode: 0o700, uid: 0, gid: 0 });
    expect(blocked && describeNeed(blocked)).toBe('enter /srv, which has the mode 0700 and belongs to 0:0');
  });
});
