// The way from here to a Service or pod: its own address where the machine can dial it, a port-forward that is kept up elsewhere.
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { kubectl } from '../e2e/programs.ts';

export interface Way {
  /** Such as http://10.96.0.17:8811; the same for as long as the way is open. */
  readonly url: string;
  close(): Promise<void>;
}

/** A way to a port of `service/NAME` or `pod/NAME`. Through a Service it leads on to the next pod when one is replaced. */
export async function reach(namespace: string, target: string, port: number): Promise<Way> {
  if (!(await isDirect())) return keepForward(namespace, target, port);
  const path = target.startsWith('service/') ? '{.spec.clusterIP}' : '{.status.podIP}';
  const address = await kubectl('get', '-n', namespace, target, '-o', `jsonpath=${path}`);
  return { url: `http://${address}:${port}`, close: async () => undefined };
}

let direct: Promise<boolean> | undefined;

/** Whether this machine is a node, or has a route to the cluster's network: by the Service that every cluster has. */
function isDirect(): Promise<boolean> {
  direct ??= kubectl('get', 'service', 'kubernetes', '-n', 'default', '-o', 'jsonpath={.spec.clusterIP}').then(
    (host) =>
      new Promise((resolve) => {
        const socket = connect({ host, port: 443, timeout: 2000 });
        const end = (reached: boolean) => {
          socket.destroy();
          resolve(reached);
        };
        socket.once('connect', () => end(true));
        socket.once('error', () => end(false));
        socket.once('timeout', () => end(false));
      }),
  );
  return direct;
}

/** A port-forward ends with its pod, so it is started again, at the same local port. */
async function keepForward(namespace: string, target: string, port: number): Promise<Way> {
  const local = await freePort();
  let isOpen = true;
  let child: ChildProcess | undefined;
  const keep = async () => {
    while (isOpen) {
      child = spawn('kubectl', ['port-forward', '-n', namespace, target, `${local}:${port}`], { stdio: 'ignore' });
      await new Promise((resolve) => child?.once('close', resolve));
      await pause(200);
    }
  };
  const kept = keep();
  await pause(2000); // before that it does not listen
  return {
    url: `http://localhost:${local}`,
    async close() {
      isOpen = false;
      child?.kill();
      await kept;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
