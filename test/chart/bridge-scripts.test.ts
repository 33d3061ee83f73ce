// The scripts that run a server in its pod, in a real busybox: what the server gets, and says.

import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busybox, folder, path, scripts, unpack } from './bridge-pod.ts';

const special =
  'a.b a-b 9 9x _ IFS OPTIND PPID PWD OLDPWD SHLVL LINENO RANDOM PS1 PS2 PS4 ENV FUNCNAME EPOCHSECONDS EPOCHREALTIME ' +
  'HISTFILE OPTARG REPLY MAIL MAILPATH MAILCHECK CDPATH HOME TERM LC_ALL UID SECONDS BASH_ENV SOCAT_PID SOCAT_OTHER ' +
  'MCPGEN_COMMAND MCPGEN_INIT MCPGEN_OTHER';

/** Every variable that the scripts assign, read or loop over. */
const own = readdirSync(scripts).flatMap((name) =>
  [...readFileSync(join(scripts, name), 'utf8').matchAll(/\b([A-Za-z_]\w*)=|\bfor (\w+)\b|\$\{?([A-Za-z_]\w*)/g)].map(
    ([, assigned, loop, read]) => assigned ?? loop ?? read ?? '',
  ),
);

describe("a server's environment", () => {
  const value = ' it\'s "q" $HOME `id` \\n\\\\ \t\n*\u0001\u007f\u0085äö=\u2028 ';
  const names = [...new Set([...special.split(' '), ...own])].filter((name) => name !== 'PATH');
  const exact = { ...Object.fromEntries(names.map((name) => [name, `${name}${value}`])), PATH: `/nowhere:${path}` };
  const print = ['cat', '/proc/self/environ'];
  const parse = (stdout: string) =>
    Object.fromEntries(
      stdout
        .split('\0')
        .slice(0, -1)
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
  const start = (env: Record<string, string>, command = print) => {
    const { pod, run } = unpack();
    const init = [join(pod, 'init.sh'), '45', 'env', '--', ...run, ...command];
    return parse(spawnSync('busybox', ['sh', ...init], { env, encoding: 'utf8' }).stdout);
  };

  test('is that of its container, whatever its variables are called', () => expect(start(exact)).toEqual(exact));

  test.each(special.split(' '))('%s alone', (name) => {
    expect(start({ PATH: path, [name]: value })).toEqual({ PATH: path, [name]: value });
  });

  test('has nothing that its container has not', () => expect(start({ PATH: path })).toEqual({ PATH: path }));

  test('is set for a command with an equals sign too', () => {
    const odd = join(folder, 'a=b');
    symlinkSync('/bin/cat', odd);
    const env = { PATH: path, 'a.b': 'c', _: 'd' };
    expect(start(env, [odd, '/proc/self/environ'])).toEqual(env);
  });

  test('is the same in sidecars, where socat starts it', () => {
    const { pod, run } = unpack();
    const socat = join(pod, 'socat');
    // Stands for socat, which adds variables of its own and splits at spaces.
    writeFileSync(socat, '#!/bin/sh\nshift\nexport SOCAT_PID=1 SOCAT_NEW=2\nexec ${1#EXEC:}\n');
    chmodSync(socat, 0o755);
    const listen = join(pod, 'listen.sh');
    writeFileSync(listen, readFileSync(listen, 'utf8').replace('$1 $2 $3 /bridge/socat', socat));
    const args = [join(pod, 'init.sh'), '45', ...busybox, 'sh', listen, '127.0.1.1', ...run.slice(0, 6), ...print];
    expect(parse(spawnSync('busybox', ['sh', ...args], { env: exact, encoding: 'utf8' }).stdout)).toEqual(exact);
  });
});

describe('run-server.sh', () => {
  const serve = (args: string[], env: Record<string, string> = {}, input = '') => {
    const { run } = unpack();
    const { stdout } = spawnSync(run[0] ?? '', [...run.slice(1), ...args], {
      input,
      encoding: 'utf8',
      env: { PATH: path, ...env },
    });
    return stdout;
  };

  test('passes stdin, stdout and arguments, byte for byte', () => {
    const words = [`it's "quoted"`, '$HOME `id` \\', '', '*', `''`, 'A=1', '-x'];
    const stdout = serve(['sh', '-c', 'cat; for word; do echo "<$word>"; done', '-', ...words], {}, 'in\n');
    expect(stdout).toContain(`in\n${words.map((word) => `<${word}>\n`).join('')}`);
  });

  test('says goodbye with a line that is not JSON', () => {
    const stdout = serve(['sh', '-c', 'exit 3']);
    expect(stdout).toBe('\nmcpgen: the server process ended with status 3\n');
    expect(() => JSON.parse(stdout) as unknown).toThrow(SyntaxError);
  });

  test('finds a command in PATH, also one with the name of an applet', () => {
    const cat = join(folder, 'cat');
    writeFileSync(cat, '#!/bin/sh\necho "mine $*"\n');
    chmodSync(cat, 0o755);
    expect(serve(['cat', 'x'], { PATH: `/nowhere:${folder}:${path}` })).toContain('mine x\n');
  });

  test('says so when the command is not there, or cannot be run', () => {
    expect(serve(['no-such-program'])).toContain('ended with status 127');
    const file = join(folder, 'not-executable');
    writeFileSync(file, '');
    expect(serve([file])).toContain('ended with status 126');
  });

  test('takes the command from listen.sh, with all that its words may hold', () => {
    const words = [`it's "quoted"`, '$HOME `id` \\', '', '*', `''`];
    const command = words.map((word) => ` '${word.replaceAll("'", `'\\''`)}'`).join('');
    const env = { MCPGEN_COMMAND: `'sh' '-c' 'for word; do echo "<$word>"; done' '-'${command}` };
    expect(serve([], env)).toContain(words.map((word) => `<${word}>\n`).join(''));
  });
});

describe('is-ready.sh', () => {
  test('sees a port that listens, and opens no connection', async () => {
    let connections = 0;
    const server = createServer(() => connections++).listen(0);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { pod } = unpack();
    const probe = join(pod, 'is-ready.sh');
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    writeFileSync(probe, readFileSync(probe, 'utf8').replace(':115C', `:${hex}`));
    const ask = () => spawnSync('busybox', ['sh', probe], { encoding: 'utf8' });

    expect(ask().status).toBe(0);
    await new Promise((resolve) => server.close(resolve));
    expect(ask()).toMatchObject({ status: 1, stdout: 'nothing listens on port 4444\n' });
    expect(connections).toBe(0);
  });

  test('prints nothing that is not printable, whoever wrote it', () => {
    const file = join(folder, 'state');
    writeFileSync(file, 'forged \u001b[2J\n');
    const { status, stdout } = spawnSync('busybox', ['sh', join(scripts, 'is-ready.sh'), file], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, 'the server does not start, and the reason is not printable\n']);
  });
});
