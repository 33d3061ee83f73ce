// A bridge as in the server's pod: each connection starts a process, and stays open when the process has ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { serverFile } from './servers.ts';

export interface BridgeOptions {
  readonly command?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Says when the process has ended, as the chart's wrapper does. */
  readonly saysGoodbye?: boolean;
  /** With the last line that the process wrote to stderr. */
  readonly tellsLastLine?: boolean;
  readonly port?: number;
}

export class Bridge {
  /** Processes in the order of their start, ended ones included. */
  readonly processes: ChildProcess[] = [];
  connections = 0;
  port = 0;
  command: readonly string[];
  env: { readonly [name: string]: string };
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(options: BridgeOptions) {
    this.command = options.command ?? [process.execPath, serverFile];
    this.env = options.env ?? {};
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket, options));
  }

  static async start(options: BridgeOptions = {}): Promise<Bridge> {
    const bridge = new Bridge(options);
    await new Promise<void>((resolve) => bridge.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    bridge.port = (bridge.#server.address() as { port: number }).port;
    return bridge;
  }

  get isOpen(): boolean {
    return this.#server.listening;
  }

  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  get alive(): ChildProcess[] {
    return this.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  kill(pid: number): void {
    this.processes.find((process) => process.pid === pid)?.kill('SIGKILL');
  }

  /** As when the pod is deleted. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const process of this.alive) process.kill('SIGKILL');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket, { saysGoodbye = true, tellsLastLine = false }: BridgeOptions): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    const [program = '', ...args] = this.command;
    const child = spawn(program, args, { env: { ...process.env, ...this.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    this.processes.push(child);
    child.stdin.on('error', () => undefined);
    socket.pipe(child.stdin);
    child.stdout.pipe(socket, { end: false });
    child.on('close', (code) => {
      const lastLine = tellsLastLine ? `: ${stderr.trim().split('\n').at(-1)}` : '';
      if (saysGoodbye) socket.write(`\nmcpgen: the server process ended with status ${code ?? 137}${lastLine}\n`);
    });
  }
}
