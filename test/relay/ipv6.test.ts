// The relay and the bridge's scripts where a pod has addresses of IPv6 only, of both families, or of IPv4 only: in network namespaces.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../tools/bundle.mjs';
import { scripts } from '../chart/bridge-pod.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-ipv6-'));
const unshare = ['unshare', '--map-root-user', '--net', '--mount'];
const isPossible = spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0;

/** A pod's addresses, besides those of loopback. */
const families = {
  IPv6: { setUp: 'ip -6 address add fd00:1::5/64 dev eth0 nodad', addresses: ['[fd00:1::5]'] },
  'both families': {
    setUp: 'ip -6 address add fd00:1::5/64 dev eth0 nodad; ip address add 10.0.0.5/24 dev eth0',
    addresses: ['[fd00:1::5]', '10.0.0.5'],
  },
  'IPv4, without IPv6': {
    setUp:
      'ip address add 10.0.0.5/24 dev eth0; for one in all default lo eth0; do echo 1 >/proc/sys/net/ipv6/conf/$one/disable_ipv6; done',
    addresses: ['10.0.0.5'],
  },
};

/** What the relay says: its probe at the pod's addresses, and whether its server serves, which it dials by name. */
const client = `
const { get } = require('node:http');
const status = (address) => new Promise((resolve) =>
  get('http://' + address + ':9090/healthz', ({ statusCode }) => resolve(statusCode)).on('error', ({ code }) => resolve(code)));
const state = async () => {
  for (let tries = 0; tries < 40; tries++) {
    const { servers } = await (await fetch('http://localhost:9090/servers')).json();
    if (servers[0].state === 'serving') return 'serving';
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};
(async () => {
  const statuses = {};
  for (const address of process.argv.slice(2)) statuses[address] = await status(address);
  console.log(JSON.stringify({ statuses, state: await state() }));
  process.exit();
})();`;

/** A server behind a bridge, which listens as the bridge does: on all addresses. */
const server = `
require('node:net').createServer((socket) => socket.on('data', (chunk) => {
  for (const line of String(chunk).split('\\n').filter(Boolean)) {
    const { id, method } = JSON.parse(line);
    const info = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'time', version: '1' } };
    if (id !== undefined) socket.write(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? info : {} }) + '\\n');
  }
})).listen({ port: 4444, host: process.argv[2] });`;

beforeAll(async () => {
  writeFileSync(join(folder, 'relay.mjs'), await bundle('relay'));
  writeFileSync(join(folder, 'client.cjs'), client);
  writeFileSync(join(folder, 'server.cjs'), server);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a shell script in a network of its own, with the hosts file of a pod. */
function inPod(setUp: string, hosts: string[], script: string): string {
  writeFileSync(join(folder, 'hosts'), ['127.0.0.1 localhost', '::1 localhost', ...hosts, ''].join('\n'));
  const lines = [
    'set -e',
    'ip link set lo up; ip link add eth0 type veth peer name host0; ip link set eth0 up; ip link set host0 up',
    setUp,
    `mount --bind ${join(folder, 'hosts')} /etc/hosts`,
    `cd ${folder}`,
    script,
  ];
  const { stdout, stderr, status } = spawnSync('unshare', [...unshare.slice(1), 'sh', '-c', lines.join('\n')], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
  return stdout;
}

describe.runIf(isPossible)('a pod with addresses of', () => {
  test.each(Object.entries(families))(
    '%s: probes, and a server through its alias',
    (_, { setUp, addresses }) => {
      const first = addresses[0]?.replace(/[[\]]/g, '') ?? '';
      const target = { listen: '127.0.1.1:4444', target: 'mcp-time.ns.svc:4444' };
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ listen: { metrics: ':9090' }, servers: { time: target } }),
      );
      const output = inPod(
        setUp,
        ['127.0.1.1 mcp-time', `${first} mcp-time.ns.svc`],
        `node server.cjs ${first} & server=$!
      node relay.mjs config.json >log & relay=$!
      for _ in $(seq 60); do grep -q '"listening"' log && break; sleep 0.5; done
      socat -u OPEN:/dev/null TCP:mcp-time:4444,connect-timeout=2 || exit 1 # as the gateway does
      node client.cjs ${addresses.join(' ')}; kill $server $relay`,
      );
      expect(JSON.parse(output)).toEqual({
        statuses: Object.fromEntries(addresses.map((address) => [address, 200])),
        state: 'serving',
      });
    },
    40_000,
  );

  test.each(Object.entries(families))(
    '%s: the probe of a server sees that the bridge listens',
    (_, { setUp }) => {
      const probe = `busybox sh ${join(scripts, 'is-ready.sh')}`;
      const output = inPod(
        setUp,
        [],
        `${probe} || true
      node -e "require('node:net').createServer().listen(4444)" & bridge=$!
      for _ in 1 2 3 4 5 6 7 8 9 10; do ${probe} >/dev/null && break; sleep 0.5; done
      ${probe} && echo ready; kill $bridge`,
      );
      expect(output).toBe('nothing listens on port 4444\nready\n');
    },
    40_000,
  );

  test.each(Object.entries(families))(
    '%s: servers that share a pod',
    (_, { setUp }) => {
      const text = `sed 's#\\$1 \\$2 \\$3 /bridge/socat#socat#' ${join(scripts, 'listen.sh')} >listen.sh`;
      const output = inPod(
        setUp,
        ['127.0.1.1 mcp-time'],
        `${text}
      busybox sh listen.sh 127.0.1.1 nice -n 0 busybox sh -c 'echo $MCPGEN_COMMAND' & listener=$!
      for _ in 1 2 3 4 5 6 7 8 9 10; do
        answer=$(socat -u TCP:mcp-time:4444,connect-timeout=2 - 2>/dev/null) && break; sleep 0.5
      done
      kill $listener; [ -n "$answer" ] && echo answered`,
      );
      expect(output).toBe('answered\n');
    },
    40_000,
  );
});
