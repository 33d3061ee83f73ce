// The options by which commands reach registries, and the logins that Docker keeps on this machine.

import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Credentials,
  type DockerConfig,
  helperFor,
  parseHelperAnswer,
  storedCredentials,
} from '../registry/credentials.ts';
import { parseRegistryMap, type RegistryMap } from '../registry/reference.ts';
import type { RegistryOptions } from '../registry/client.ts';
import { type Io, readTextFile, UsageError } from './io.ts';
import { collect, once } from './options.ts';

/** How to reach registries. */
export interface RegistryAccessOptions {
  readonly registryMap: readonly RegistryMap[];
  readonly caFile?: string;
  readonly plainHttp: readonly string[];
}

export function addRegistryMapOption(command: Command): Command {
  return command.option(
    '--registry-map <from=to>',
    'where images are had instead, e.g. docker.io=mirror.example/dockerhub (repeatable)',
    collectRegistryMap,
    [],
  );
}

export function addRegistryOptions(command: Command): Command {
  return addRegistryMapOption(command)
    .option('--ca-file <file>', 'certificates (PEM) to trust besides the usual ones', once)
    .option(
      '--plain-http <host>',
      'a registry without TLS; those of this machine need no word (repeatable)',
      collect,
      [],
    );
}

function collectRegistryMap(text: string, previous: readonly RegistryMap[]): readonly RegistryMap[] {
  const map = parseRegistryMap(text);
  if (!map) throw new InvalidArgumentError('\nIt has the form FROM=TO, e.g. docker.io=mirror.example/dockerhub.');
  return [...previous, map];
}

/** What a registry client is made with: the options, the usual environment variables, and Docker's logins. */
export async function registryOptions(
  { caFile, plainHttp }: RegistryAccessOptions,
  io: Io,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<RegistryOptions> {
  const variable = (name: string): string | undefined => environment[name.toLowerCase()] || environment[name];
  const [http, https, no] = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map(variable);
  const folder = environment['DOCKER_CONFIG'] || join(homedir(), '.docker');
  let config: Promise<DockerConfig> | undefined;
  return {
    ...(caFile !== undefined && { ca: (await readTextFile(caFile, io)).text }),
    plainHttp,
    proxy: { ...(http && { http }), ...(https && { https }), ...(no && { no }) },
    credentials: async (registry) => findCredentials(await (config ??= readDockerConfig(folder, io)), registry),
  };
}

async function readDockerConfig(folder: string, io: Io): Promise<DockerConfig> {
  const name = join(folder, 'config.json');
  let text: string;
  try {
    text = (await readTextFile(name, io)).text;
  } catch {
    return {}; // who never logged in has none
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
}

async function findCredentials(config: DockerConfig, registry: string): Promise<Credentials | undefined> {
  const found = helperFor(config, registry);
  const fromHelper = found && (await askHelper(found.helper, found.server));
  return fromHelper ?? storedCredentials(config, registry);
}

/** `docker-credential-NAME get`, which takes the registry on standard input. One that is not there or knows nothing: none. */
function askHelper(helper: string, server: string): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: 30_000 });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? parseHelperAnswer(output) : undefined));
    child.stdin.end(server);
  });
}
