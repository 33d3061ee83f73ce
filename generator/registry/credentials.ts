// Who we are to a registry: Docker's config.json, what a registry asks for, and the header that answers it.

import type { DockerConfig } from './docker-config.ts';
import { mapOf } from './json.ts';

/** A login, or the refresh token that `docker login` got in its place. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/** Docker Hub's logins are kept under the address of an interface that is long gone. */
const dockerHub = 'https://index.docker.io/v1/';

/** The helper program to ask about a registry, and the name it knows it by. */
export function helperFor(config: DockerConfig, registry: string): { helper: string; server: string } | undefined {
  const server = registry === 'docker.io' ? dockerHub : registry;
  const helper = config.credHelpers.get(server) ?? config.credHelpers.get(registry) ?? config.credsStore;
  return helper === undefined ? undefined : { helper, server };
}

/** What a helper answered: `{"ServerURL", "Username", "Secret"}`. */
export function parseHelperAnswer(text: string): Credentials | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { Username: username, Secret: secret } = mapOf(json);
  if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
  // By Docker's convention this is not a user's name, but says what the secret is.
  if (username === '<token>') return { username: '', password: '', identityToken: secret };
  return { username, password: secret };
}

/** The login that is in the file itself. */
export function storedCredentials(config: DockerConfig, registry: string): Credentials | undefined {
  const wanted = registry === 'docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry];
  const entry = [...config.auths].find(([server]) =>
    wanted.includes(server.replace(/^https?:\/\//, '').replace(/\/.*$/, '')),
  )?.[1];
  if (!entry) return undefined;
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = entry.username ?? decoded.slice(0, Math.max(colon, 0));
  const password = entry.password ?? (colon < 0 ? '' : decoded.slice(colon + 1).replace(/\0+$/, ''));
  if (entry.identitytoken) return { username, password, identityToken: entry.identitytoken };
  return username === '' ? undefined : { username, password };
}

export function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** One way in that a registry offers. */
export interface Challenge {
  /** In small letters: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** Reads WWW-Authenticate: `Bearer realm="https://…",service="…"`. */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string | undefined> }[] = [];
  const token = /([\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const [, name = '', quoted, plain] of [header ?? []].flat().join(', ').matchAll(token)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: Object.create(null) });
    else (challenges.at(-1)?.parameters ?? {})[name.toLowerCase()] = value;
  }
  return challenges;
}

/** The host of a token's address, if it belongs to the registry: it is the same, or Docker Hub's. */
export function isOwnTokenHost(registry: string, { hostname, protocol }: URL): boolean {
  if (registry === 'docker.io') return hostname === 'auth.docker.io' && protocol === 'https:';
  return hostname === registry.replace(/:\d+$/, '').toLowerCase();
}

/** Whether a registry is on this machine, so that nobody can listen in. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}
