// Docker's volumes as Kubernetes volumes: a claim for what is kept, a Secret for a file of the host, nothing of a node.

import { type About, diagnose, type Diagnostic, type Position, type Result } from '../diagnostics.ts';
import { type Bind, parseBind } from './bind.ts';
import type { Volume, VolumeSource } from './model.ts';
import { dnsLabel, toDataKey, uniqueName } from '../kubernetes/names.ts';
import { defaultClaimSize, type VolumeRule } from './volume-rules.ts';

/** One evaluated entry of the catalog's `volumes`. */
export interface VolumeText {
  readonly text: string;
  readonly position: Position;
}

interface Server {
  /** The catalog's name. */
  readonly catalogName: string;
  /** The name in the cluster. */
  readonly name: string;
  /** Keys of the Secret of that name which are taken by variables. */
  readonly secretKeys: readonly string[];
  /** Whether the overlay says something of the volume of this name. */
  readonly isOverlaid: (volume: string) => boolean;
}

/** The volumes of one server. Each decision is a note that says how to change it. */
export function buildVolumes(
  server: Server,
  texts: readonly VolumeText[],
  rules: readonly VolumeRule[],
): Result<readonly Volume[]> {
  const diagnostics: Diagnostic[] = [];
  const volumes: Volume[] = [];
  const names = new Set<string>();
  const targets = new Set<string>();
  // A named volume that is mounted twice is one claim.
  const claims = new Map<string, VolumeSource>();
  const keys = new Set(server.secretKeys);
  for (const { text, position } of texts) {
    const about = { position, server: server.catalogName };
    const bind = parseBind(text);
    if ('reason' in bind) {
      diagnostics.push(diagnose('bad-volume', { text, reason: bind.reason }, about));
      continue;
    }
    const rule = rules.find((candidate) => candidate.server === server.catalogName && candidate.target === bind.target);
    const refusal = rule ? undefined : refusalOf(bind);
    if (refusal) {
      const parameters = { text, what: refusal, server: server.catalogName, target: bind.target };
      diagnostics.push(diagnose('host-volume', parameters, about));
      continue;
    }
    if (targets.has(bind.target)) {
      diagnostics.push(diagnose('duplicate-volume', { target: bind.target }, about));
      continue;
    }
    targets.add(bind.target);
    const earlier = bind.kind === 'named' ? claims.get(bind.source ?? '') : undefined;
    const source = rule?.source ?? earlier ?? decide(bind, server.name, keys);
    const readOnly = rule?.readOnly ?? (source.kind === 'secret' || source.kind === 'configMap' || bind.readOnly);
    const name = uniqueName(volumeName(bind), names);
    const dockerVolume = bind.kind === 'named' && bind.source !== undefined && { dockerVolume: bind.source };
    volumes.push({ name, mountPath: bind.target, readOnly, source, ...dockerVolume });
    if (!rule && bind.kind === 'named')
      claims.set(bind.source ?? '', { kind: 'existingClaim', claimName: claimName(server.name, name) });
    const isOverlaid = server.isOverlaid(name);
    if (!rule) diagnostics.push(explain({ text, bind, source, readOnly, isOverlaid }, about, server.catalogName));
  }
  return { value: volumes, diagnostics };
}

/** The chart's name for the claim of a volume (chart/templates/_volumes.tpl). */
function claimName(serverName: string, volumeName: string): string {
  return `mcp-${serverName}-${volumeName}`;
}

/** What of the host the volume would give away, or undefined. */
function refusalOf({ kind, source = '', target }: Bind): string | undefined {
  if (kind !== 'host') return undefined;
  const path = source.replaceAll('\\', '/');
  if (/docker\.sock$|docker_engine$/.test(path) || target.endsWith('docker.sock')) return "the host's Docker socket";
  if (/\.sock(et)?$/.test(path) || path.startsWith('//./pipe/')) return 'a socket of the host';
  const system = /^\/(dev|proc|sys|run|var\/run|boot)(\/|$)/.exec(path);
  return system ? `the host's ${system[0].replace(/\/$/, '')}` : undefined;
}

function decide(bind: Bind, serverName: string, keys: Set<string>): VolumeSource {
  if (bind.kind === 'anonymous') return { kind: 'emptyDir' };
  if (bind.kind === 'host' && looksLikeFile(bind))
    return { kind: 'secret', name: serverName, key: secretKey(bind.target, keys) };
  return { kind: 'persistentVolumeClaim', size: defaultClaimSize };
}

/**
 * Whether a path of the host is a file cannot be known here; names tell: an ending, or a name that is a file everywhere.
 * Both sides are asked, since a config value may be any path.
 */
function looksLikeFile({ source = '', target }: Bind): boolean {
  return [source, target].some((path) => {
    const name = lastSegment(path);
    return (
      /[^.]\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(name) ||
      /^(config|credentials|known_hosts|kubeconfig|id_[a-z0-9]+|\.?netrc|\.env|\.npmrc)$/.test(name)
    );
  });
}

/** A key that nothing else has. */
function secretKey(target: string, taken: Set<string>): string {
  const base = toDataKey(lastSegment(target));
  let key = base;
  for (let number = 2; taken.has(key); number++) key = `${number}-${base}`;
  taken.add(key);
  return key;
}

function volumeName({ kind, source = '', target }: Bind): string {
  const label = dnsLabel(kind === 'named' ? source : lastSegment(target), 40);
  // Names with mcpgen- are the chart's own.
  return label === '' ? 'data' : label.replace(/^(?=mcpgen-)/, 'own-');
}

function lastSegment(path: string): string {
  return path.replaceAll('\\', '/').replace(/\/+$/, '').split('/').at(-1) ?? '';
}

interface Decided {
  readonly text: string;
  readonly bind: Bind;
  readonly source: VolumeSource;
  readonly readOnly: boolean;
  readonly isOverlaid: boolean;
}

function explain({ text, bind, source, readOnly, isOverlaid }: Decided, about: About, server: string): Diagnostic {
  const volume = { text, server, target: bind.target, readOnly };
  switch (source.kind) {
    case 'persistentVolumeClaim': {
      const { size } = source;
      if (bind.kind === 'named') return diagnose('volume/named', { ...volume, size }, about);
      return diagnose(readOnly && !isOverlaid ? 'volume/empty' : 'volume/host', { ...volume, size }, about);
    }
    case 'existingClaim':
      return diagnose('volume/same', { ...volume, claim: source.claimName }, about);
    case 'secret':
      return diagnose('volume/secret', { ...volume, secret: source.name, key: source.key ?? '' }, about);
    default:
      return diagnose('volume/anonymous', volume, about);
  }
}
