// How commands reach registries: their options, the environment, and the logins that Docker keeps on this machine.

import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { type Credentials, helperFor, parseHelperAnswer, storedCredentials } from '../registry/credentials.ts';
import { type DockerConfig, noLogins, parseDockerConfig } from '../registry/docker-config.ts';
import { RegistryError } from '../registry/error.ts';
import { parseProxy, type Proxies } from '../registry/proxy.ts';
import type { RegistryOptions } from '../registry/client.ts';
import { type Io, readTextFile, UsageError } from './io.ts';
import type { RegistryAccessOptions } from './registry-options.ts';

/** What a registry client is made with: the options, the usual environment variables, and Docker's logins. */
export async function registryOptions(
  { caFile, plainHttp, sameHostAuth = false }: RegistryAccessOptions,
  io: Io,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<RegistryOptions> {
  const folder = environment['DOCKER_CONFIG'] || join(homedir(), '.docker');
  let config: Promise<DockerConfig> | undefined;
  return {
    ...(caFile !== undefined && { ca: await readAuthorities(caFile, io) }),
    plainHttp,
    sameHostAuth,
    proxy: readProxies(environment),
    credentials: async (registry) => findCredentials(await (config ??= readDockerConfig(folder, io)), registry),
  };
}

/** Certificates that can be read, all of them: Node passes over a file that has none. */
async function readAuthorities(name: string, io: Io): Promise<string> {
  const { text } = await readTextFile(name, io);
  const blocks = text.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END \1CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new UsageError(usageTexts.noCertificate({ name }));
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      throw new UsageError(usageTexts.damagedCertificate({ name, number: index + 1 }));
    }
  }
  return text;
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY; lower case wins. Their values may hold a password, and are not repeated. */
function readProxies(environment: NodeJS.ProcessEnv): Proxies {
  const nameOf = (name: string): string => (environment[name.toLowerCase()] ? name.toLowerCase() : name);
  const proxy = (variable: string): Proxies['http'] => {
    const text = environment[variable];
    if (!text) return undefined;
    const url = parseProxy(text);
    if (!url) throw new UsageError(usageTexts.proxy({ variable }));
    return { url, variable };
  };
  const [http, https] = [proxy(nameOf('HTTP_PROXY')), proxy(nameOf('HTTPS_PROXY'))];
  const no = environment[nameOf('NO_PROXY')];
  return { ...(http && { http }), ...(https && { https }), ...(no && { no }) };
}

/** An invalid file is an error only where a registry wants a login, so that other images can be read. */
async function readDockerConfig(folder: string, io: Io): Promise<DockerConfig> {
  const name = join(folder, 'config.json');
  if (!existsSync(name)) return noLogins; // who never logged in has none
  const file = await readTextFile(name, io).catch((error: unknown) => {
    throw error instanceof UsageError ? new RegistryError(error.message) : error;
  });
  const config = parseDockerConfig(file.text);
  if (!('problem' in config)) return config;
  throw new RegistryError(`a login is wanted, and ${name} cannot be read: ${config.problem}`);
}

async function findCredentials(config: DockerConfig, registry: string): Promise<Credentials | undefined> {
  const found = helperFor(config, registry);
  const fromHelper = found && (await askHelper(found.helper, found.server));
  return fromHelper ?? storedCredentials(config, registry);
}

/** Characters: a login is not longer. */
const maxAnswer = 1024 ** 2;

/** `docker-credential-NAME get`, which takes the registry on standard input. One that is not there or knows nothing: none. */
function askHelper(helper: string, server: string): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: 30_000 });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > maxAnswer) child.kill();
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? parseHelperAnswer(output) : undefined));
    child.stdin.end(server);
  });
}
