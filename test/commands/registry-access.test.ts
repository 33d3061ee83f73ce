// What this machine says of registries: Docker's config, the environment, certificates. None of it crashes, and no error repeats a secret.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { registryOptions } from '../../generator/commands/registry-access.ts';
import { type Credentials } from '../../generator/registry/credentials.ts';
import { RegistryClient, type RegistryOptions } from '../../generator/registry/client.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-access-'));
afterAll(() => rmSync(folder, { recursive: true }));
const io = {
  stdin: Readable.from([]),
  writeOut: async () => undefined,
  writeError: async () => undefined,
  color: false,
};
const secret = 'hunter2';

const options = (environment: NodeJS.ProcessEnv, caFile?: string): Promise<RegistryOptions> =>
  registryOptions({ registryMap: [], plainHttp: [], timeout: 1, ...(caFile !== undefined && { caFile }) }, io, {
    DOCKER_CONFIG: folder,
    ...environment,
  });

async function login(config: string, registry = 'r.example'): Promise<Credentials | undefined> {
  writeFileSync(join(folder, 'config.json'), config);
  return (await options({})).credentials?.(registry);
}

async function errorOf(work: () => Promise<unknown>): Promise<Error> {
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('nothing was thrown');
  return error;
}

describe("Docker's config.json", () => {
  test.each([
    ['null', 'it must be a map'],
    ['[]', 'it must be a map'],
    ['5', 'it must be a map'],
    ['', 'it is not JSON'],
    [`{"auths": {"r.example": {"password": "${secret}" "x"}}}`, /it is not JSON/],
    [`{"auths": {"r.example": {"password": "${secret}}}}`, /it is not JSON/],
    [`{"auths": ["${secret}"]}`, 'auths must be a map'],
    [`{"auths": {"r.example": "${secret}"}}`, 'auths of r.example must be a map'],
    ['{"auths": {"r.example": {"auth": 5}}}', 'auths of r.example: auth must be a string'],
    [`{"auths": {"r.example": {"identitytoken": ["${secret}"]}}}`, 'identitytoken must be a string'],
    ['{"credsStore": {}}', 'credsStore must name a helper'],
    ['{"credHelpers": {"r.example": "../../evil"}}', 'credHelpers of r.example must name a helper'],
    ['{"credHelpers": 5}', 'credHelpers must be a map'],
    ['['.repeat(100_000), 'it nests more than 32 levels deep'],
  ])('%j is an error where a login is wanted', async (text, problem) => {
    const error = await errorOf(() => login(text));
    expect(error.name + error.message).toMatch(/cannot be read: /);
    expect(error.message).toMatch(problem);
    expect(error.message).not.toContain(secret);
  });

  test('a mistake in it has a place', async () => {
    const { message } = await errorOf(() => login(`{"auths":\n {"r.example": {"password": "${secret}" 5}}}`));
    expect(message).toMatch(/it is not JSON( \(line 2, column \d+\))?$/);
  });

  test.each([
    ['{}', undefined],
    ['{"auths": {"__proto__": {"auth": "eA=="}}}', undefined],
    ['{"auths": {"r.example": null}}', undefined],
    ['{"auths": {"r.example": {"auth": "!!!"}}}', undefined],
    ['{"auths": {"https://r.example/v1/": {"username": "u", "password": "p"}}}', { username: 'u', password: 'p' }],
  ])('%j is taken', async (text, expected) => expect(await login(text)).toEqual(expected));
});

describe('the environment', () => {
  test.each([
    ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['proxy.example', 'http://proxy.example/'],
    ['user:p%40ss@proxy.example:8080', 'http://user:p%40ss@proxy.example:8080/'],
    ['https://proxy.example', 'https://proxy.example/'],
  ])('HTTPS_PROXY=%s is a proxy', async (text, expected) => {
    expect((await options({ HTTPS_PROXY: text })).proxy?.https?.url.href).toBe(expected);
  });

  test.each([
    `socks5://u:${secret}@proxy.example`,
    `http://u:${secret}@`,
    `http://u:${secret}@[`,
    `http://u:${secret}%zz@proxy.example`,
    `http://u:${secret}%0d%0aX@proxy.example`,
    `file:///${secret}`,
  ])('HTTPS_PROXY=%s is an error that names the variable and nothing else', async (text) => {
    const { message } = await errorOf(() => options({ https_proxy: text }));
    expect(message).toBe('https_proxy is not the address of an HTTP proxy; write http://HOST:PORT');
  });

  test('a proxy that is not there is named by its variable, not by its address', async () => {
    const access = await options({ HTTPS_PROXY: `http://u:${secret}@127.0.0.1:1` });
    const client = new RegistryClient({ ...access, retryDelay: 1 });
    const { message } = await errorOf(() => client.manifest('r.example', 'a', '1'));
    client.close();
    expect(message).toBe('the proxy in HTTPS_PROXY cannot be used: it refuses connections');
  });

  test.each(['r.example:99999', '1.2.3.999', '[:::1]'])('a registry called %s is an error', async (host) => {
    const client = new RegistryClient(await options({}));
    const { message } = await errorOf(() => client.manifest(host, 'a', '1'));
    client.close();
    expect(message).toBe(`${host} is not the address of a registry`);
  });
});

describe('--ca-file', () => {
  test.each([
    ['garbage', 'it has no certificate in PEM form'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'its certificate 1 is damaged'],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'it has no certificate in PEM form'],
  ])('%j is an error', async (text, problem) => {
    const name = join(folder, 'ca.pem');
    writeFileSync(name, text);
    expect((await errorOf(() => options({}, name))).message).toBe(`cannot read ${name}: ${problem}`);
  });
});
