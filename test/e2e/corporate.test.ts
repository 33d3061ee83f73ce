// examples/corporate with three of its servers: in the namespace and quota that it has, a server reaches an https host outside through
// the proxy alone, by the company's own authority; and servers that start slowly are used like others.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { call } from './client.ts';
import { createNamespace, deleteNamespace, dump } from './cluster.ts';
import { kubectl, ROOT } from './programs.ts';
import { Release } from './release.ts';

// oxlint-disable-next-line no-explicit-any -- values are looked at by path
type Values = any;
const release = new Release(4);
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-corporate-'));
const example = (name: string) => readFileSync(join(ROOT, 'examples/corporate', name), 'utf8');
const host = 'intranet.example.net';
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
let client: Client;

/** The company's authority, and a certificate for the host. */
function makeCertificates(): void {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=company',
  );
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tls.key', '-out', 'tls.csr', '-subj', `/CN=${host}`);
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${host}\n`);
  const sign = 'x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out tls.crt -extfile names';
  openssl(...sign.split(' '));
}

/** The proxy, which leads every CONNECT to the host behind it. */
const outside = `
const { readFileSync } = require('node:fs');
const { connect } = require('node:net');
const tls = { key: readFileSync('/tls/tls.key'), cert: readFileSync('/tls/tls.crt') };
require('node:https').createServer(tls, (request, response) => {
  const isPage = request.url === '/page';
  response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/plain' }).end(isPage ? 'behind the proxy' : '');
}).listen(8443);
require('node:http').createServer().on('connect', (request, socket) => {
  const target = connect(8443, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n');
    target.pipe(socket).pipe(target);
  });
  for (const one of [socket, target]) one.on('error', () => one.destroy());
}).listen(3128);`;

/** A server that reads a page with Python's own library. */
const page = {
  image: 'mcp/time',
  command: ['python3', '-u', '-c'],
  args: [
    `import json, sys, urllib.request
tool = {'name': 'read_page', 'inputSchema': {'type': 'object', 'properties': {'url': {'type': 'string'}}}}
info = {'protocolVersion': '2025-06-18', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 'page', 'version': '1'}}
def answer(method, params):
  if method == 'initialize': return info
  if method == 'tools/list': return {'tools': [tool]}
  if method != 'tools/call': return {}
  try: text, failed = urllib.request.urlopen(params['arguments']['url']).read().decode(), False
  except Exception as error: text, failed = str(error), True
  return {'content': [{'type': 'text', 'text': text}], 'isError': failed}
for line in sys.stdin:
  message = json.loads(line)
  if 'id' in message:
    result = answer(message['method'], message.get('params'))
    print(json.dumps({'jsonrpc': '2.0', 'id': message['id'], 'result': result}))`,
  ],
};

const resources = {
  requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '1', memory: '128Mi' },
};
const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const proxy = () => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'proxy', namespace: release.namespace, labels: { role: 'proxy' } },
  spec: {
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'proxy',
        image: 'node:24-alpine',
        command: ['node', '-e', outside],
        readinessProbe: { tcpSocket: { port: 3128 } },
        volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
        resources,
        securityContext,
      },
    ],
    volumes: [{ name: 'tls', secret: { secretName: 'outside' } }],
  },
});
const service = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'proxy', namespace: release.namespace },
  spec: { selector: { role: 'proxy' }, ports: [{ port: 3128 }] },
});

/** The example's values, with what only the company's network and nodes have replaced. */
function values(): Values {
  const all = parse(example('values.yaml')) as Values;
  all.global = {};
  delete all.ipFamilyPolicy;
  all.proxy = { http: 'http://proxy:3128', https: 'http://proxy:3128' };
  const toProxy = [{ podSelector: { matchLabels: { role: 'proxy' } } }];
  all.defaults.egress.to = toProxy;
  all.networkPolicy.gatewayEgress[0].to = toProxy;
  all.networkPolicy.gatewayFrom = [];
  for (const part of [all.defaults, all.gateway]) {
    delete part.nodeSelector;
    delete part.tolerations;
    delete part.priorityClassName;
  }
  const { servers } = parse(example('servers.yaml')) as Values;
  return { ...all, servers: { everything: servers.everything, page, time: servers.time } };
}

async function apply(...objects: object[]): Promise<void> {
  writeFileSync(join(folder, 'objects.yaml'), objects.map((one) => stringify(one)).join('---\n'));
  await kubectl('apply', '-f', join(folder, 'objects.yaml'));
}

beforeAll(async () => {
  makeCertificates();
  release.namespace = await createNamespace('mcpgen-e2e-corporate');
  const limits = parseAllDocuments(example('namespace.yaml'))
    .map((one) => one.toJS() as Values)
    .filter(({ kind }) => kind !== 'Namespace');
  await apply(...limits.map((one) => ({ ...one, metadata: { ...one.metadata, namespace: release.namespace } })));
  const file = (name: string) => join(folder, name);
  await kubectl(
    'create',
    'secret',
    'tls',
    'outside',
    '-n',
    release.namespace,
    `--cert=${file('tls.crt')}`,
    `--key=${file('tls.key')}`,
  );
  await kubectl(
    'create',
    'configmap',
    'company-ca',
    '-n',
    release.namespace,
    `--from-file=ca-bundle.crt=${file('ca.crt')}`,
  );
  await apply(proxy(), service());
  writeFileSync(release.valuesFile, stringify(values()));
  await release.install();
  client = await release.session();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await dump(release.namespace);
});
afterAll(async () => {
  await release.disconnect();
  for (const one of [folder, release.folder]) rmSync(one, { recursive: true });
  if (release.namespace) await deleteNamespace(release.namespace);
});

test('a Python server reads a page behind the proxy, whose certificate is of the company', async () => {
  expect(await call(client, 'read_page', { url: `https://${host}/page` }, 60)).toContain('behind the proxy');
});

/** Node.js trusts the authority by itself; the proxy it uses by itself from version 24 on. */
const reads = `const proxy = new URL(process.env.HTTPS_PROXY);
require('node:http').request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: '${host}:443' })
  .on('connect', (_, socket) => require('node:https').get(
    { host: '${host}', path: '/page', createConnection: () => require('node:tls').connect({ socket, servername: '${host}' }) },
    (response) => response.pipe(process.stdout)))
  .end();`;
test.each([
  ['Node.js', 'node', ['node', '-e', reads]],
  [
    'Python',
    'page',
    ['python3', '-c', `import urllib.request as u; print(u.urlopen('https://${host}/page').read().decode())`],
  ],
])('%s takes proxy and authority from the environment of its container', async (_, kind, command) => {
  const target = kind === 'page' ? 'deployment/mcp-page' : 'deployment/mcp-everything';
  expect(await kubectl('exec', '-n', release.namespace, target, '-c', 'server', '--', ...command)).toContain(
    'behind the proxy',
  );
});

test('without the authority, the same page is refused', async () => {
  const script = `import os, ssl, urllib.request as u
for name in list(os.environ):
  if os.environ[name].startswith('/mcpgen-ca/'): del os.environ[name]
try: u.urlopen('https://${host}/page')
except Exception as error: print(error)`;
  const said = await kubectl(
    'exec',
    '-n',
    release.namespace,
    'deployment/mcp-page',
    '-c',
    'server',
    '--',
    'python3',
    '-c',
    script,
  );
  expect(said).toContain('CERTIFICATE_VERIFY_FAILED');
});

test('what is in the cluster is reached without the proxy; all tools are there', async () => {
  expect(await call(client, 'get_current_time', { timezone: 'Europe/Berlin' })).toContain('Europe/Berlin');
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['read_page', 'get_current_time', 'everything__echo']));
});
