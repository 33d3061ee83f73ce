// A client that logs in by itself: the SDK's own OAuth client, at a real OpenID provider, from nothing but the door's URL.

import { createServer, type Server } from 'node:http';
import { expect, test } from 'vitest';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Provider } from 'oidc-provider';
import { call, freePort, type Message, type RunningDoor, startDoor, stopsAfterEach } from './harness.ts';
import { Upstream } from './upstream.ts';

const stops = stopsAfterEach();
const callback = 'http://127.0.0.1:1/callback';

interface Place {
  readonly door: RunningDoor;
  readonly provider: string;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  stops.push(() => (server.close(), server.closeAllConnections()));
}

/** A provider that signs JWTs for the door, with `mcp:use` among the scopes that it gives. */
async function setUp(settings: object = {}): Promise<Place> {
  const [providerPort, doorPort] = [await freePort(), await freePort()];
  const provider = `http://127.0.0.1:${providerPort}`;
  const resource = `http://127.0.0.1:${doorPort}/mcp`;
  const oidc = new Provider(provider, {
    scopes: ['openid', 'offline_access', 'mcp:use'],
    claims: { openid: ['sub'] },
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx: unknown, indicator: string) => ({
          scope: 'mcp:use',
          audience: indicator,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ groups: ['dev'] }),
    clientDefaults: { id_token_signed_response_alg: 'RS256' },
    pkce: { required: () => true },
  } as object);
  await listen(createServer(oidc.callback() as never), providerPort);
  const upstream = await Upstream.start();
  stops.push(() => upstream.stop());
  const issuers = [{ url: provider, prefix: 'id:' }];
  const rules = [{ groups: ['id:dev'], servers: ['here'] }];
  const door = await startDoor(stops, upstream, {
    listen: `127.0.0.1:${doorPort}`,
    resource,
    issuers,
    scopes: ['mcp:use'],
    tools: { here: ['echo'] },
    rules,
    ...settings,
  });
  return { door, provider };
}

/** What a client keeps, and its browser, which ends at the callback. */
class Browser implements OAuthClientProvider {
  readonly redirectUrl = callback;
  readonly clientMetadata = { redirect_uris: [callback], client_name: 'test', token_endpoint_auth_method: 'none' };
  kept: { client?: Message; tokens?: Message; verifier?: string } = {};
  code = '';
  asked: URL | undefined;

  clientInformation = (): Message => this.kept.client;
  saveClientInformation = (client: Message): void => void (this.kept.client = client);
  tokens = (): Message => this.kept.tokens;
  saveTokens = (tokens: Message): void => void (this.kept.tokens = tokens);
  saveCodeVerifier = (verifier: string): void => void (this.kept.verifier = verifier);
  codeVerifier = (): string => this.kept.verifier ?? '';

  async redirectToAuthorization(url: URL): Promise<void> {
    this.asked = url;
    const cookies = new Map<string, string>();
    let at = url;
    for (let step = 0; step < 20 && this.code === ''; step++) {
      const answer = await this.#visit(at, cookies);
      const location = answer.headers.get('location');
      if (location !== null) at = new URL(location, at);
      else at = await this.#submit(at, await answer.text(), cookies);
      if (at.href.startsWith(callback)) this.code = at.searchParams.get('code') ?? `none: ${at.search}`;
    }
  }

  async #visit(url: URL, cookies: Map<string, string>, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }

  /** Fills in the form of the page: who logs in, or that it is right. */
  async #submit(url: URL, page: string, cookies: Map<string, string>): Promise<URL> {
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`no form in ${page.slice(0, 500)}`);
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: 'alice', password: 'any' }) });
    const answer = await this.#visit(new URL(action, url), cookies, { method: 'POST', body });
    return new URL(answer.headers.get('location') ?? '', url);
  }
}

async function logIn(url: string, browser: Browser): Promise<Client> {
  const first = new StreamableHTTPClientTransport(new URL(url), { authProvider: browser });
  const client = new Client({ name: 'test', version: '1' });
  await expect(client.connect(first as Message)).rejects.toThrow(UnauthorizedError);
  await first.finishAuth(browser.code);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: browser }) as Message);
  stops.push(() => client.close());
  return client;
}

test('the client finds the provider, registers, logs in, and calls the tools that its group may use', async () => {
  const { door, provider } = await setUp();
  const browser = new Browser();
  const client = await logIn(door.url, browser);
  expect(browser.asked?.origin).toBe(provider);
  expect(browser.asked?.searchParams.get('resource')).toBe(door.url);
  expect(browser.asked?.searchParams.get('scope')).toBe('mcp:use');
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo']);
  expect(await call(client, 'echo', { text: 'hello' })).toBe('{"text":"hello"}');
  expect(door.logs).toContainEqual(
    expect.objectContaining({
      msg: 'call',
      user: 'id:alice',
      client: browser.kept.client.client_id,
      outcome: 'ok',
    }),
  );
});

test('a token that the provider made for another resource opens nothing', async () => {
  const { door } = await setUp();
  const browser = new Browser();
  await logIn(door.url, browser);
  const other = await setUp();
  const headers = { authorization: `Bearer ${browser.kept.tokens.access_token}`, 'content-type': 'application/json' };
  expect((await fetch(other.door.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
});
