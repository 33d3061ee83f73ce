// How a registry is spoken to: logins, redirects, retries, and what becomes of one that fails.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  helperFor,
  parseChallenges,
  parseHelperAnswer,
  storedCredentials,
} from '../../generator/registry/credentials.ts';
import { readLayer } from '../../generator/image/layers.ts';
import { RegistryClient, type RegistryOptions } from '../../generator/registry/client.ts';
import { isWithoutProxy } from '../../generator/registry/proxy.ts';
import { type DockerConfig, parseDockerConfig } from '../../generator/registry/docker-config.ts';
import { refusal, waitBeforeRetry } from '../../generator/registry/error.ts';
import { answer, type Fault, listen, startRegistry } from './stand-in.ts';
import { base, Store } from '../image/images.ts';

const store = new Store();
const layer = store.layer([...base, { path: 'big', content: 'x'.repeat(300_000) }], (content) => content);
const image = store.image('a/b:1', { Entrypoint: ['/bin/sh'] }, [layer]);
const registry = await startRegistry(store);
afterAll(() => registry.close());
beforeEach(() => {
  registry.fault = () => false;
  registry.requests.length = 0;
});

/** A client without patience; it is closed when the work is done. */
async function withClient<T>(work: (client: RegistryClient) => Promise<T>, options: RegistryOptions = {}): Promise<T> {
  const client = new RegistryClient({ retryDelay: 1, ...options });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const manifest = (options?: RegistryOptions): Promise<string> =>
  withClient(async (client) => (await client.manifest(registry.host, 'a/b', '1')).digest, options);
const blob = (descriptor = layer, options?: RegistryOptions): Promise<unknown> =>
  withClient((client) => client.blob(registry.host, 'a/b', descriptor, readLayer), options);

/** A fault for the first `times` requests that match. */
function first(times: number, pattern: RegExp, fault: Fault): Fault {
  let left = times;
  return (request, response) =>
    pattern.test(`${request.method} ${request.url}`) && left-- > 0 && fault(request, response);
}

const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  (_, response) => {
    response
      .writeHead(code, headers)
      .end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] }));
    return true;
  };

describe('a registry that does not answer as it should', () => {
  test.each([
    [429, { 'retry-after': '0' }],
    [429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' }],
    [503, {}],
    [500, {}],
  ])('is asked again after %i', async (code, headers) => {
    registry.fault = first(2, /manifests/, status(code, headers));
    expect(await manifest()).toBe(image.digest);
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(3);
  });

  test('is given up after five attempts, with what it said', async () => {
    registry.fault = first(99, /manifests/, status(503));
    await expect(manifest()).rejects.toThrow(
      `${registry.host} answers with the status 503 [TOOMANYREQUESTS: slow down], 5 attempts`,
    );
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(5);
  });

  test('is given up at once if it asks for more patience than a person has', async () => {
    registry.fault = first(99, /manifests/, status(429, { 'retry-after': '3600' }));
    await expect(manifest()).rejects.toThrow('takes no more requests for now (429); a login raises the limit');
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(1);
  });

  test('and one that hangs up in the middle of a layer is asked for it once more', async () => {
    registry.fault = first(2, /blobs/, (_, response) => {
      response.writeHead(200, { 'content-length': layer.size }).write(Buffer.alloc(1000));
      setImmediate(() => response.destroy());
      return true;
    });
    await blob();
    expect(registry.requests.filter((line) => line.includes('blobs'))).toHaveLength(3);
  });

  test('and one that always hangs up is an error that says so', async () => {
    registry.fault = first(99, /blobs/, (_, response) => {
      response.writeHead(200, { 'content-length': layer.size }).write(store.blobs.get(layer.digest)?.subarray(0, 9000));
      setImmediate(() => response.destroy());
      return true;
    });
    await expect(blob()).rejects.toThrow('the registry cannot be read: the connection broke, 5 attempts');
  });

  test.each([
    ['says nothing', () => true],
    ['begins an answer and goes to sleep', (_, response) => response.writeHead(200).write('{') !== undefined],
    [
      'sends a byte now and then',
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    ],
  ] satisfies [string, Fault][])('and one that %s is given up', async (_, fault) => {
    registry.fault = first(99, /manifests/, fault);
    await expect(manifest({ patience: 100 })).rejects.toThrow('it does not answer in time, 5 attempts');
  });

  test('and work that has run out of time ends, without another attempt', async () => {
    const time = new AbortController();
    registry.fault = first(99, /manifests/, () => {
      time.abort();
      return true;
    });
    await withClient(async (client) => {
      const limited = client.until(time.signal);
      await expect(limited.manifest(registry.host, 'a/b', '1')).rejects.toThrow('it was not read in time; --timeout');
    });
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(1);
  });

  test('and one that is not there is one, too', async () => {
    await expect(withClient((client) => client.manifest('127.0.0.1:1', 'a', 'b'))).rejects.toThrow(
      'it refuses connections',
    );
  });

  test('no image, no right: said plainly', async () => {
    await expect(withClient((client) => client.manifest(registry.host, 'a/b', '2'))).rejects.toThrow(
      `${registry.host} has no such image [MANIFEST_UNKNOWN: no]`,
    );
    expect(refusal('r.example', 403, '').message).toContain('does not let us read it');
  });

  test('waits as long as it asks for, and else longer each time', () => {
    expect(waitBeforeRetry(refusal('r', 429, '', { 'retry-after': '7' }), 500)).toBe(7000);
    expect(waitBeforeRetry(refusal('r', 503, ''), 500)).toBe(500);
    expect(waitBeforeRetry(refusal('r', 404, ''), 500)).toBeUndefined();
  });
});

describe('what comes is checked', () => {
  test.each([
    [
      'a layer that is damaged',
      (bytes: Buffer) => (bytes.writeUInt8(1, 200_000), bytes),
      'is not what its digest says',
    ],
    ['a layer that is too long', (bytes: Buffer) => Buffer.concat([bytes, bytes]), 'is longer than the'],
    ['a layer that is too short', (bytes: Buffer) => bytes.subarray(0, 5000), 'ended after 5000 of'],
    ['a layer that is no archive any more', (bytes: Buffer) => bytes.fill(7), 'is not what its digest says'],
  ])('%s', async (_, damage, message) => {
    registry.fault = (request, response) => {
      if (!request.url?.includes('blobs')) return false;
      response.writeHead(200).end(damage(Buffer.from(store.blobs.get(layer.digest) ?? '')));
      return true;
    };
    await expect(blob()).rejects.toThrow(message);
  });

  test('a manifest that is not what was asked for', async () => {
    registry.fault = (request, response) => {
      if (!request.url?.includes('manifests')) return false;
      response.writeHead(200, { 'docker-content-digest': image.digest }).end('{"schemaVersion":2}');
      return true;
    };
    await expect(manifest()).rejects.toThrow('its manifest is not what its digest says');
  });

  test('a manifest without end', async () => {
    registry.fault = (_, response) => {
      response.writeHead(200).end(Buffer.alloc(5_000_000, 32));
      return true;
    };
    await expect(manifest()).rejects.toThrow('its manifest is larger than 4194304 bytes');
  });
});

describe('redirects', () => {
  test('lead to a blob store, which does not see who we are', async () => {
    const seen: (string | undefined)[] = [];
    const blobStore = createServer((request, response) => {
      seen.push(request.headers.authorization);
      answer(store, request, response);
    });
    await listen(blobStore);
    const target = `http://127.0.0.1:${(blobStore.address() as AddressInfo).port}`;
    registry.fault = (request, response) => {
      if (!request.headers.authorization) response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      else if (request.url?.includes('blobs')) response.writeHead(307, { location: `${target}${request.url}` }).end();
      else return false;
      return true;
    };
    await blob(layer, { credentials: async () => ({ username: 'u', password: 'p' }) });
    expect(seen).toEqual([undefined]);
    await new Promise((resolve) => blobStore.close(resolve));
  });

  test('redirects in a circle end', async () => {
    registry.fault = (request, response) => {
      if (!request.url?.includes('blobs')) return false;
      response.writeHead(307, { location: request.url }).end();
      return true;
    };
    await expect(blob()).rejects.toThrow('redirects more than 5 times');
  });
});

describe('tokens', () => {
  /** The token endpoint stands beside the registry; it notes what it is asked. */
  const asked: string[] = [];
  const withTokens =
    (token: Record<string, string>): Fault =>
    (request, response) => {
      if (request.url?.startsWith('/token')) {
        asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
        response.writeHead(200).end(JSON.stringify(token));
        return true;
      }
      if (request.url === '/v2/' || request.headers.authorization === 'Bearer secret') return false;
      const realm = `http://${registry.host}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="reg",scope="x"` }).end();
      return true;
    };

  test('are asked for without a login, and kept', async () => {
    registry.fault = withTokens({ token: 'secret' });
    await withClient(async (client) => {
      await client.manifest(registry.host, 'a/b', '1');
      await client.blob(registry.host, 'a/b', layer, readLayer);
    });
    expect(asked.splice(0)).toEqual(['GET /token?service=reg&scope=repository%3Aa%2Fb%3Apull ']);
  });

  test('are asked for with the login', async () => {
    registry.fault = withTokens({ access_token: 'secret' });
    await manifest({ credentials: async () => ({ username: 'u', password: 'p:w' }) });
    expect(asked.splice(0)[0]).toContain(`Basic ${Buffer.from('u:p:w').toString('base64')}`);
  });

  test('are got for a refresh token', async () => {
    registry.fault = withTokens({ access_token: 'secret' });
    await manifest({ credentials: async () => ({ username: '', password: '', identityToken: 'refresh' }) });
    expect(asked.splice(0)).toEqual(['POST /token ']);
  });

  test('that do not open the door are an error, not a loop', async () => {
    registry.fault = withTokens({ token: 'wrong' });
    await expect(manifest()).rejects.toThrow('does not let us read it');
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(2);
  });
});

describe("Docker's logins", () => {
  const configOf = (json: object): DockerConfig => {
    const config = parseDockerConfig(JSON.stringify(json));
    if ('problem' in config) throw new Error(config.problem);
    return config;
  };

  test('Docker Hub has an old name', () => {
    const auth = Buffer.from('me:pass').toString('base64');
    const config = configOf({
      auths: { 'https://index.docker.io/v1/': { auth }, 'ghcr.io': { identitytoken: 't', auth } },
    });
    expect(storedCredentials(config, 'docker.io')).toEqual({ username: 'me', password: 'pass' });
    expect(storedCredentials(config, 'ghcr.io')).toMatchObject({ identityToken: 't' });
    expect(storedCredentials(config, 'quay.io')).toBeUndefined();
  });

  test('a helper for one registry wins over that for all', () => {
    const config = configOf({ credsStore: 'desktop', credHelpers: { 'gcr.io': 'gcloud' } });
    expect(helperFor(config, 'gcr.io')).toEqual({ helper: 'gcloud', server: 'gcr.io' });
    expect(helperFor(config, 'docker.io')).toEqual({ helper: 'desktop', server: 'https://index.docker.io/v1/' });
    expect(parseHelperAnswer('{"ServerURL":"s","Username":"<token>","Secret":"t"}')).toMatchObject({
      identityToken: 't',
    });
    expect(parseHelperAnswer('credentials not found')).toBeUndefined();
  });

  test('what a registry asks for', () => {
    expect(parseChallenges('Basic realm="x y", Bearer realm="https://a/b?c=d",service=reg')).toEqual([
      { scheme: 'basic', parameters: { realm: 'x y' } },
      { scheme: 'bearer', parameters: { realm: 'https://a/b?c=d', service: 'reg' } },
    ]);
  });
});

test.each([
  ['https://a.example/', 'a.example', true],
  ['https://sub.a.example/', '.a.example', true],
  ['https://sub.a.example/', 'x, *.a.example', true],
  ['https://ba.example/', 'a.example', false],
  ['https://a.example:444/', 'a.example:444', true],
  ['https://a.example:445/', 'a.example:444', false],
  ['https://a.example/', '*', true],
  ['https://a.example/', '', false],
  ['http://127.0.0.1:5000/', '', true],
])('%s with NO_PROXY=%s goes directly: %s', (url, list, expected) => {
  expect(isWithoutProxy(new URL(url), list)).toBe(expected);
});

test('a registry elsewhere is spoken to by TLS only, unless the user says so', async () => {
  const address = registry.host.replace('127.0.0.1', '0.0.0.0');
  await expect(withClient((client) => client.manifest(address, 'a/b', '1'))).rejects.toThrow('it does not speak TLS');
  const digest = await withClient(async (client) => (await client.manifest(address, 'a/b', '1')).digest, {
    plainHttp: [address],
  });
  expect(digest).toBe(image.digest);
});
