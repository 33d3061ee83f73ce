// An issuer for the tests of the door: its metadata and keys over HTTP, and tokens as a test wants them.

import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const resource = 'https://mcp.example.com/mcp';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export class TestIssuer {
  readonly keys = new Map<string, Pair & { readonly alg: string }>();
  /** Requests for the keys. */
  asked = 0;
  isUp = true;
  /** What it says of opaque tokens. */
  readonly opaque = new Map<string, object>();
  #http: Server | undefined;
  port = 0;

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await issuer.addKey('one', 'ES256');
    issuer.#http = createServer(async (request, response) => {
      if (!issuer.isUp) {
        response.writeHead(500).end();
        return;
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      const json = (value: unknown) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.url === '/.well-known/openid-configuration')
        json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
      else if (request.url === '/jwks') json(await issuer.#jwks());
      else if (request.url === '/introspect' && request.headers.authorization === `Basic ${btoa('door:hush')}`)
        json(issuer.opaque.get(new URLSearchParams(body).get('token') ?? '') ?? { active: false });
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => issuer.#http?.listen(0, '127.0.0.1', resolve));
    issuer.port = (issuer.#http.address() as { port: number }).port;
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async addKey(kid: string, alg: string): Promise<void> {
    this.keys.set(kid, { ...(await generateKeyPair(alg, { extractable: true })), alg });
  }

  /** A good token, but for what is given. */
  async token(claims: JWTPayload = {}, { kid = 'one', header = {} } = {}): Promise<string> {
    const pair = this.keys.get(kid);
    if (!pair) throw new Error(`no key ${kid}`);
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: resource, sub: 'alice', iat: now, exp: now + 600, groups: ['dev'], ...claims };
    const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return new SignJWT(payload).setProtectedHeader({ alg: pair.alg, kid, ...header }).sign(pair.privateKey);
  }

  stop(): void {
    this.#http?.close();
    this.#http?.closeAllConnections();
  }

  async #jwks(): Promise<object> {
    this.asked++;
    const keys = [...this.keys].map(async ([kid, { publicKey, alg }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg,
    }));
    return { keys: await Promise.all(keys) };
  }
}
