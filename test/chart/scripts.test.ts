// The scripts of chart/files but those that run servers (bridge-scripts.test.ts), in this machine's shells: busybox where it is, as in the images, else sh.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** The log's lines, each a JSON object. */
const logOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly [field: string]: string });

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_, shell) => {
  describe('write-secrets.sh', () => {
    const write = (...values: (string | undefined)[]) => {
      const run = mkdtempSync(join(folder, 'run-'));
      const own = join(run, 'write-secrets.sh');
      const text = readFileSync(script('gateway/write-secrets.sh'), 'utf8');
      const paths = text.replace('/scripts/servers.sh', script('gateway/servers.sh'));
      writeFileSync(own, paths.replace('/scripts/log.sh', script('log.sh')));
      const secrets = values.map((_value, index) => `far${index}.KEY secret${index} api-key`);
      const env = values.flatMap((value, index) => (value === undefined ? [] : [[`SECRET_${index}`, value]]));
      const names = ['required=near', ...values.map((_value, index) => `remote=far${index}`)];
      const { status, stderr } = sh(shell, [own, run, ...secrets, ...names], {
        HOSTNAME: 'mcp-mcpgen-5c-x2',
        ...Object.fromEntries(env),
      });
      const read = (name: string) => readFileSync(join(run, name), 'utf8');
      const mode = statSync(join(run, 'secrets.env')).mode & 0o777;
      return {
        status,
        stderr,
        mode,
        secrets: read('secrets.env'),
        registry: read('registry.yaml'),
        leftOut: read('left-out'),
      };
    };
    const listed = (...names: string[]) => `registry:\n${names.map((name) => `  "${name}": {ref: ""}\n`).join('')}`;

    test('writes one line each, as they are, for its owner only', () => {
      const strange = `a b=c $HOME \`id\` "q" 'q' \\n # *`;
      expect(write(strange, 'second')).toEqual({
        status: 0,
        stderr: '',
        mode: 0o600,
        secrets: `far0.KEY=${strange}\nfar1.KEY=second\n`,
        registry: listed('near', 'far0', 'far1'),
        leftOut: '',
      });
    });

    test.each([
      ['a\nb', 'has a line break in the value of'],
      ['a\n', 'has a line break in the value of'],
      ['a\r', 'has a line break in the value of'],
      ['', 'has no value for'],
      [undefined, 'has no value for'],
    ])('leaves the server out whose Secret is %j, says why, and does not print it', (value, reason) => {
      const { status, stderr, secrets, registry, leftOut } = write('fine', value);
      expect(status).toBe(0);
      expect([secrets, registry]).toEqual(['far0.KEY=fine\n', listed('near', 'far0')]);
      expect(leftOut).toContain(`far1: the Secret secret1 ${reason} the key api-key; `);
      const [line] = logOf(stderr);
      expect(line).toMatchObject({ level: 'warn', component: 'write-secrets', server: 'far1' });
      expect(line?.msg).toContain(`without the server far1: the Secret secret1 ${reason}`);
      expect(line?.remedy).toMatch(/kubectl rollout restart deployment\/mcp-mcpgen$/);
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
name=\${3#TCP:}; name=\${name#mcp-}; name=\${name%%:*}
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
        text
          .replace('/scripts/log.sh', script('log.sh'))
          .replaceAll('/scripts/', `${bin}/`)
          .replace('kill 1', 'echo ended')
          .replace('>>/proc/1/fd/2', ''),
      );
      return copy;
    };
    own('servers.sh');
    const wait = (seconds: number, ...servers: string[]) => {
      const count = mkdtempSync(join(folder, 'count-'));
      writeFileSync(join(count, 'left-out'), 'secretless: the Secret x has no value\n');
      const file = join(count, 'registry.yaml');
      const env = { PATH: `${bin}:${process.env['PATH']}`, COUNT: count };
      const began = Date.now();
      const { status, stdout } = sh(shell, [own('wait-for-servers.sh'), count, `${seconds}`, '15', ...servers], env);
      const missing = readFileSync(join(count, 'missing'), 'utf8').trim();
      return { status, stdout, seconds: (Date.now() - began) / 1000, registry: readFileSync(file, 'utf8'), missing };
    };
    const entries = (...names: string[]) =>
      ['registry:', ...names.map((name) => `  "${name}": {ref: ""}`), ''].join('\n');

    test('ends as soon as all are there', () => {
      const { status, stdout, registry } = wait(30, 'required=up', 'required=late', 'optional=up2', 'remote=far');
      expect(status).toBe(0);
      const said = logOf(stdout);
      const line = { level: 'info', component: 'wait-for-servers' };
      expect(said[0]).toMatchObject({ ...line, msg: 'waiting for servers', servers: 'late' });
      expect(said.at(-1)).toMatchObject({ ...line, msg: 'all servers accept connections' });
      expect(registry).toBe(entries('far', 'up', 'up2', 'late'));
    });

    test('goes on at the time limit without those that are missing, and names them', () => {
      const { status, stdout, registry, seconds, missing } = wait(2, 'required=down', 'required=up', 'optional=no');
      expect(status).toBe(0);
      expect(logOf(stdout).slice(-3)).toMatchObject([
        { level: 'warn', msg: expect.stringContaining('the gateway starts without these servers'), servers: 'down no' },
        {
          level: 'info',
          msg: 'the gateway restarts automatically when one of these becomes available',
          servers: 'down',
        },
        {
          level: 'info',
          msg: expect.stringContaining('missing until the gateway restarts (kubectl rollout restart)'),
          servers: 'no',
        },
      ]);
      expect(registry).toBe(entries('up'));
      expect(missing).toBe('down');
      expect(seconds).toBeLessThan(6);
    });

    test('leaves out the remote servers that have no Secret', () => {
      expect(wait(5, 'remote=far', 'remote=secretless').registry).toBe(entries('far'));
    });

    test('asks an HTTP server at its port, and lists it by its name', () => {
      expect(wait(5, 'required=up:8080').registry).toBe(entries('up'));
    });

    test('waits for a pod with the newest settings, and goes on with an old one that serves', () => {
      const waited = wait(5, 'required=time@up-new.all', 'required=web:80@late-new.all');
      expect(waited).toMatchObject({ registry: entries('time', 'web'), missing: '' });
      expect(logOf(waited.stdout).map(({ servers }) => servers)).toEqual(['web:80', 'web:80', undefined]);
      const failed = wait(1, 'required=up@down-new.all', 'required=gone@down-new2.all', 'optional=up2:80@no.all');
      const line = { msg: 'pods with older settings still serve these', servers: 'up up2:80' };
      expect(logOf(failed.stdout)).toContainEqual(expect.objectContaining(line));
      expect(failed.registry).toBe(entries('up', 'up2'));
      expect(failed.missing).toBe('up@down-new.all gone@down-new2.all');
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
        expect(stdout).toMatch(/\nended\n$/);
        expect(logOf(stdout.replace('ended\n', ''))).toMatchObject([{ component: 'liveness', servers: 'up up2:8080' }]);
        expect(registry).toBe(entries('first', 'up', 'up2'));
        expect(missing).toBe('down');
      });

      test('ends the gateway when a new pod took the place of an old one, which is on its list already', () => {
        const { stdout, registry } = alive(['first@up-new.all']);
        expect(stdout).toMatch(/"servers":"first"\}\nended\n$/);
        expect(registry).toBe(entries('first'));
      });

      test('asks ten at a time, and the others next time', () => {
        const many = Array.from({ length: 12 }, (_value, index) => `down${index}`);
        expect(alive(many).missing).toBe([...many.slice(10), ...many.slice(0, 10)].join(' '));
      });
    });

    test('takes many servers, and none', () => {
      const many = Array.from({ length: 45 }, (_value, index) => `up${index}`);
      expect(wait(5, ...many.map((name) => `required=${name}`)).registry).toBe(entries(...many));
      const none = wait(5);
      expect(none.registry).toBe(entries());
      expect(logOf(none.stdout)).toMatchObject([{ msg: 'all servers accept connections' }]);
    });
  });

  test('log.sh writes any text as JSON, in the shape of the relay', () => {
    const text = `it's "quoted" \\ \t\n\u0001 $HOME \`id\` %s ä {}`;
    const { stdout } = sh(shell, ['-c', '. "$0"; log test warn "$1" server "$1" reason ""', script('log.sh'), text]);
    expect(stdout).toMatch(/^\{"time":"[-\d]+T[:\d]+Z","level":"warn","component":"test","msg":"/);
    const plain = text.replaceAll(/[\t\n\u0001]/g, ' ');
    expect(logOf(stdout)).toMatchObject([{ msg: plain, server: plain, reason: '' }]);
  });

  test('install.sh copies the bridge, and a shell that runs by its own loader', () => {
    if (process.platform !== 'linux') return;
    const target = mkdtempSync(join(folder, 'bridge-'));
    const text = readFileSync(script('bridge/install.sh'), 'utf8').replaceAll('/bridge/', `${target}/`);
    const install = join(folder, 'install.sh');
    writeFileSync(
      install,
      text
        .replace('/scripts/log.sh', script('log.sh'))
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
      'the image has none of these files: /no/bridge',
    );
  });
});
