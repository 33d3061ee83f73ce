// How far in a registry may send us: by address, by name, and through a proxy that makes a registry public.

import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { RegistryClient, type RegistryOptions } from '../../generator/registry/client.ts';
import { parseProxy } from '../../generator/registry/proxy.ts';
import { isWithin, type Reach, reachOfAddress, reachOfHost, reaches } from '../../generator/registry/reach.ts';
import { base, Store } from '../image/images.ts';
import { type Fault, listen, replies, startRegistry } from './stand-in.ts';

const addresses: readonly [address: string, Reach][] = [
  ['8.8.8.8', 'public'],
  ['2606:4700::1111', 'public'],
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.0.1', 'private'],
  ['100.100.100.200', 'private'],
  ['fd00:ec2::254', 'private'],
  ['127.0.0.2', 'loopback'],
  ['0.0.0.0', 'loopback'],
  ['::1', 'loopback'],
  ['::', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'never'],
  ['169.254.169.254', 'never'],
  ['fe80::1', 'never'],
  ['224.0.0.1', 'never'],
  ['255.255.255.255', 'never'],
];

test.each(addresses)('%s is %s', (address, reach) => expect(reachOfAddress(address)).toBe(reach));

test.each([
  ['http://2130706433/', 'loopback'],
  ['http://0x7f.1/', 'loopback'],
  ['http://[::ffff:7f00:1]/', 'loopback'],
  ['http://localhost./', 'loopback'],
  ['http://a.localhost/', 'loopback'],
  ['http://registry.example/', undefined],
])('%s is %s', (url, reach) => expect(reachOfHost(new URL(url).hostname)).toBe(reach));

test('nobody leads further in than they are, and nobody to link-local addresses', () => {
  const table = reaches.map((from) => reaches.map((to) => isWithin(to, from)));
  expect(table.slice(0, 3)).toEqual([
    [true, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
  ]);
});

const store = new Store();
const image = store.image('a/b:1', { Entrypoint: ['/bin/sh'] }, [store.layer(base)]);
const registry = await startRegistry(store);
/** Everything that is asked of it is this registry: so a name that nobody knows is a registry far away. */
const proxy = createServer().on('connect', (_, socket) => {
  const upstream = connect(Number(registry.host.split(':')[1]), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  for (const end of [upstream, socket]) end.on('error', () => end.destroy());
});
await listen(proxy);
const secretive = createServer((_, response) => response.end('{"token":"secret"}'));
await listen(secretive);
afterAll(async () => {
  await registry.close();
  for (const server of [proxy, secretive]) {
    server.closeAllConnections();
    server.close();
  }
});

const portOf = (server: typeof proxy): number => (server.address() as AddressInfo).port;

async function manifest(host: string, fault: Fault, options: RegistryOptions = {}): Promise<string> {
  registry.fault = fault;
  const url = parseProxy(`127.0.0.1:${portOf(proxy)}`);
  const http = url && { url, variable: 'HTTP_PROXY' };
  const client = new RegistryClient({ retryDelay: 1, plainHttp: [host], ...(http && { proxy: { http } }), ...options });
  try {
    return (await client.manifest(host, 'a/b', '1')).digest;
  } finally {
    client.close();
  }
}

const far = 'registry.example';
const inside = `http://localhost:${portOf(secretive)}/x`;
const toRealm = (realm: string): Fault => replies(401, { 'www-authenticate': `Bearer realm="${realm}"` });

test.each([
  ['a redirect to this machine by name', replies(307, { location: inside })],
  ['a redirect to this machine by number', replies(307, { location: inside.replace('localhost', '127.0.0.1') })],
  ['a redirect to a private network', replies(307, { location: 'http://10.0.0.1/' })],
  ['a realm on this machine', toRealm(inside)],
  ['a realm at the credentials of a cloud', toRealm('http://169.254.169.254/latest/meta-data')],
])('%s is not followed for a public registry', async (_, fault) => {
  await expect(manifest(far, fault)).rejects.toThrow(`${far} sends us to`);
  await expect(manifest(far, fault)).rejects.toThrow('which is inside this network or machine');
});

test('a public registry may send us to another public host', async () => {
  const fault: Fault = (request, response) =>
    request.headers.host === far && replies(307, { location: `http://other.example${request.url}` })(request, response);
  expect(await manifest(far, fault)).toBe(image.digest);
});

test('a registry of this machine may send us to a name of this machine', async () => {
  const port = registry.host.split(':')[1] ?? '';
  const fault: Fault = (request, response) =>
    request.headers.host === registry.host &&
    replies(307, { location: `http://localhost:${port}${request.url}` })(request, response);
  expect(await manifest(registry.host, fault)).toBe(image.digest);
});

test('a name that leads inside is found out when it is connected to, not by its look', async () => {
  // Behind no proxy, the name of this machine is only known to lead inside once it has been looked up.
  const { hostname } = await import('node:os');
  const name = hostname();
  const fault = replies(307, { location: `http://${name}:${portOf(secretive)}/` });
  const no = {
    proxy: { http: { url: new URL(`http://127.0.0.1:${portOf(proxy)}`), variable: 'HTTP_PROXY' }, no: name },
  };
  await expect(manifest(far, fault, no)).rejects.toThrow(/which is inside this network|its name is not known here/);
});

test('a login goes where the registry says, and with --same-host-auth only to the registry', async () => {
  const credentials = async () => ({ username: 'u', password: 'hunter2' });
  const fault: Fault = (request, response) => {
    if (request.headers.host === 'auth.example') {
      return replies(200, {}, '{"token":"t"}')(request, response);
    }
    return request.headers.authorization !== 'Bearer t' && toRealm('http://auth.example/token')(request, response);
  };
  expect(await manifest(far, fault, { credentials })).toBe(image.digest);
  await expect(manifest(far, fault, { credentials, sameHostAuth: true })).rejects.toThrow(
    `${far} wants its login sent to auth.example, which --same-host-auth forbids`,
  );
  expect(await manifest(far, fault, { sameHostAuth: true })).toBe(image.digest);
});

test('what a registry repeats of a login is not shown', async () => {
  const credentials = async () => ({ username: 'u', password: 'hunter2' });
  const fault: Fault = (request, response) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return replies(401, { 'www-authenticate': 'Basic realm="r"' })(request, response);
    const errors = [{ code: 'DENIED', message: `no right with ${authorization}` }];
    return replies(403, {}, JSON.stringify({ errors }))(request, response);
  };
  await expect(manifest(far, fault, { credentials })).rejects.toThrow('[DENIED: no right with Basic ***]');
});
