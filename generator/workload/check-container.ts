// What of a container's entry neither Docker nor Kubernetes takes: its user, names of variables, and its image.

import { evaluateUser } from '../catalog/environment.ts';
import type { Config } from '../catalog/expression.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { formatPath } from '../catalog/schema.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { isVariableName } from '../kubernetes/names.ts';
import { parseReference } from '../registry/reference.ts';
import { type Path, positionOf } from '../source.ts';
import type { ServerEnvironment } from './environment.ts';

/** The gateway leaves out what `docker run` would take for an option of its own (clientpool.go, isSafeFlagValue). */
export function flagLike(server: CatalogServer, path: Path, what: 'volume' | 'user', text: string): Diagnostic {
  return diagnose('flag-like', { what, text }, { position: positionOf(server.source, path), server: server.name });
}

export function checkUser(server: CatalogServer, config: Config): Diagnostic[] {
  const user = evaluateUser(server.user, config);
  const path = [...server.path, 'user'];
  if (user === null) return server.user.startsWith('-') ? [flagLike(server, path, 'user', server.user)] : [];
  const isTooLarge = /^\d+(:\d+)?$/.test(user) && user.split(':').some((id) => Number(id) > maxUserId);
  if (!isTooLarge) return [];
  const about = { position: positionOf(server.source, path), server: server.name };
  return [diagnose('user-name/number', { user, most: maxUserId }, about)];
}

/** Of Docker and of Kubernetes. */
const maxUserId = 2_147_483_647;

/** Names of variables that neither Kubernetes nor the chart takes, and those that were changed. */
export function checkVariableNames(
  server: CatalogServer,
  { env, secretEnv, aliases }: ServerEnvironment,
): Diagnostic[] {
  const bad = [...Object.keys(env), ...Object.keys(secretEnv)].filter(
    (name) => !isVariableName(name) || isBoolean(name),
  );
  return [
    ...bad.map((name): Diagnostic => {
      const index = server.env.findIndex((entry) => entry.name === name);
      const path: Path = index >= 0 ? [...server.path, 'env', index, 'name'] : [...server.path, 'secrets'];
      return diagnose(
        isBoolean(name) ? 'bad-variable-name/boolean' : 'bad-variable-name',
        { name },
        { position: positionOf(server.source, path), server: server.name },
      );
    }),
    ...[...aliases].map(([alias, name]) => {
      const position = positionOf(server.source, [...server.path, 'secrets']);
      return diagnose('renamed-variable', { name, alias }, { position, server: server.name });
    }),
  ];
}

/** The chart takes such a name for what YAML makes of Y, N, ON and OFF. */
function isBoolean(name: string): boolean {
  return name === 'true' || name === 'false';
}

export function checkImage(server: CatalogServer): Diagnostic[] {
  const parsed = parseReference(server.image);
  if (!('reason' in parsed)) return [];
  const path = [...server.path, 'image'];
  const about = { position: positionOf(server.source, path), server: server.name };
  return [diagnose('wrong-value/reference', { where: formatPath(path), reason: parsed.reason }, about)];
}
