// Who we are to a registry: Docker's config.json, what a registry asks for, and the header that answers it.

/** A login, or the refresh token that `docker login` got in its place. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/** Docker's config.json, as far as it is about logins. */
export interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>
  >;
  /** The program `docker-credential-NAME` knows all logins. */
  readonly credsStore?: string;
  /** The same by registry. */
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** Docker Hub's logins are kept under the address of an interface that is long gone. */
const dockerHub = 'https://index.docker.io/v1/';

/** The helper program to ask about a registry, and the name it knows it by. */
export function helperFor(config: DockerConfig, registry: string): { helper: string; server: string } | undefined {
  const server = registry === 'docker.io' ? dockerHub : registry;
  const helper = config.credHelpers?.[server] ?? config.credHelpers?.[registry] ?? config.credsStore;
  // The name becomes part of a program's name: nothing else may come of it.
  return helper !== undefined && /^[\w.-]+$/.test(helper) ? { helper, server } : undefined;
}

/** What a helper answered: `{"ServerURL", "Username", "Secret"}`. */
export function parseHelperAnswer(text: string): Credentials | undefined {
  try {
    const { Username: username, Secret: secret } = JSON.parse(text) as { Username?: unknown; Secret?: unknown };
    if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
    // By Docker's convention this is no user's name, but says what the secret is.
    if (username === '<token>') return { username: '', password: '', identityToken: secret };
    return { username, password: secret };
  } catch {
    return undefined;
  }
}

/** The login that stands in the file itself. */
export function storedCredentials(config: DockerConfig, registry: string): Credentials | undefined {
  const wanted = registry === 'docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry];
  const entry = Object.entries(config.auths ?? {}).find(([server]) =>
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
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads WWW-Authenticate: `Bearer realm="https://…",service="…"`. */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = /([\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const [, name = '', quoted, plain] of [header ?? []].flat().join(', ').matchAll(token)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else (challenges.at(-1)?.parameters ?? {})[name.toLowerCase()] = value;
  }
  return challenges;
}

/** Whether a registry is on this machine, so that nobody can listen in. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}
