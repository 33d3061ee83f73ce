// A client that logs in by itself: the SDK's own OAuth client, at a real OpenID provider, from nothing but the door's URL.

import { expect, test } from 'vitest';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { logIn, startProvider } from '../../tools/provider.mjs';
import { call, freePort, type Message, type RunningDoor, startDoor, stopsAfterEach } from './harness.ts';
import { Upstream } from './upstream.ts';

const stops = stopsAfterEach();
const callback = 'http://127.0.0.1:1/callback';

interface Place {
  readonly door: RunningDoor;
  readonly provider: string;
}

/** A provider, and a door that believes it. */
async function setUp(settings: object = {}): Promise<Place> {
  const [providerPort, doorPort] = [await freePort(), await freePort()];
  const provider = await startProvider(providerPort);
  stops.push(() => provider.close());
  const resource = `http://127.0.0.1:${doorPort}/mcp`;
  const upstream = await Upstream.start();
  stops.push(() => upstream.stop());
  const issuers = [{ url: provider.url, prefix: 'id:' }];
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
  return { door, provider: provider.url };
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
    const { search, searchParams } = await logIn(url, callback, 'alice');
    this.code = searchParams.get('code') ?? `none: ${search}`;
  }
}

async function connect(url: string, browser: Browser): Promise<Client> {
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
  const client = await connect(door.url, browser);
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
  await connect(door.url, browser);
  const other = await setUp();
  const headers = { authorization: `Bearer ${browser.kept.tokens.access_token}`, 'content-type': 'application/json' };
  expect((await fetch(other.door.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
});
