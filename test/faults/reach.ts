// The way from here to pods and Services: by a pod's own address where this machine can dial it, else by a port-forward.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { forward } from '../e2e/client.ts';
import { apply, kubectl } from './programs.ts';

export interface Way {
  /** Such as http://10.244.0.17:8811. */
  readonly url: string;
  close(): Promise<void>;
}

const GREETING = 'mcpgen-way-in';
const GREETING_PORT = 8099;

/**
 * Passes connections on to HOST:PORT. A client that dialled the Service from outside of the cluster would depend on what lies between,
 * and a port-forward ends with the gateway's pod; this pod stays, and dials as any pod of the cluster does.
 */
const FORWARDER = `
const { connect, createServer } = require('node:net');
const [host, port] = process.argv.slice(1);
createServer((client) => {
  const server = connect({ host, port: Number(port), timeout: 0 });
  for (const [one, other] of [[client, server], [server, client]]) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
    one.pipe(other);
  }
}).listen(Number(port));
createServer((client) => client.on('error', () => {}).end('${GREETING}')).listen(${GREETING_PORT});
process.on('SIGTERM', () => process.exit());
`;

/** A way to a Service that stays the same while the pods behind it come and go. It ends with its namespace. */
export async function reachService(namespace: string, service: string, port: number): Promise<Way> {
  const host = await kubectl('get', 'service', service, '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}');
  const name = `way-in-${service}-${Date.now().toString(36)}`;
  const container = {
    name: 'forwarder',
    image: 'node:24-alpine',
    command: ['node', '-e', FORWARDER, host, String(port)],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = { securityContext, containers: [container] };
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
  await kubectl('wait', '-n', namespace, `pod/${name}`, '--for=condition=Ready', '--timeout=120s');
  direct ??= greets(await addressOf(namespace, name));
  return reachPod(namespace, name, port);
}

/** A way to a port of a pod. */
export async function reachPod(namespace: string, pod: string, port: number): Promise<Way> {
  if (!(await direct)) return forward(namespace, `pod/${pod}`, port);
  return { url: `http://${await addressOf(namespace, pod)}:${port}`, close: async () => undefined };
}

function addressOf(namespace: string, pod: string): Promise<string> {
  return kubectl('get', 'pod', pod, '-n', namespace, '-o', 'jsonpath={.status.podIP}');
}

let direct: Promise<boolean> | undefined;

/** Whether it is the pod itself that answers at this address: elsewhere it may be nobody's, or that of somebody else. */
async function greets(host: string): Promise<boolean> {
  const socket = connect({ host, port: GREETING_PORT });
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk));
  const ended = new Promise((resolve) => socket.once('error', resolve).once('end', resolve));
  await Promise.race([ended, pause(3000)]);
  socket.destroy();
  return heard === GREETING;
}
