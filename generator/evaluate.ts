// What the gateway would give to `docker run`, server by server, accidents included: the answer to "why is this empty?".

import { configKey, serverConfig } from './catalog/go-yaml.ts';
import { evaluateCommand, evaluateEnv, evaluateUser, evaluateVolumes, expandEnv } from './catalog/environment.ts';
import { ResultTooLongError } from './catalog/go-format.ts';
import type { Config } from './catalog/expression.ts';
import { type CatalogServer, serverKind, type ServerKind } from './catalog/model.ts';
import type { Diagnostic, Result } from './diagnostics.ts';
import type { Loaded } from './load.ts';
import { expressionsOf, resultTooLong, unsetProperties } from './catalog/server-expressions.ts';

/** One server as the gateway evaluates it. Optional fields are left out where they say nothing. */
export interface EvaluatedServer {
  readonly server: string;
  readonly kind: ServerKind;
  readonly type: string;
  readonly image?: string;
  /** The key of the config file that is read for this server, and what stands there. */
  readonly configKey: string;
  readonly config: unknown;
  /** The arguments after the image. */
  readonly command: readonly string[];
  /** What the `env` section sets; of two entries with one name the last. */
  readonly env: Readonly<Record<string, string>>;
  readonly envOrder: readonly string[];
  /** Entries that came out empty, which the gateway leaves out. */
  readonly envDropped?: readonly string[];
  readonly secrets: readonly { readonly name: string; readonly env: string; readonly value: string }[];
  readonly volumes: readonly string[];
  readonly user: string | null;
  readonly disableNetwork: boolean;
  readonly longLived: boolean;
  readonly allowHosts?: readonly string[];
  readonly remoteUrl?: string;
  readonly transport?: string;
  readonly remoteHeaders?: Readonly<Record<string, string>>;
}

/** An expression that names properties which are not set: why something of a server is empty. */
export interface EmptyExpression {
  readonly server: string;
  /** `env NAME`, `command`, `volumes` or `user`. */
  readonly where: string;
  readonly expression: string;
  readonly unset: readonly string[];
}

/** The expressions that come out empty, or emptier than meant. */
export function findEmptyExpressions({ servers, config }: Loaded): EmptyExpression[] {
  return servers.flatMap((server) => {
    const own = serverConfig(config, server.name);
    return expressionsOf(server).flatMap(({ text, path }) => {
      const unset = unsetProperties(text, own);
      if (unset.length === 0) return [];
      const [field, index] = path.slice(server.path.length);
      const where = field === 'env' ? `env ${server.env[Number(index)]?.name}` : String(field);
      return { server: server.name, where, expression: text, unset };
    });
  });
}

/** `secrets`: values by catalog name. Who must not see them passes masks. */
export function evaluateServers(
  { servers, config }: Loaded,
  secrets: ReadonlyMap<string, string>,
): Result<readonly EvaluatedServer[]> {
  const diagnostics: Diagnostic[] = [];
  const value = servers.flatMap((server) => {
    try {
      return evaluateServer(server, config, secrets);
    } catch (error) {
      if (!(error instanceof ResultTooLongError)) throw error;
      diagnostics.push(resultTooLong(server));
      return [];
    }
  });
  return { value, diagnostics };
}

function evaluateServer(
  server: CatalogServer,
  allConfig: Config,
  values: ReadonlyMap<string, string>,
): EvaluatedServer {
  const kind = serverKind(server);
  const key = configKey(server.name);
  const config = serverConfig(allConfig, server.name);
  const secrets =
    kind === 'poci'
      ? []
      : server.secrets.map(({ name, env }) => ({ name, env, value: secretValue(kind, values.get(name)) }));
  const environment = secrets.map(({ env, value }) => `${env}=${value}`);
  const { env, dropped } = evaluateEnv(kind === 'container' ? server.env : [], config, environment);
  return {
    server: server.name,
    kind,
    type: server.type,
    ...(server.image !== '' && { image: server.image }),
    configKey: key,
    config: config[key] ?? {},
    command:
      kind === 'container'
        ? evaluateCommand(server.command, config, [...environment, ...env.map(([name, value]) => `${name}=${value}`)])
        : [],
    env: Object.fromEntries(env),
    envOrder: env.map(([name]) => name),
    ...(dropped.length > 0 && { envDropped: dropped }),
    secrets,
    volumes: kind === 'container' ? evaluateVolumes(server.volumes, config).volumes : [],
    user: kind === 'container' ? evaluateUser(server.user, config) : null,
    disableNetwork: server.disableNetwork,
    longLived: server.longLived,
    ...(server.allowHosts.length > 0 && { allowHosts: server.allowHosts }),
    ...(kind === 'remote' && remoteOf(server, environment)),
  };
}

/** What the gateway takes for a secret that it does not have (clientpool.go, pkg/mcp/remote.go). */
function secretValue(kind: ServerKind, value: string | undefined): string {
  if (kind === 'container') return value ?? '<UNKNOWN>';
  return value === undefined || value.startsWith('se://') ? '' : value;
}

function remoteOf(
  { sseEndpoint, remote }: CatalogServer,
  environment: readonly string[],
): Pick<EvaluatedServer, 'remoteUrl' | 'transport' | 'remoteHeaders'> {
  // Of two secrets with one variable, a header takes the last: the gateway has a map here, not a list.
  const latest = [...environment].reverse();
  const headers = Object.entries(remote.headers).map(([name, value]) => [name, expandEnv(value, latest)]);
  return {
    remoteUrl: sseEndpoint || remote.url,
    transport: sseEndpoint === '' ? remote.transport : 'sse',
    ...(headers.length > 0 && { remoteHeaders: Object.fromEntries(headers) }),
  };
}
