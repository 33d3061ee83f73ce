// What the tests of the bridge's scripts share: the scripts with a pod's folders below this one, and a pod that runs them.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { chart } from './helm.ts';

export const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bridge-'));
afterAll(() => rmSync(folder, { recursive: true }));

export const scripts = join(chart, 'files/bridge');
const logScript = join(chart, 'files/log.sh');
/** Four words before an applet, as LOADER --library-path DIRECTORY BUSYBOX are in a pod. */
export const busybox = ['nice', '-n', '0', 'busybox'];
export const path = process.env['PATH'] ?? '';
let pods = 0;

/** Copies the scripts, with the folders of a pod below this one. */
export function unpack(options: { state?: boolean; speed?: number } = {}) {
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
        .replace('/bridge/log.sh', logScript)
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
export class Pod {
  readonly #files = unpack({ state: true });
  readonly child: ChildProcess;
  log = '';

  constructor(server: string[], env: Record<string, string> = {}) {
    const { pod, run } = this.#files;
    const start = join(pod, 'bridge');
    writeFileSync(start, `#!/bin/sh\nexec "${process.execPath}" -e '${bridge.replaceAll("'", `'\\''`)}' "$@"\n`);
    chmodSync(start, 0o755);
    const args = ['sh', join(pod, 'init.sh'), '45', start, ...run, ...server];
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
