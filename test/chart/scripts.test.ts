// The scripts of chart/files, in this machine's shells: busybox where it is, as in the images, else sh.

import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chart } from './helm.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasBusybox = spawnSync('busybox', ['sh', '-c', 'exit 0']).status === 0;
const shells: string[][] = [['sh'], ...(hasBusybox ? [['busybox', 'sh']] : [])];
const script = (name: string) => join(chart, 'files', name);

function sh(shell: string[], args: string[], env: Record<string, string> = {}, input = '') {
  const [command, ...first] = shell as [string, ...string[]];
  const options = {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 30_000,
  } as const;
  return spawnSync(command, [...first, ...args], options);
}

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_, shell) => {
  describe('run-server.sh', () => {
    // Stands for the bridge: it drops the server's stderr, and its own, here a file, is the container's log.
    const bridge = `require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: [0, 1, 'ignore'] })`;
    const serve = (args: string[], env: Record<string, string> = {}, input = '') => {
      const log = openSync(join(folder, 'log'), 'w');
      const { stdout } = spawnSync(
        process.execPath,
        ['-e', bridge, ...shell, script('bridge/run-server.sh'), ...args],
        {
          encoding: 'utf8',
          input,
          env: { ...process.env, ...env },
          stdio: ['pipe', 'pipe', log],
        },
      );
      closeSync(log);
      return { stdout, log: readFileSync(join(folder, 'log'), 'utf8') };
    };

    test("passes stdin, stdout and arguments, and brings stderr to the bridge's", () => {
      const server = 'read line; echo "$line $1 $2"; echo to the log >&2';
      const { stdout, log } = serve(['sh', '-c', server, '-', 'a b', '*'], {}, 'in\n');
      expect(stdout.split('\n')[0]).toBe('in a b *');
      expect(log).toContain('to the log\n');
    });

    test('says goodbye with a line that is no JSON, and with the status in the log', () => {
      const { stdout, log } = serve(['sh', '-c', 'exit 3']);
      expect(stdout).toBe('\nmcpgen: the server process ended with status 3\n');
      expect(log).toBe(stdout.trimStart());
      expect(() => JSON.parse(stdout) as unknown).toThrow(SyntaxError);
    });

    test('finds a command in PATH, also one with the name of an applet', () => {
      const own = join(folder, 'cat');
      writeFileSync(own, '#!/bin/sh\necho "mine $*"\n');
      chmodSync(own, 0o755);
      const { stdout } = serve(['cat', 'x'], { PATH: `/nowhere:${folder}:${process.env['PATH']}` });
      expect(stdout).toContain('mine x\n');
    });

    test('takes the command from listen.sh, with all that its words may hold', () => {
      const socat = join(folder, 'socat');
      writeFileSync(socat, `#!/bin/sh\nshift\nexec $\{1#EXEC:}\n`);
      chmodSync(socat, 0o755);
      const text = readFileSync(script('bridge/listen.sh'), 'utf8').replace('$1 $2 $3 /bridge/socat', socat);
      const listen = join(folder, 'listen.sh');
      writeFileSync(listen, text);
      const start = ['env', 'A=1', 'B=2', 'C=3', 'sh', script('bridge/run-server.sh')];
      const words = [`it's "quoted"`, '$HOME `id` \\', '', '*', `''`];
      const server = 'for word; do echo "<$word>"; done; echo "${MCPGEN_COMMAND-unset}"';
      const { stdout } = sh(shell, [listen, '127.0.1.1', ...start, 'sh', '-c', server, '-', ...words]);
      expect(stdout).toContain(words.map((word) => `<${word}>\n`).join('') + 'unset\n');
    });

    test("starts the server also where the bridge's stderr cannot be opened", () => {
      // Node's pipes are sockets, which cannot be opened by their path.
      expect(sh(shell, [script('bridge/run-server.sh'), 'echo', 'works']).stdout).toContain('works\n');
    });

    test('says so when the command is not there, or cannot be run', () => {
      expect(serve(['no-such-program']).log).toContain('no-such-program is not in');
      expect(serve(['no-such-program']).stdout).toContain('ended with status 127');
      const file = join(folder, 'not-executable');
      writeFileSync(file, '');
      expect(serve([file]).stdout).toContain('ended with status 126');
    });
  });

  test('is-ready.sh sees a port that listens, and opens no connection', async () => {
    let connections = 0;
    const server = createServer(() => connections++).listen(0);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const probe = join(folder, 'is-ready.sh');
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    writeFileSync(probe, readFileSync(script('bridge/is-ready.sh'), 'utf8').replace(':115C', `:${hex}`));

    expect(sh(shell, [probe]).status).toBe(0);
    await new Promise((resolve) => server.close(resolve));
    expect(sh(shell, [probe])).toMatchObject({ status: 1, stdout: 'nothing listens on port 4444\n' });
    expect(connections).toBe(0);
  });

  describe('write-secrets.sh', () => {
    const file = join(folder, 'secrets.env');
    const write = (...values: string[]) =>
      sh(
        shell,
        [script('gateway/write-secrets.sh'), file, ...values.map((_value, index) => `far.KEY${index}`)],
        Object.fromEntries(values.map((value, index) => [`SECRET_${index}`, value])),
      );

    test('writes one line each, as they are, for its owner only', () => {
      const strange = `a b=c $HOME \`id\` "q" 'q' \\n # *`;
      expect(write(strange, 'second').status).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe(`far.KEY0=${strange}\nfar.KEY1=second\n`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      rmSync(file);
    });

    test.each([
      ['a\nb', 'has a line break'],
      ['a\n', 'has a line break'],
      ['a\r', 'has a line break'],
      ['', 'is empty'],
    ])('refuses %j without printing it', (value, reason) => {
      const { status, stderr } = write('fine', value);
      expect(status).toBe(1);
      expect(stderr).toContain(`remote secret far.KEY1 ${reason}`);
      expect(stderr).not.toContain('fine');
    });
  });

  describe('wait-for-servers.sh', () => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    const socat = join(bin, 'socat');
    // Stands for socat: servers whose name starts with "up" answer, "late" ones from their third time on.
    writeFileSync(
      socat,
      `#!/bin/sh
if [ "$1" = -t ]; then printf 'HTTP/1.1 %s\\r\\n' "$HEALTH"; exit; fi
name=\${3#TCP:mcp-}; name=\${name%%:*}
case $name in
  up*) exit 0 ;;
  late*) echo x >>"$COUNT/$name"; [ "$(wc -l <"$COUNT/$name")" -ge 3 ] ;;
  *) exit 1 ;;
esac
`,
    );
    chmodSync(socat, 0o755);
    // The scripts as they are, but for the folder that they are mounted in, and the process that is to end.
    const own = (name: string) => {
      const copy = join(bin, name);
      const text = readFileSync(script(`gateway/${name}`), 'utf8');
      writeFileSync(
        copy,
        text.replaceAll('/scripts/', `${bin}/`).replace('kill 1', 'echo ended').replace('>>/proc/1/fd/2', ''),
      );
      return copy;
    };
    own('servers.sh');
    const wait = (seconds: number, ...servers: string[]) => {
      const count = mkdtempSync(join(folder, 'count-'));
      const file = join(count, 'registry.yaml');
      const env = { PATH: `${bin}:${process.env['PATH']}`, COUNT: count };
      const began = Date.now();
      const { status, stdout } = sh(shell, [own('wait-for-servers.sh'), count, `${seconds}`, ...servers], env);
      const missing = readFileSync(join(count, 'missing'), 'utf8').trim();
      return { status, stdout, seconds: (Date.now() - began) / 1000, registry: readFileSync(file, 'utf8'), missing };
    };
    const entries = (...names: string[]) =>
      ['registry:', ...names.map((name) => `  "${name}": {ref: ""}`), ''].join('\n');

    test('ends as soon as all are there', () => {
      const { status, stdout, registry } = wait(30, 'required=up', 'required=late', 'optional=up2', 'remote=far');
      expect(status).toBe(0);
      expect(stdout).toContain('waiting for: late\n');
      expect(stdout).toContain('all servers accept connections\n');
      expect(registry).toBe(entries('far', 'up', 'up2', 'late'));
    });

    test('goes on at the time limit without those that are missing, and names them', () => {
      const { status, stdout, registry, seconds, missing } = wait(2, 'required=down', 'required=up', 'optional=no');
      expect(status).toBe(0);
      expect(stdout).toContain('the gateway starts without: down no');
      expect(stdout).toContain('starts again by itself when one of these is there: down\n');
      expect(stdout).toContain('these are optional, and wait for its next start (kubectl rollout restart): no\n');
      expect(registry).toBe(entries('up'));
      expect(missing).toBe('down');
      expect(seconds).toBeLessThan(6);
    });

    test('asks an HTTP server at its port, and lists it by its name', () => {
      expect(wait(5, 'required=up:8080').registry).toBe(entries('up'));
    });

    describe('is-alive.sh', () => {
      const alive = (missing: string[], health = '200 OK') => {
        const folderOf = mkdtempSync(join(bin, 'run-'));
        writeFileSync(join(folderOf, 'registry.yaml'), entries('first'));
        writeFileSync(join(folderOf, 'missing'), `${missing.join(' ')}\n`);
        const env = { PATH: `${bin}:${process.env['PATH']}`, COUNT: folderOf, HEALTH: health };
        const { status, stdout } = sh(shell, [own('is-alive.sh'), folderOf, '8811'], env);
        const read = (name: string) => readFileSync(join(folderOf, name), 'utf8');
        return { status, stdout, registry: read('registry.yaml'), missing: read('missing').trim() };
      };

      test('asks /health', () => {
        expect(alive([])).toMatchObject({ status: 0, stdout: '' });
        expect(alive([], '503 Unavailable')).toMatchObject({
          status: 1,
          stdout: '/health answered: HTTP/1.1 503 Unavailable\n',
        });
      });

      test('leaves the gateway alone while its missing servers are missing', () => {
        expect(alive(['down', 'no'])).toMatchObject({ status: 0, stdout: '', missing: 'down no' });
      });

      test('ends the gateway when one is there, which is then on its list', () => {
        const { stdout, registry, missing } = alive(['down', 'up', 'up2:8080']);
        expect(stdout).toContain('to find their tools: up up2:8080\nended\n');
        expect(registry).toBe(entries('first', 'up', 'up2'));
        expect(missing).toBe('down');
      });

      test('asks ten at a time, and the others next time', () => {
        const many = Array.from({ length: 12 }, (_value, index) => `down${index}`);
        expect(alive(many).missing).toBe([...many.slice(10), ...many.slice(0, 10)].join(' '));
      });
    });

    test('takes many servers, and none', () => {
      const many = Array.from({ length: 45 }, (_value, index) => `up${index}`);
      expect(wait(5, ...many.map((name) => `required=${name}`)).registry).toBe(entries(...many));
      expect(wait(5)).toMatchObject({ registry: entries(), stdout: 'all servers accept connections\n' });
    });
  });

  test('install.sh copies the bridge, and a shell that runs by its own loader', () => {
    if (process.platform !== 'linux') return;
    const target = mkdtempSync(join(folder, 'bridge-'));
    const text = readFileSync(script('bridge/install.sh'), 'utf8').replaceAll('/bridge/', `${target}/`);
    const install = join(folder, 'install.sh');
    writeFileSync(
      install,
      text
        .replaceAll('/scripts/', `${script('bridge')}/`)
        .replace('/bin/busybox', '/bin/sh')
        .replaceAll('/usr/bin/socat ', '/bin/cat '),
    );
    const { status, stderr } = sh(shell, [install, '/bin/true', 'sidecars']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const run = spawnSync(`${target}/loader`, ['--library-path', target, `${target}/sh`, '-c', 'echo works'], {
      encoding: 'utf8',
    });
    expect(run.stdout).toBe('works\n');
    expect(spawnSync(`${target}/loader`, ['--library-path', target, `${target}/cat`, '--version']).status).toBe(0);
    expect(sh(shell, [install, '/no/bridge', 'pods']).stderr).toContain(
      'none of these files is in the image: /no/bridge',
    );
  });
});
