// The scripts that run a server in its pod, in a real busybox: what environment it gets, and when its pod is ready.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { chart } from './helm.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bridge-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scripts = join(chart, 'files/bridge');
/** Four words before an applet, as LOADER --library-path DIRECTORY BUSYBOX are in a pod. */
const busybox = ['nice', '-n', '0', 'busybox'];
const path = process.env['PATH'] ?? '';
let pods = 0;

/** Copies the scripts, with the folders of a pod below this one. */
function unpack(options: { state?: boolean; speed?: number } = {}) {
  const pod = join(folder, String(++pods));
  mkdirSync(pod);
  if (options.state) mkdirSync(join(pod, 'state'));
  for (const name of readdirSync(scripts)) {
    const source = readFileSync(join(scripts, name), 'utf8');
    writeFileSync(
      join(pod, name),
      source
        .replaceAll('/mcpgen-state', join(pod, 'state'))
        .replace('/bridge/check.sh', join(pod, 'check.sh'))
        .replace('delay=5', 'delay=1'),
    );
  }
  return { pod, run: [...busybox, 'sh', join(pod, 'run-server.sh'), ...busybox] };
}

/** Stands for the bridge: starts a process for each connection, and drops its stderr. Prints its port. */
const bridge = `const { spawn } = require('node:child_process');
const [command, ...args] = process.argv.slice(1);
require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  socket.on('error', () => {}).pipe(child.stdin);
  child.stdout.pipe(socket, { end: false });
}).listen(0, '127.0.0.1', function () { console.error('port ' + this.address().port); });`;

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill()) await ended;
  }
});

/** A server's pod: init.sh with a bridge. */
class Pod {
  readonly #files = unpack({ state: true });
  readonly child: ChildProcess;
  log = '';

  constructor(server: string[], env: Record<string, string> = {}) {
    const { pod, run } = this.#files;
    const start = join(pod, 'bridge');
    writeFileSync(start, `#!/bin/sh\nexec "${process.execPath}" -e '${bridge.replaceAll("'", `'\\''`)}' "$@"\n`);
    chmodSync(start, 0o755);
    const args = ['sh', join(pod, 'init.sh'), start, ...run, ...server];
    this.child = spawn('busybox', args, { env: { PATH: path, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    children.push(this.child);
  }

  get state(): string {
    return readFileSync(join(this.#files.pod, 'state/start'), 'utf8').trim();
  }

  async listening(): Promise<number> {
    const port = () => Number(/^port (\d+)$/m.exec(this.log)?.[1]);
    await expect.poll(port, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
    return port();
  }

  /** Opens a connection, and gives what comes of it until there is an answer or a goodbye. */
  async call(line: string): Promise<string> {
    const socket = connect(await this.listening(), '127.0.0.1');
    socket.write(`${line}\n`);
    let received = '';
    for await (const chunk of socket) {
      received += String(chunk);
      if (/mcpgen: .*\n|result/.test(received)) break;
    }
    return received;
  }

  /** The readiness probe. */
  async probe() {
    const { pod } = this.#files;
    const hex = (await this.listening()).toString(16).toUpperCase().padStart(4, '0');
    const own = join(pod, 'is-ready.sh');
    writeFileSync(own, readFileSync(own, 'utf8').replace(/:[0-9A-F]{4}\\ /, `:${hex}\\ `));
    const { status, stdout } = spawnSync('busybox', ['sh', own, join(pod, 'state/start')], { encoding: 'utf8' });
    return { status, stdout: stdout.trim() };
  }
}

/** An MCP server in a line of shell: answers as long as the file `broken` is not there. */
const server = (broken = '/nonexistent') => [
  'sh',
  '-c',
  `if [ -e ${broken} ]; then echo 'no database' >&2; exit 3; fi
echo started >&2
while read -r line; do
  case $line in *die*) kill -9 $$ ;; esac
  echo '{"jsonrpc":"2.0","id":0,"result":{}}'
done`,
];

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
    const init = [join(pod, 'init.sh'), 'env', '--', ...run, ...command];
    return parse(spawnSync('busybox', ['sh', ...init], { env, encoding: 'utf8' }).stdout);
  };

  test('is that of its container, whatever its variables are called', () => expect(start(exact)).toEqual(exact));

  test.each(names)('%s alone', (name) => {
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
    const args = [join(pod, 'init.sh'), ...busybox, 'sh', listen, '127.0.1.1', ...run.slice(0, 6), ...print];
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

  test('says goodbye with a line that is no JSON', () => {
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

describe('a pod of its own', () => {
  test('is ready when a process of the server has answered, and has ended', async () => {
    const pod = new Pod(server());
    await pod.listening();
    expect(pod.state).toBe('answered');
    expect(pod.log).toMatch(/^started\nmcpgen: the server process ended with status 0\nport/);
    expect(await pod.probe()).toEqual({ status: 0, stdout: '' });
    expect(await pod.call('hello')).toContain('result');
  });

  test('is not ready when it cannot start: the probe and the goodbye say why', async () => {
    const script = `printf 'reading config\\n\\033[31mno \\303\\244 url: %0300d\\033[0m\\r\\n    at x (y.js:1)\\n\\nNode.js v20\\n' 1 >&2; exit 7`;
    const pod = new Pod(['sh', '-c', script]);
    const reason = `the server process ended with status 7: no ?? url: ${'0'.repeat(300)}`.slice(0, 296);
    expect(await pod.call('hello')).toBe(`\nmcpgen: ${reason}\n`);
    expect(await pod.probe()).toEqual({ status: 1, stdout: reason });
    expect(pod.log).toContain('    at x (y.js:1)\n');
  });

  test.each([
    ['Error: no key\n\nUsage: server KEY\n\nFor more information, try --help\n', 'Error: no key'],
    ['flag not defined: -x\nUsage of server:\n  -y\n\tdoes y\n', 'flag not defined: -x'],
    ['usage: server KEY\nserver: error: no KEY\n', 'server: error: no KEY'],
    ["Error: refused\n    at x (y.js:1) {\n  code: 'E'\n}\n\nNode.js v20.19.0\n", 'Error: refused'],
    ['Traceback:\n  File "a.py"\nValueError: no key', 'ValueError: no key'],
    ['', undefined],
  ])('of what it printed, %j, the line that says most is kept', async (printed, line) => {
    const pod = new Pod(['sh', '-c', `printf '%s' "$0" >&2; exit 1`, printed]);
    await pod.listening();
    expect(pod.state).toBe(`the server process ended with status 1${line === undefined ? '' : `: ${line}`}`);
  });

  test.each([
    ['is not there', ['no-such-program'], 'ended with status 127: mcpgen: no-such-program is not in PATH; is servers.'],
    [
      'answers with an error',
      ['sh', '-c', 'read -r x; echo "{\\"error\\":{}}"; exec cat'],
      'answered initialize with an error',
    ],
    ['is killed at its start', ['sh', '-c', 'kill -9 $$'], 'ended with status 137'],
    ['ends with status 0', ['true'], 'the server process ended with status 0'],
  ])('is not ready when the server %s', async (_, command, reason) => {
    const pod = new Pod(command);
    await pod.listening();
    expect(pod.state).toContain(reason);
  });

  test('becomes ready by itself when the server can start', async () => {
    const broken = join(folder, 'broken-1');
    writeFileSync(broken, '');
    const pod = new Pod(server(broken));
    await pod.listening();
    expect(await pod.probe()).toEqual({ status: 1, stdout: 'the server process ended with status 3: no database' });
    rmSync(broken);
    await expect.poll(() => pod.state, { timeout: 15_000 }).toBe('answered');
  }, 30_000);

  test('stops being ready when its processes cannot start any more', async () => {
    const broken = join(folder, 'broken-2');
    const pod = new Pod(server(broken));
    await pod.listening();
    expect(pod.state).toBe('answered');
    writeFileSync(broken, '');
    expect(await pod.call('hello')).toBe('\nmcpgen: the server process ended with status 3\n');
    await expect.poll(() => pod.state, { timeout: 15_000 }).toBe('the server process ended with status 3: no database');
    expect(await pod.call('hello')).toBe('\nmcpgen: the server process ended with status 3: no database\n');
  }, 30_000);

  test('stays ready when a process is killed in the middle of a session', async () => {
    const pod = new Pod(server());
    expect(await pod.call('die')).toBe('\nmcpgen: the server process ended with status 137\n');
    // The check that follows answers as well.
    await expect.poll(() => pod.log.split('started').length - 1, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => pod.log.split('status 0').length - 1, { timeout: 15_000 }).toBe(2);
    expect(pod.state).toBe('answered');
  }, 30_000);

  test('takes any amount of stderr at the start, and keeps its end only', async () => {
    const pod = new Pod(['sh', '-c', 'yes | head -c 20000000 >&2; echo the end >&2; exit 1']);
    await pod.listening();
    expect(pod.state).toBe('the server process ended with status 1: the end');
  }, 30_000);

  test('leaves no process of the check behind', async () => {
    const mark = `sleep 98${process.pid}`;
    const pod = new Pod(['sh', '-c', `trap '' TERM; ${mark} & ${mark} </dev/null >/dev/null & exec cat >&2`]);
    pod.child.kill();
    const pod2 = new Pod(['sh', '-c', `${mark} & ${mark} >/dev/null 2>&1 & exit 4`]);
    await pod2.listening();
    const processes = () => text(spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
    await expect.poll(async () => (await processes()).includes(`\n${mark}`), { timeout: 10_000 }).toBe(false);
    expect(pod2.state).toBe('the server process ended with status 4');
  }, 30_000);

  test('ends at once with its bridge, or when it is told to', async () => {
    const pod = new Pod(server());
    await pod.listening();
    const ended = new Promise((resolve) => pod.child.once('exit', resolve));
    pod.child.kill();
    expect(await ended).toBe(143);
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
    expect([status, stdout]).toEqual([1, 'the reason is not readable\n']);
  });
});
