// Image references as Docker writes them, and where an image is pulled from instead.

/** `postgres:17` in full: `docker.io`, `library/postgres`, tag `17`. */
export interface Reference {
  /** Host and port, `docker.io` where the text names none. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** One rule of `--registry-map FROM=TO`: what begins with `from` is read and pulled from `to`. */
export interface RegistryMap {
  readonly from: string;
  readonly to: string;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const host =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][-a-zA-Z0-9]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][-a-zA-Z0-9]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** The three parts of a reference as they were written, whether they are valid or not. */
export function splitReference(text: string): { name: string; tag?: string; digest?: string } {
  const [, name = '', tag, digest] = /^([^@]+?)(?::([^:@/]*))?(?:@(.*))?$/s.exec(text) ?? [];
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Reads a reference by Docker's grammar (distribution/reference), or says what is wrong with it. */
export function parseReference(text: string): Reference | { readonly reason: string } {
  const { name, tag, digest } = splitReference(text);
  if (name === '') return { reason: 'it names no repository' };
  if (tag !== undefined && !/^\w[-\w.]{0,127}$/.test(tag))
    return { reason: `${JSON.stringify(tag)} is not a valid tag` };
  if (digest !== undefined && !isDigest(digest)) {
    return { reason: 'its digest must be sha256: and 64 hexadecimal digits' };
  }
  const found = readName(name);
  return 'reason' in found
    ? found
    : { ...found, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The registry and the repository, with what Docker assumes. */
function readName(name: string): Pick<Reference, 'registry' | 'repository'> | { readonly reason: string } {
  const [first = '', ...others] = name.split('/');
  // What is in front of the first slash is a host only if it cannot be a folder of Docker Hub.
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isHost && first !== 'index.docker.io' ? first : 'docker.io';
  const path = isHost ? others : [first, ...others];
  if (isHost && !(host.test(first) && isAddress(first)))
    return { reason: `${JSON.stringify(first)} is not a valid host` };
  if (!path.every((part) => component.test(part))) {
    const lower = path.join('/').toLowerCase().split('/');
    return {
      reason: lower.every((part) => component.test(part))
        ? 'a repository has no capital letters'
        : `${JSON.stringify(path.join('/'))} is not a valid repository`,
    };
  }
  const repository = registry === 'docker.io' && path.length === 1 ? `library/${path[0]}` : path.join('/');
  if (registry.length + repository.length + 1 > 255) return { reason: 'its name is longer than 255 characters' };
  return { registry, repository };
}

/** Whether a host fits into a URL: its grammar lets ports through that are none, and numbers such as 1.2.3.999. */
function isAddress(text: string): boolean {
  return URL.canParse(`https://${text}/`);
}

/** The reference in full, without what Docker assumes: `docker.io/library/postgres:17`. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The reference as it was written, without its tag, and with this digest: what a pod pulls is what was looked at. */
export function pinReference(text: string, digest: string): string {
  return `${repositoryOf(text)}@${digest}`;
}

/** Without tag and digest, as it was written. */
export function repositoryOf(text: string): string {
  return splitReference(text).name;
}

/** Reads `FROM=TO`; undefined if it has another form. */
export function parseRegistryMap(text: string): RegistryMap | undefined {
  const [, from = '', to = ''] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  const [source, target] = [from, to].map((name) => name.replace(/\/+$/, ''));
  if (!source || !target || !host.test(source.split('/')[0] ?? '')) return undefined;
  const parsed = parseReference(`${target}/x`);
  return 'reason' in parsed || !`${target}/`.startsWith(`${parsed.registry}/`)
    ? undefined
    : { from: source, to: target };
}

/**
 * Where an image is pulled from, by the longest rule that fits; the reference as it was written if none does.
 * Tag and digest stay: a mirror holds the same content.
 */
export function mapReference(text: string, maps: readonly RegistryMap[]): string {
  const parsed = parseReference(text);
  if ('reason' in parsed) return text;
  const name = `${parsed.registry}/${parsed.repository}`;
  const fitting = maps
    .filter(({ from }) => name === from || name.startsWith(`${from}/`))
    .sort((a, b) => b.from.length - a.from.length);
  const rule = fitting[0];
  if (!rule) return text;
  return `${rule.to}${name.slice(rule.from.length)}${formatReference(parsed).slice(name.length)}`;
}

/** The only form of a digest that registries of images use. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);
}
