// Docker's config.json, as far as it is about logins: text to types, and never a word of what it holds in an error.

import { isMap } from '../tree.ts';
import { findExcess, mapOf } from './json.ts';

/** How the file holds a registry's login. */
export interface StoredAuth {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

export interface DockerConfig {
  readonly auths: ReadonlyMap<string, StoredAuth>;
  /** The program `docker-credential-NAME` knows all logins. */
  readonly credsStore?: string;
  /** The same by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
}

/** Of who never logged in. */
export const noLogins: DockerConfig = { auths: new Map(), credHelpers: new Map() };

const bounds = { depth: 32, values: 100_000 };

/** Reads the file, or says what is wrong with it, and where. */
export function parseDockerConfig(text: string): DockerConfig | { readonly problem: string } {
  const excess = findExcess(text, bounds);
  if (excess !== undefined) return { problem: `it ${excess}` };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `it is not JSON${placeOf(error as Error, text)}` };
  }
  if (!isMap(json)) return { problem: 'it must be a map' };
  const { auths = {}, credsStore, credHelpers = {} } = mapOf(json);
  if (!isMap(auths)) return { problem: 'auths must be a map' };
  if (!isMap(credHelpers)) return { problem: 'credHelpers must be a map' };
  const problem = Object.entries(auths).flatMap(([server, auth]) => authProblem(server, auth) ?? [])[0];
  if (problem !== undefined) return { problem };
  const helpers = [['credsStore', credsStore] as const, ...Object.entries(credHelpers)];
  // The name becomes part of a program's name: nothing else may come of it.
  const bad = helpers.find(([, name]) => name !== undefined && !(typeof name === 'string' && /^[\w.-]*$/.test(name)));
  if (bad) return { problem: `${bad[0] === 'credsStore' ? '' : 'credHelpers of '}${bad[0]} must name a helper` };
  return {
    auths: new Map(Object.entries(auths).map(([server, auth]) => [server, mapOf(auth)])),
    ...(typeof credsStore === 'string' && credsStore !== '' && { credsStore }),
    credHelpers: new Map(Object.entries(credHelpers as Record<string, string>).filter(([, name]) => name !== '')),
  };
}

function authProblem(server: string, auth: unknown): string | undefined {
  const where = `auths of ${server.slice(0, 100)}`;
  if (auth === null) return undefined;
  if (!isMap(auth)) return `${where} must be a map`;
  const field = ['auth', 'username', 'password', 'identitytoken'].find(
    (name) => !['string', 'undefined'].includes(typeof auth[name]),
  );
  return field === undefined ? undefined : `${where}: ${field} must be a string`;
}

/** V8 says where the mistake is, and quotes what stands there: a password, as often as not. */
function placeOf({ message }: Error, text: string): string {
  const [, offset] = /at position (\d+)/.exec(message) ?? [];
  if (offset === undefined) return '';
  const before = text.slice(0, Number(offset)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}
