// From a catalog's server to a workload: what the gateway would give to `docker run`, in Kubernetes' words.

import { serverConfig } from '../catalog/go-yaml.ts';
import { evaluateUser, evaluateVolumes } from '../catalog/environment.ts';
import { type Config, evaluateList } from '../catalog/expression.ts';
import { ResultTooLongError } from '../catalog/go-format.ts';
import { type CatalogServer, serverKind } from '../catalog/model.ts';
import { type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { positionOf, type Path } from '../source.ts';
import { buildEnvironment, type ServerEnvironment } from './environment.ts';
import { checkResults } from './accidents.ts';
import { resultTooLong, unsetProperties } from '../catalog/server-expressions.ts';
import { checkExpressions } from './expressions.ts';
import type { ContainerWorkload, Egress, RemoteWorkload, SecretKey, Workload } from './model.ts';
import { buildStart, type StartContext } from './start.ts';
import { buildHostAliases } from './hosts.ts';
import { buildResources } from './resources.ts';
import { toKubernetes } from '../kubernetes/text.ts';
import { checkSupported } from './unsupported.ts';
import type { VolumeRule } from './volume-rules.ts';
import { buildVolumes, type VolumeText } from './volumes.ts';

/** What is known besides the server's own entry. */
export interface BuildContext extends StartContext {
  /** The gateway's config file: all servers' properties. */
  readonly config: Config;
  /** Secrets that the user mapped, by their catalog name. */
  readonly secrets: ReadonlyMap<string, SecretKey>;
  readonly volumeRules: readonly VolumeRule[];
  readonly allowTools: ReadonlyMap<string, readonly string[]>;
}

/** Builds the workload of one server, which is called `name` in the cluster. With errors there is none. */
export function buildWorkload(
  server: CatalogServer,
  name: string,
  context: BuildContext,
): Result<Workload | undefined> {
  const unsupported = checkSupported(server);
  if (unsupported) return { value: undefined, diagnostics: [unsupported] };
  try {
    const { value, diagnostics } =
      serverKind(server) === 'remote' ? buildRemote(server, name, context) : buildContainer(server, name, context);
    return { value: hasErrors(diagnostics) ? undefined : value, diagnostics };
  } catch (error) {
    if (!(error instanceof ResultTooLongError)) throw error;
    return { value: undefined, diagnostics: [resultTooLong(server)] };
  }
}

function buildContainer(server: CatalogServer, name: string, context: BuildContext): Result<ContainerWorkload> {
  const config = serverConfig(context.config, server.name);
  const secretKey = secretKeyOf(name, context);
  const environment = buildEnvironment(server, config, secretKey);
  const args = server.command
    .flatMap((text) => evaluateList([text], config))
    .map((text) => toKubernetes(environment.expand(text)));
  const texts = volumeTexts(server, config);
  const volumes = buildVolumes({ catalogName: server.name, name }, texts.value, context.volumeRules);
  const hostAliases = buildHostAliases(server);
  const resources = buildResources(server);
  const rules = context.volumeRules.filter((rule) => rule.server === server.name);
  const start = buildStart(
    {
      server,
      config,
      args,
      env: {
        ...environment.env,
        ...Object.fromEntries(Object.keys(environment.secretEnv).map((name) => [name, `$(${name})`])),
      },
      volumes: volumes.value,
      fixedTargets: new Set(rules.map(({ target }) => target)),
    },
    context,
  );
  const value: ContainerWorkload = {
    kind: 'container',
    name,
    server,
    image: server.image,
    args,
    volumes: volumes.value,
    ...start.value,
    env: environment.env,
    secretEnv: environment.secretEnv,
    egress: egressOf(server),
    hostAliases: hostAliases.value,
    resources: resources.value,
    longLived: server.longLived,
    ...toolsOf(server, context),
  };
  const diagnostics = [
    ...checkExpressions(server, config),
    ...checkResults(server, config),
    ...checkVariableNames(server, environment),
    ...texts.diagnostics,
    ...volumes.diagnostics,
    ...checkUserFlag(server, config),
    ...start.diagnostics,
    ...hostAliases.diagnostics,
    ...resources.diagnostics,
    ...noteSecrets(server, environment.secretEnv, context),
  ];
  return { value, diagnostics };
}

function buildRemote(server: CatalogServer, name: string, context: BuildContext): Result<RemoteWorkload> {
  const secretKey = secretKeyOf(name, context);
  const secrets = Object.fromEntries(server.secrets.map((secret) => [secret.env, secretKey(secret.name)]));
  const value: RemoteWorkload = {
    kind: 'remote',
    name,
    server,
    url: server.sseEndpoint || server.remote.url,
    transport: server.sseEndpoint === '' ? server.remote.transport : 'sse',
    headers: server.remote.headers,
    secrets,
    ...toolsOf(server, context),
  };
  return { value, diagnostics: noteSecrets(server, secrets, context) };
}

function toolsOf(server: CatalogServer, context: BuildContext): Pick<Workload, 'tools' | 'allowTools' | 'prefix'> {
  const allowTools = context.allowTools.get(server.name);
  return { tools: server.tools, prefix: server.prefix, ...(allowTools && { allowTools }) };
}

/** Where a secret's value is: as the user mapped it, else in the Secret of the server's name, below the secret's own. */
function secretKeyOf(serverName: string, context: BuildContext): (secretName: string) => SecretKey {
  return (secretName) => context.secrets.get(secretName) ?? { name: serverName, key: defaultKey(secretName) };
}

/** The secret's catalog name, in the characters that a Secret's keys may have. */
function defaultKey(secretName: string): string {
  return secretName.replace(/[^-._a-zA-Z0-9]/g, '_');
}

/** One note for each Secret that the user has to create. */
function noteSecrets(
  server: CatalogServer,
  used: Readonly<Record<string, SecretKey>>,
  context: BuildContext,
): Diagnostic[] {
  const unmapped = server.secrets.filter(({ name }) => !context.secrets.has(name));
  const first = unmapped[0];
  if (!first || Object.keys(used).length === 0) return [];
  const keys = [...new Set(unmapped.map(({ name }) => defaultKey(name)))];
  const secretName = Object.values(used).find(({ key }) => keys.includes(key))?.name;
  if (secretName === undefined) return [];
  return [
    {
      severity: 'note',
      code: 'secret',
      message: `create the Secret ${JSON.stringify(secretName)} with the ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}`,
      hint: `kubectl create secret generic ${secretName} ${keys.map((key) => `--from-literal=${key}=VALUE`).join(' ')}; another place: --secret ${first.name}=SECRET/KEY`,
      position: positionOf(server.source, [...server.path, 'secrets']),
      server: server.name,
    },
  ];
}

/** The evaluated entries of `volumes`; those that name unset properties are told elsewhere. */
function volumeTexts(server: CatalogServer, config: Config): Result<readonly VolumeText[]> {
  const diagnostics: Diagnostic[] = [];
  const value = server.volumes.flatMap((expression, index) => {
    if (unsetProperties(expression, config).length > 0) return [];
    const path = [...server.path, 'volumes', index];
    const { volumes, skipped } = evaluateVolumes([expression], config);
    for (const text of skipped) diagnostics.push(flagLike(server, path, 'volume', text));
    const position = positionOf(server.source, path);
    return volumes.map((text) => ({ text, position }));
  });
  return { value, diagnostics };
}

/** The gateway leaves out what `docker run` would take for an option of its own (clientpool.go, isSafeFlagValue). */
function flagLike(server: CatalogServer, path: Path, what: string, text: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'flag-like',
    message: `the ${what} ${JSON.stringify(text)} is left out, because it begins with "-", as the gateway does`,
    hint: 'correct it, or remove it',
    position: positionOf(server.source, path),
    server: server.name,
  };
}

function checkUserFlag(server: CatalogServer, config: Config): Diagnostic[] {
  if (evaluateUser(server.user, config) !== null || !server.user.startsWith('-')) return [];
  return [flagLike(server, [...server.path, 'user'], 'user', server.user)];
}

function egressOf(server: CatalogServer): Egress {
  if (server.disableNetwork) return { mode: 'none' };
  const hosts = server.allowHosts.filter((host) => host !== '');
  return hosts.length > 0 ? { mode: 'hosts', hosts } : { mode: 'internet' };
}

/** Kubernetes takes these names for a variable (its rule before version 1.30). */
function checkVariableNames(server: CatalogServer, { env, secretEnv, aliases }: ServerEnvironment): Diagnostic[] {
  const bad = [...Object.keys(env), ...Object.keys(secretEnv)].filter(
    (name) => !/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name),
  );
  return [
    ...bad.map((name): Diagnostic => {
      const index = server.env.findIndex((entry) => entry.name === name);
      const path: Path = index >= 0 ? [...server.path, 'env', index, 'name'] : [...server.path, 'secrets'];
      return {
        severity: 'error',
        code: 'bad-variable-name',
        message: `${JSON.stringify(name)} is no name for an environment variable in Kubernetes`,
        hint: 'use letters, digits, "_", "-" and ".", and no digit first',
        position: positionOf(server.source, path),
        server: server.name,
      };
    }),
    ...[...aliases].map(([alias, name]): Diagnostic => ({
      severity: 'note',
      code: 'renamed-variable',
      message: `the secret of ${name} is in the variable ${alias}, because env sets ${name} itself`,
      hint: 'give one of the two another name in the catalog',
      position: positionOf(server.source, [...server.path, 'secrets']),
      server: server.name,
    })),
  ];
}
