// Debian's docker-registry, as a registry for tests.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';

const program = '/usr/bin/docker-registry';
export const isRegistryInstalled = existsSync(program);
const children: ChildProcess[] = [];

export function stopRegistries(): void {
  for (const child of children) child.kill();
}

/** Starts a registry that keeps its files in `name` of a folder, and waits until it answers. */
export async function startRegistry(folder: string, name: string, more: object): Promise<string> {
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, name) } },
    http: { addr: `127.0.0.1:${port}`, ...('tls' in more ? { tls: more.tls } : {}) },
    ...('auth' in more ? { auth: more.auth } : {}),
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
  const child = spawn(program, ['serve', join(folder, `${name}.json`)], { stdio: 'ignore' });
  children.push(child);
  for (let attempts = 0; attempts < 100; attempts++) {
    if (await accepts(port)) return `127.0.0.1:${port}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the registry does not start');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.end());
  });
}
