// What the chart renders for controllers, done by real ones: cert-manager issues the certificate, Traefik serves an Ingress and an
// HTTPRoute with it, and an MCP client uses them over TLS. `npm run e2e -- addons`; skipped, and said so, where they are not in the cluster.
import { rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import { connect, type PeerCertificate } from 'node:tls';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Forward, forward } from './client.ts';
import { createNamespace, deleteNamespace, dump, only } from './cluster.ts';
import { kubectl, kubectlJson } from './programs.ts';
import { Release } from './release.ts';

const found = (await kubectl('get', 'deployments', '-A', '-o', 'name')).split('\n');
const missing = ['cert-manager', 'traefik'].filter((name) => !found.includes(`deployment.apps/${name}`));
if (missing.length > 0) console.log(`not in this cluster, so that nothing is tested here: ${missing.join(', ')}`);

const routes = {
  ingress: { ingress: { enabled: true, className: 'traefik' } },
  'http-route': {
    httpRoute: { enabled: true, parentRefs: [{ name: 'traefik', namespace: 'addons', sectionName: 'https' }] },
  },
};
const seconds = 150;

describe.skipIf(missing.length > 0).each(Object.entries(routes))('%s, over TLS by cert-manager', (kind, route) => {
  const release = new Release(4);
  const host = `${kind}.example.com`;
  let edge: Forward;
  let authority = '';

  beforeAll(async () => {
    release.namespace = await createNamespace('mcpgen-e2e-addons');
    const tls = { issuerRef: { name: 'testbed', kind: 'ClusterIssuer' } };
    const everything = { image: 'mcp/everything', command: ['docker-entrypoint.sh'], args: ['node', 'dist/index.js'] };
    writeFileSync(
      release.valuesFile,
      stringify({ exposure: { hosts: [host], tls, ...route }, servers: { everything } }),
    );
    await release.install();
    await kubectl('wait', '-n', release.namespace, 'certificate/mcp-mcpgen', '--for=condition=Ready', '--timeout=60s');
    const secret = await only(release.namespace, 'secrets', 'controller.cert-manager.io/fao=true');
    authority = Buffer.from(secret.data?.['ca.crt'] ?? '', 'base64').toString();
    edge = await forward('addons', 'service/traefik', 443);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await dump(release.namespace);
  });
  afterAll(async () => {
    await edge?.close();
    rmSync(release.folder, { recursive: true });
    if (release.namespace) await deleteNamespace(release.namespace);
  });

  const address = () => ({ host: '127.0.0.1', port: Number(new URL(edge.url).port), servername: host, ca: authority });

  /** `fetch` by the edge, which trusts the authority of the cluster alone. */
  const viaEdge = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const headers = { ...Object.fromEntries(new Headers(init.headers)), host };
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const { method = 'GET' } = init;
      const sent = request({ ...address(), path: pathname, method, headers }, (response: IncomingMessage) => {
        const status = response.statusCode ?? 0;
        const body = [202, 204, 304].includes(status) ? null : (Readable.toWeb(response) as ReadableStream);
        const received = Object.entries(response.headersDistinct).map(([name, values]): [string, string] => [
          name,
          values?.join(', ') ?? '',
        ]);
        resolve(new Response(body, { status, headers: received }));
      });
      sent.on('error', reject);
      init.signal?.addEventListener('abort', () => sent.destroy());
      sent.end(init.body as string | undefined);
    });

  test('the certificate is issued for the host', async () => {
    const { spec } = await kubectlJson<{ spec: { commonName: string; dnsNames: string[] } }>(
      'get',
      'certificate',
      'mcp-mcpgen',
      '-n',
      release.namespace,
    );
    expect(spec).toMatchObject({ commonName: host, dnsNames: [host] });
  });

  test.runIf(kind === 'ingress')('and served', async () => {
    const peer = (): Promise<PeerCertificate> =>
      new Promise((resolve, reject) => {
        const socket = connect(address(), () => {
          resolve(socket.getPeerCertificate());
          socket.end();
        }).on('error', reject);
      });
    await expect.poll(async () => (await peer()).subjectaltname, { timeout: 30_000 }).toBe(`DNS:${host}`);
    expect((await peer()).subject.CN).toBe(host);
  });

  test('without the token: 401', async () => {
    const status = async () => (await viaEdge(`https://${host}/mcp`, { method: 'POST', body: '{}' })).status;
    await expect.poll(status, { timeout: 30_000 }).toBe(401);
  });

  test(
    `an MCP client calls a tool whose stream lasts ${seconds} s`,
    async () => {
      const client = new Client({ name: 'mcpgen-e2e', version: '1' });
      const requestInit = { headers: { Authorization: `Bearer ${release.token}` } };
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`https://${host}/mcp`), { requestInit, fetch: viaEdge }),
      );
      const { tools } = await client.listTools();
      const long = tools.find(({ name }) => /long-?running/i.test(name))?.name ?? '';
      const steps: number[] = [];
      const began = Date.now();
      await client.callTool({ name: long, arguments: { duration: seconds, steps: 5 } }, undefined, {
        timeout: 2 * seconds * 1000,
        onprogress: ({ progress }) => steps.push(progress),
      });
      expect((Date.now() - began) / 1000).toBeGreaterThan(seconds - 5);
      expect(steps).toEqual([1, 2, 3, 4, 5]);
      await client.close();
    },
    2 * seconds * 1000,
  );
});
