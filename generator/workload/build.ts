// From a catalog's server to a workload: what the gateway would give to `docker run`, in Kubernetes' words.

import { serverConfig } from '../catalog/go-yaml.ts';
import { evaluateVolumes } from '../catalog/environment.ts';
import { type Config, evaluateList } from '../catalog/expression.ts';
import { ResultTooLongError } from '../catalog/go-format.ts';
import { type CatalogServer, serverKind } from '../catalog/model.ts';
import { type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import { buildEnvironment } from './environment.ts';
import { checkResults } from './accidents.ts';
import { resultTooLong, unsetProperties } from '../catalog/server-expressions.ts';
import { checkExpressions } from './expressions.ts';
import { buildEgress } from './egress.ts';
import type { ContainerWorkload, RemoteWorkload, Workload } from './model.ts';
import { checkImage, checkUser, checkVariableNames, flagLike } from './check-container.ts';
import { checkVariables } from './check-variables.ts';
import { checkReach } from './reach.ts';
import { checkInternal, type Reach, relayHeader } from './internal.ts';
import { aboutUrl, checkRemote, headerVariables, transportOf } from './remote.ts';
import { type CredentialContext, type Credentials, findCredentials, redact } from './credentials.ts';
import { markOptional, noteSecrets, type SecretMap, secretKeyOf, withMappedProperties } from './secrets.ts';
import { writtenByContainer, writtenByRemote, writtenByVolumes } from './written.ts';
import { buildStart, type StartContext } from './start.ts';
import { buildHostAliases } from './hosts.ts';
import { buildResources } from './resources.ts';
import { checkKubeconfig } from './kubeconfig.ts';
import { toKubernetes } from '../kubernetes/text.ts';
import { checkSupported } from './unsupported.ts';
import type { VolumeRule } from './volume-rules.ts';
import { buildVolumes, type VolumeText } from './volumes.ts';

/** What is known besides the server's own entry. */
export interface BuildContext extends StartContext, CredentialContext {
  /** The gateway's config file: all servers' properties. */
  readonly config: Config;
  /** Secrets that the user mapped, by their catalog name. */
  readonly secrets: SecretMap;
  readonly volumeRules: readonly VolumeRule[];
  readonly allowTools: ReadonlyMap<string, readonly string[]>;
  /** Remote servers that the user says are of their own network. */
  readonly internal: ReadonlySet<string>;
  readonly reach: Reach;
  /** Whether the overlay sets or removes this field of the server, so that what the catalog says of it is not written. */
  readonly isOverlaid: (server: CatalogServer, ...fields: readonly string[]) => boolean;
}

/** Builds the workload of one server, which is called `name` in the cluster. With errors there is none. */
export function buildWorkload(
  server: CatalogServer,
  name: string,
  context: BuildContext,
): Result<Workload | undefined> {
  const unsupported = checkSupported(server, isInternal(server, context));
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

function buildContainer(entry: CatalogServer, name: string, context: BuildContext): Result<ContainerWorkload> {
  const config = serverConfig(context.config, entry.name);
  const server = withMappedProperties(entry, context.secrets, config);
  const environment = buildEnvironment(server, config, secretKeyOf(server, name, context.secrets));
  const argLists = server.command.map((text) =>
    evaluateList([text], config).map((argument) => toKubernetes(environment.expand(argument))),
  );
  const args = argLists.flat();
  const { env } = environment;
  const secretEnv = markOptional(server, environment.secretEnv, environment.aliases, [...args, ...Object.values(env)]);
  const inVolumes = findCredentials(server, config, writtenByVolumes(server, config), context);
  const texts = volumeTexts(server, config);
  const shown = texts.value.filter(({ text }) => !inVolumes.texts.includes(text));
  const keys = Object.values(secretEnv).map(({ key }) => key);
  const isOverlaid = (volume: string): boolean => context.isOverlaid(server, 'volumes', volume);
  const named = { catalogName: server.name, name, secretKeys: keys, isOverlaid };
  const volumes = buildVolumes(named, shown, context.volumeRules);
  const hostAliases = buildHostAliases(server);
  const egress = buildEgress(server);
  const opensEgress = context.isOverlaid(server, 'egress');
  const resources = buildResources(server);
  const rules = context.volumeRules.filter((rule) => rule.server === server.name);
  const start = buildStart(
    {
      server,
      config,
      args,
      env: {
        ...env,
        ...Object.fromEntries(Object.keys(secretEnv).map((variable) => [variable, `$(${variable})`])),
      },
      volumes: volumes.value,
      fixedTargets: new Set(rules.map(({ target }) => target)),
    },
    context,
  );
  const value: ContainerWorkload = {
    kind: 'container',
    name,
    server: entry,
    image: server.image,
    args,
    volumes: volumes.value,
    ...start.value,
    env,
    secretEnv,
    egress: egress.value,
    hostAliases: hostAliases.value,
    resources: resources.value,
    longLived: server.longLived,
    ...toolsOf(server, context),
  };
  const found = credentialsOf(server, value, argLists, context);
  const others = [
    ...checkExpressions(server, config),
    ...checkResults(server, config),
    ...checkVariableNames(server, environment),
    ...texts.diagnostics,
    ...volumes.diagnostics,
    ...checkKubeconfig(server, volumes.value, egress.value, opensEgress),
    ...checkUser(server, config),
    ...start.diagnostics,
    ...hostAliases.diagnostics,
    ...egress.diagnostics,
    ...checkVariables(server, config),
    ...checkReach(server, value, opensEgress),
    ...checkImage(server),
    ...resources.diagnostics,
    ...noteSecrets(server, secretEnv, context.secrets),
  ];
  const credentials = [...inVolumes.diagnostics, ...found.diagnostics];
  return { value, diagnostics: [...redact(others, [...inVolumes.texts, ...found.texts]), ...credentials] };
}

/** Credentials in what is written, but for what the overlay writes in its place. */
function credentialsOf(
  server: CatalogServer,
  { env, command = [], args }: ContainerWorkload,
  argLists: readonly (readonly string[])[],
  context: BuildContext,
): Credentials {
  const isKept = (...fields: readonly string[]): boolean => !context.isOverlaid(server, ...fields);
  const ofCatalog = argLists.flat();
  const written = writtenByContainer(server, serverConfig(context.config, server.name), {
    env: Object.fromEntries(Object.entries(env).filter(([variable]) => isKept('env', variable))),
    args: isKept('args') ? argLists : [],
    ofImage: isKept('command') ? [...command, ...args].filter((word) => !ofCatalog.includes(word)) : [],
  });
  return findCredentials(server, serverConfig(context.config, server.name), written, context);
}

/** The user says so, by option, or by a URL in the overlay. */
function isInternal(server: CatalogServer, { internal, isOverlaid }: BuildContext): boolean {
  return internal.has(server.name) || isOverlaid(server, 'http', 'url');
}

function buildRemote(server: CatalogServer, name: string, context: BuildContext): Result<RemoteWorkload> {
  const internal = isInternal(server, context);
  const field = internal ? 'http' : 'remote';
  const isOverlaid = (...fields: readonly string[]): boolean => context.isOverlaid(server, field, ...fields);
  const secretKey = secretKeyOf(server, name, context.secrets);
  const used = headerVariables(server);
  const sent = server.secrets.filter(({ env }) => used.has(env));
  const secrets = Object.fromEntries(sent.map((secret) => [secret.env, secretKey(secret.name)]));
  const url = server.sseEndpoint || server.remote.url;
  const written = writtenByRemote(server, url).filter(({ name: header }) =>
    header === undefined ? !isOverlaid('url') : !isOverlaid('headers', header),
  );
  const { diagnostics, isAllowed } = findCredentials(server, {}, written, context);
  const value: RemoteWorkload = {
    kind: 'remote',
    name,
    server,
    url,
    isInternal: internal,
    transport: internal && transportOf(server) !== 'sse' ? 'streamable-http' : transportOf(server),
    headers: internal ? mapValues(server.remote.headers, relayHeader) : server.remote.headers,
    secrets,
    allowsPlain: isAllowed,
    ...toolsOf(server, context),
  };
  return {
    value,
    diagnostics: [
      ...diagnostics,
      ...checkRemote(server, isOverlaid),
      ...(internal ? checkInternal(server, url, context.reach, isOverlaid, aboutUrl(server)) : []),
      ...noteSecrets(server, secrets, context.secrets),
    ],
  };
}

function mapValues(
  map: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function toolsOf(server: CatalogServer, context: BuildContext): Pick<Workload, 'tools' | 'allowTools' | 'prefix'> {
  const allowTools = context.allowTools.get(server.name);
  return { tools: server.tools, prefix: server.prefix, ...(allowTools && { allowTools }) };
}

/** The evaluated entries of `volumes`; those that name unset properties are reported elsewhere. */
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
