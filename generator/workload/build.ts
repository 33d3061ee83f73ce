// From a catalog's server to a workload: what the gateway would give to `docker run`, in Kubernetes' words.

import { serverConfig } from '../catalog/go-yaml.ts';
import { evaluateVolumes } from '../catalog/environment.ts';
import { type Config, evaluateList } from '../catalog/expression.ts';
import { ResultTooLongError } from '../catalog/go-format.ts';
import { type CatalogServer, serverKind } from '../catalog/model.ts';
import { type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import { buildRemote, isInternal } from './build-remote.ts';
import { buildEnvironment } from './environment.ts';
import { checkResults } from './accidents.ts';
import { resultTooLong, unsetProperties } from '../catalog/server-expressions.ts';
import { checkExpressions } from './expressions.ts';
import { buildEgress } from './egress.ts';
import type { BuildContext } from './context.ts';
import type { ContainerWorkload, Workload } from './model.ts';
import { checkImage, checkUser, checkVariableNames, flagLike } from './check-container.ts';
import { checkVariables } from './check-variables.ts';
import { checkReach } from './reach.ts';
import { type Credentials, findCredentials, redact } from './credentials.ts';
import { markOptional, noteSecrets, secretKeyOf, withMappedProperties, withoutKeys } from './secrets.ts';
import { writtenByContainer, writtenByVolumes } from './written.ts';
import { buildStart } from './start.ts';
import { buildHostAliases } from './hosts.ts';
import { toolsOf } from './tools.ts';
import { buildResources } from './resources.ts';
import { checkKubeconfig } from './kubeconfig.ts';
import { toKubernetes } from '../kubernetes/text.ts';
import { checkSupported } from './unsupported.ts';
import { buildVolumes, type VolumeText } from './volumes.ts';

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
    ...toolsOf(server, context.allowTools),
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
    ...noteSecrets(
      server,
      withoutKeys(secretEnv, (name) => context.isOverlaid(server, 'secretEnv', name)),
      context.secrets,
    ),
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
