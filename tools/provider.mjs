// A real OpenID provider on loopback, and what a person does at it in a browser: log in, and consent.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** Signs JWTs for whichever resource is asked for, with `mcp:use` among the scopes that it gives, for users of the group `dev`. */
export async function startProvider(port) {
  const url = `http://127.0.0.1:${port}`;
  const oidc = new Provider(url, {
    scopes: ['openid', 'offline_access', 'mcp:use'],
    claims: { openid: ['sub'] },
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, indicator) => ({
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
  });
  const server = createServer(oidc.callback());
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Follows the pages from where a client sends its user, as `user`; gives the URL at which the client expects the answer, without visiting it. */
export async function logIn(url, callback, user) {
  const cookies = new Map();
  let at = new URL(url);
  for (let step = 0; step < 20; step++) {
    if (at.href.startsWith(callback)) return at;
    const answer = await visit(at, cookies);
    const location = answer.headers.get('location');
    at = location === null ? await submit(at, await answer.text(), cookies, user) : new URL(location, at);
  }
  throw new Error(`the login does not finish: ${at.href}`);
}

async function visit(url, cookies, init = {}) {
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
async function submit(url, page, cookies, user) {
  const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`no form in ${page.slice(0, 500)}`);
  const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: user, password: 'any' }) });
  const answer = await visit(new URL(action, url), cookies, { method: 'POST', body });
  return new URL(answer.headers.get('location') ?? '', url);
}
