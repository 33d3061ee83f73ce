// The attacks that were tried, and what came of each: nothing of them reaches the gateway.

import { createHmac } from 'node:crypto';
import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { initialize, keys, open, raw, type RunningDoor, startDoor, stopsAfterEach } from './harness.ts';
import { resource, TestIssuer } from './issuer.ts';
import { gatewayToken, Upstream } from './upstream.ts';

const stops = stopsAfterEach();
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
const now = (): number => Math.floor(Date.now() / 1000);

interface Setting {
  readonly upstream: Upstream;
  readonly issuer: TestIssuer;
  readonly door: RunningDoor;
}

async function setUp(settings: object = {}): Promise<Setting> {
  const [upstream, issuer] = [await Upstream.start(), await TestIssuer.start()];
  stops.push(
    () => upstream.stop(),
    () => issuer.stop(),
  );
  const door = await startDoor(stops, upstream, { resource, issuers: [{ url: issuer.url }], ...settings });
  return { upstream, issuer, door };
}

test('a good token opens', async () => {
  const { door, issuer } = await setUp();
  expect((await raw(door.url, initialize, { key: await issuer.token() })).status).toBe(200);
  expect((await raw(door.url, initialize, { key: await issuer.token({ aud: ['other', resource] }) })).status).toBe(200);
});

const forged: readonly (readonly [name: string, make: (setting: Setting) => Promise<string> | string])[] = [
  [
    'alg none',
    ({ issuer }) =>
      `${part({ alg: 'none' })}.${part({ iss: issuer.url, aud: resource, sub: 'alice', exp: now() + 60 })}.`,
  ],
  [
    'alg none, with a signature',
    async ({ issuer }) => `${part({ alg: 'none' })}.${(await issuer.token()).split('.')[1]}.AAAA`,
  ],
  [
    'HMAC with the public key as secret',
    async ({ issuer }) => {
      const { publicKey } = issuer.keys.get('one') ?? {};
      const pem = await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]);
      const text = `${part({ alg: 'HS256', kid: 'one' })}.${(await issuer.token()).split('.')[1]}`;
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    },
  ],
  [
    'an algorithm that is not on the list',
    async ({ issuer }) => (await issuer.addKey('es', 'ES384'), issuer.token({}, { kid: 'es' })),
  ],
  [
    'claims of one token with the signature of another',
    async ({ issuer }) => {
      const [[head, , signature], [, body]] = [
        (await issuer.token()).split('.'),
        (await issuer.token({ sub: 'root' })).split('.'),
      ];
      return `${head}.${body}.${signature}`;
    },
  ],
  ['another audience', ({ issuer }) => issuer.token({ aud: 'https://other.example.com/mcp' })],
  ['an audience that only begins so', ({ issuer }) => issuer.token({ aud: `${resource}/more` })],
  ['no audience', ({ issuer }) => issuer.token({ aud: undefined as unknown as string })],
  ['expired', ({ issuer }) => issuer.token({ exp: now() - 31 })],
  ['no end', ({ issuer }) => issuer.token({ exp: undefined as unknown as number })],
  ['not yet', ({ issuer }) => issuer.token({ nbf: now() + 60 })],
  ['no subject', ({ issuer }) => issuer.token({ sub: undefined as unknown as string })],
  ['a name as keys have them', ({ issuer }) => issuer.token({ sub: 'key:alice' })],
  ['a name that breaks lines', ({ issuer }) => issuer.token({ sub: 'alice\n{"user":"root"}' })],
  ['a name without end', ({ issuer }) => issuer.token({ sub: 'a'.repeat(300) })],
  [
    'another issuer, of that name',
    async ({ issuer }) => {
      const other = await TestIssuer.start();
      stops.push(() => other.stop());
      return other.token({ iss: issuer.url });
    },
  ],
  [
    'another issuer, by its own name',
    async () => {
      const other = await TestIssuer.start();
      stops.push(() => other.stop());
      return other.token();
    },
  ],
  [
    'a key that the token brings along',
    async ({ issuer }) => {
      const other = await TestIssuer.start();
      stops.push(() => other.stop());
      return other.token({ iss: issuer.url }, { header: { jwk: { kty: 'EC' }, jku: `${other.url}/jwks` } });
    },
  ],
  ["the gateway's token", () => gatewayToken],
  ['dots and letters', () => 'a.b.c'],
];

test.each(forged)('401: %s', async (_, make) => {
  const setting = await setUp();
  const answer = await raw(setting.door.url, initialize, { key: await make(setting) });
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ]);
  expect(setting.upstream.seen).toEqual([]);
});

test('a token in the URL or in the body opens nothing', async () => {
  const { door, issuer, upstream } = await setUp();
  const token = await issuer.token();
  expect((await raw(door.url, initialize, { key: '', path: `?access_token=${token}` })).status).toBe(400);
  expect((await raw(door.url, { ...initialize, access_token: token }, { key: '' })).status).toBe(401);
  expect(upstream.seen).toEqual([]);
});

test("another user's session, and a session replayed after its end, are 404", async () => {
  const { door, issuer } = await setUp();
  const [alice, bob] = [await issuer.token(), await issuer.token({ sub: 'bob' })];
  const headers = { 'mcp-session-id': await open(door.url, alice) };
  expect((await raw(door.url, list, { headers, key: bob })).status).toBe(404);
  expect((await raw(door.url, list, { headers, key: keys.alice })).status).toBe(404);
  // Another token of the same user is the same user.
  expect((await raw(door.url, list, { headers, key: await issuer.token({ jti: 'two' }) })).status).toBe(200);
  await raw(door.url, undefined, { headers, key: alice, method: 'DELETE' });
  expect((await raw(door.url, list, { headers, key: alice })).status).toBe(404);
});

test('a token replayed after its end opens nothing, also not its session', async () => {
  const { door, issuer } = await setUp();
  const token = await issuer.token({ exp: now() - 28 });
  const headers = { 'mcp-session-id': await open(door.url, token) };
  await expect
    .poll(async () => (await raw(door.url, list, { headers, key: token })).status, { timeout: 8000 })
    .toBe(401);
});

test('users of two issuers with one name are two users', async () => {
  const other = await TestIssuer.start();
  stops.push(() => other.stop());
  const [upstream, issuer] = [await Upstream.start(), await TestIssuer.start()];
  stops.push(
    () => upstream.stop(),
    () => issuer.stop(),
  );
  const issuers = [{ url: issuer.url }, { url: other.url, prefix: 'b:' }];
  const rules = [{ users: ['alice'] }];
  const door = await startDoor(stops, upstream, { resource, issuers, rules });
  const headers = { 'mcp-session-id': await open(door.url, await issuer.token()) };
  expect((await raw(door.url, list, { headers, key: await other.token() })).status).toBe(404);
  const foreign = { 'mcp-session-id': await open(door.url, await other.token()) };
  const { json } = await raw(door.url, list, { headers: foreign, key: await other.token() });
  expect(json.result.tools).toEqual([]);
  await expect(
    startDoor(stops, upstream, { resource, issuers: [{ url: issuer.url }, { url: other.url }] }),
  ).rejects.toThrow('each of several issuers needs its own prefix');
});

test('the issuer is down: callers that it has vouched for go on, and nobody must log in again', async () => {
  const { door, issuer } = await setUp();
  issuer.isUp = false;
  const token = await issuer.token();
  expect((await raw(door.url, initialize, { key: token })).status).toBe(503);
  expect((await raw(door.url, initialize, { key: keys.alice })).status).toBe(200);
  issuer.isUp = true;
  await expect
    .poll(async () => (await raw(door.url, initialize, { key: token })).status, { timeout: 20_000 })
    .toBe(200);
  issuer.isUp = false;
  expect((await raw(door.url, initialize, { key: await issuer.token({ sub: 'bob' }) })).status).toBe(200);
});

test('keys rotate: a new one is asked for, and unknown ones do not make the issuer be asked for each', async () => {
  const { door, issuer } = await setUp();
  expect((await raw(door.url, initialize, { key: await issuer.token() })).status).toBe(200);
  await issuer.addKey('two', 'RS256');
  const rotated = await issuer.token({}, { kid: 'two' });
  await expect
    .poll(async () => (await raw(door.url, initialize, { key: rotated })).status, { timeout: 20_000 })
    .toBe(200);
  const { asked } = issuer;
  for (let n = 0; n < 30; n++) {
    const key = await issuer.token({}, { header: { kid: `made-up-${n}` } });
    expect((await raw(door.url, initialize, { key })).status).toBe(401);
  }
  expect(issuer.asked).toBeLessThanOrEqual(asked + 1);
});

test('an issuer whose metadata names another one is not believed', async () => {
  const { issuer, upstream } = await setUp();
  const url = issuer.url.replace('127.0.0.1', 'localhost');
  const door = await startDoor(stops, upstream, { resource, issuers: [{ url }] });
  expect((await raw(door.url, initialize, { key: await issuer.token({ iss: url }) })).status).toBe(503);
});

test('scopes: 403 says which one is missing, 401 where to log in', async () => {
  const { door, issuer } = await setUp({ scopes: ['mcp:use'] });
  const metadata =
    'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:use"';
  const without = await raw(door.url, initialize, { key: await issuer.token({ scope: 'openid' }) });
  expect([without.status, without.headers['www-authenticate']]).toEqual([
    403,
    `Bearer realm="mcpgen", error="insufficient_scope", error_description="the token lacks the scope mcp:use", ${metadata}`,
  ]);
  expect((await raw(door.url, initialize, { key: await issuer.token({ scope: 'openid mcp:use' }) })).status).toBe(200);
  const nobody = await raw(door.url, initialize, { key: '' });
  expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, `Bearer realm="mcpgen", ${metadata}`]);
});

test('the metadata of the resource are at both paths, for all, and nothing else is', async () => {
  const { door, issuer } = await setUp({ scopes: ['mcp:use'] });
  const base = door.url.replace('/mcp', '/.well-known/oauth-protected-resource');
  for (const url of [base, `${base}/mcp`]) {
    const { status, json } = await raw(url, undefined, { key: '', method: 'GET' });
    expect([status, json.resource, json.authorization_servers]).toEqual([200, resource, [issuer.url]]);
    expect((await raw(url, {}, { key: '' })).status).toBe(405);
  }
  expect((await raw(`${base}/other`, undefined, { key: '', method: 'GET' })).status).toBe(404);
});

test('claims by path, and an address that nobody confirmed', async () => {
  const issuers = (url: string) => [{ url, userClaim: 'email', groupsClaim: 'realm_access.roles', prefix: 'oidc:' }];
  const { issuer, upstream } = await setUp();
  const rules = [{ groups: ['oidc:staff'] }];
  const door = await startDoor(stops, upstream, { resource, issuers: issuers(issuer.url), rules });
  const claims = { email: 'alice@example.com', realm_access: { roles: ['staff'] } };
  expect(
    (await raw(door.url, initialize, { key: await issuer.token({ ...claims, email_verified: false }) })).status,
  ).toBe(401);
  const key = await issuer.token(claims);
  const headers = { 'mcp-session-id': await open(door.url, key) };
  expect((await raw(door.url, list, { headers, key })).json.result.tools.length).toBe(5);
});

test('an opaque token is what its issuer says of it, for this endpoint only', async () => {
  const { issuer, upstream } = await setUp();
  const introspection = { url: `${issuer.url}/introspect`, clientId: 'door', secretVariable: 'SECRET' };
  const settings = { resource, issuers: [{ url: issuer.url, introspection }] };
  const door = await startDoor(stops, upstream, settings, { SECRET: 'hush' });
  const claims = { active: true, sub: 'alice', aud: resource, exp: now() + 60, scope: 'a' };
  issuer.opaque.set('good-token', claims);
  issuer.opaque.set('for-others', { ...claims, aud: 'other' });
  issuer.opaque.set('for-none', { ...claims, aud: undefined });
  issuer.opaque.set('ended', { ...claims, exp: now() - 1 });
  const status = async (key: string) => (await raw(door.url, initialize, { key })).status;
  expect(await Promise.all(['good-token', 'for-others', 'for-none', 'ended', 'unknown'].map(status))).toEqual([
    200, 401, 401, 401, 401,
  ]);
  issuer.isUp = false;
  expect(await status('new-one')).toBe(503);
});
