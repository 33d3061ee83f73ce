// The login of docs/exposure.md, with the real oauth2-proxy: OAUTH2_PROXY names the program, and without it nothing is tested here.
// Its configuration and arguments are those that the documented values render; only addresses are replaced.

import { spawn } from 'node:child_process';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { render, root } from './helm.ts';

const program = process.env['OAUTH2_PROXY'];

describe.skipIf(!program)('oauth2-proxy in front of the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oidc-'));
  const ends: (() => void)[] = [() => rmSync(folder, { recursive: true })];
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const reached: IncomingHttpHeaders[] = [];
  let issuer = '';
  let proxy = '';

  beforeAll(async () => {
    issuer = await serve(({ url }, response) => {
      const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
      const discovery = {
        issuer,
        jwks_uri: `${issuer}/keys`,
        authorization_endpoint: `${issuer}/login`,
        token_endpoint: `${issuer}/token`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(url === '/keys' ? { keys: [jwk] } : discovery));
    });
    const gateway = await serve(({ headers }, response) => {
      reached.push(headers);
      response.end('the gateway');
    });
    proxy = await start(gateway);
  }, 30_000);
  afterAll(() => ends.forEach((end) => end()));

  const good = () => ({ iss: issuer, aud: 'mcp', sub: 'ann', email: 'ann@example.com' });
  const ask = async (authorization?: string, path = '/mcp') => {
    reached.length = 0;
    const headers = authorization ? { authorization } : {};
    const response = await fetch(`${proxy}${path}`, { method: 'POST', headers, body: '{}', redirect: 'manual' });
    return [response.status, reached.length];
  };

  test.each<[string, () => string | undefined]>([
    ['no token', () => undefined],
    ["the gateway's own token", () => 'Bearer gateway-token'],
    ['a login that is no token', () => `Basic ${Buffer.from('ann:secret').toString('base64')}`],
    ['a token for somebody else', () => `Bearer ${sign({ ...good(), aud: 'mail' })}`],
    ['an expired token', () => `Bearer ${sign({ ...good(), exp: 1_000_000_000 })}`],
    ["a token signed by somebody else's key", () => `Bearer ${sign(good(), foreign.privateKey)}`],
    ['a token of another issuer', () => `Bearer ${sign({ ...good(), iss: 'https://evil.example.com' })}`],
    ['a token that is not signed', () => `Bearer ${part({ alg: 'none' })}.${part(good())}.`],
  ])('%s: refused, and the gateway is not reached', async (_, authorization) => {
    expect(await ask(authorization())).toEqual([401, 0]);
  });

  test("a valid token reaches the gateway, with the gateway's token in its place", async () => {
    const token = sign(good());
    expect(await ask(`Bearer ${token}`)).toEqual([200, 1]);
    expect(reached[0]?.authorization).toBe('Bearer gateway-token');
    expect(JSON.stringify(reached[0])).not.toContain(token);
  });

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  function sign(claims: object, by: KeyObject = key.privateKey): string {
    const now = Math.floor(Date.now() / 1000);
    const text = `${part({ alg: 'RS256', kid: 'one' })}.${part({ iat: now, exp: now + 60, ...claims })}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(by, 'base64url')}`;
  }

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts the proxy as the documented values say. */
  async function start(gateway: string): Promise<string> {
    const [, values = ''] =
      /```yaml\n(# values: oauth2-proxy[^]*?)```/.exec(readFileSync(join(root, 'docs/exposure.md'), 'utf8')) ?? [];
    const rendered = render(values);
    const [container] = rendered.get('Deployment', 'mcp-login').spec.template.spec.containers;
    const config = join(folder, 'oauth2-proxy.yaml');
    const free = await serve(() => {});
    ends.pop()?.();
    const text: string = rendered.get('ConfigMap', 'mcp-login').data['oauth2-proxy.yaml'];
    const replaced = text
      .replace('0.0.0.0:4180', free.replace('http://', ''))
      .replace('https://id.example.com', issuer)
      .replace('http://rel-mcpgen:8811', gateway);
    writeFileSync(config, replaced);
    const args = container.args.map((arg: string) =>
      arg.replace('/config/oauth2-proxy.yaml', config).replace('$(COOKIE_SECRET)', '0123456789abcdef0123456789abcdef'),
    );
    const env = { ...process.env, GATEWAY_AUTHORIZATION: 'Bearer gateway-token' };
    const child = spawn(String(program), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    ends.push(() => child.kill());
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (log += data.toString()));
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const isReady = await fetch(`${free}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return free;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`oauth2-proxy does not start:\n${log}`);
  }
});
