// Docker's volumes as Kubernetes volumes: a claim for what is kept, a Secret for a file of the host, nothing of a node.

import type { PartOfHost } from '../diagnostics/table/volumes.ts';
import { type About, diagnose, type Diagnostic, type Position, type Result } from '../diagnostics.ts';
import { type Bind, parseBind } from './bind.ts';
import type { Volume, VolumeSource } from './model.ts';
import { dnsLabel } from '../kubernetes/dns-label.ts';
import { toDataKey, uniqueName } from '../kubernetes/names.ts';
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

/** A volume that will be mounted, as its text and the user say. */
interface Mount {
  readonly text: string;
  readonly bind: Bind;
  readonly rule: VolumeRule | undefined;
  readonly about: About;
}

/** The volumes of one server. Each decision is a note that says how to change it. */
export function buildVolumes(
  server: Server,
  texts: readonly VolumeText[],
  rules: readonly VolumeRule[],
): Result<readonly Volume[]> {
  const mounts = readMounts(server, texts, rules);
  const volumes = chooseSources(server, mounts.value);
  const notes = mounts.value.flatMap((mount, index) => {
    const volume = volumes[index];
    return volume && !mount.rule ? [explain(mount, volume, volumes, server)] : [];
  });
  return { value: volumes, diagnostics: [...mounts.diagnostics, ...notes] };
}

/** Those that can be mounted, the first of each target. */
function readMounts(
  server: Server,
  texts: readonly VolumeText[],
  rules: readonly VolumeRule[],
): Result<readonly Mount[]> {
  const mounts = new Map<string, Mount>();
  const diagnostics = texts.flatMap(({ text, position }): Diagnostic[] => {
    const about = { position, server: server.catalogName };
    const bind = parseBind(text);
    if ('flaw' in bind) return [diagnose('bad-volume', { text, flaw: bind.flaw }, about)];
    const { target } = bind;
    const rule = rules.find((candidate) => candidate.server === server.catalogName && candidate.target === target);
    const part = rule ? undefined : refusalOf(bind);
    if (part) return [diagnose('host-volume', { text, part, server: server.catalogName, target }, about)];
    if (mounts.has(target)) return [diagnose('duplicate-volume', { target }, about)];
    mounts.set(target, { text, bind, rule, about });
    return [];
  });
  return { value: [...mounts.values()], diagnostics };
}

/** What each mount becomes. A named volume that is mounted once more is the volume of its first mount. */
function chooseSources(server: Server, mounts: readonly Mount[]): Volume[] {
  const names = new Set<string>();
  const keys = new Set(server.secretKeys);
  const first = new Map<string, string>();
  return mounts.map(({ bind, rule }) => {
    const name = uniqueName(volumeName(bind), names);
    const dockerVolume = bind.kind === 'named' ? bind.source : undefined;
    const earlier = dockerVolume === undefined ? undefined : first.get(dockerVolume);
    const again = earlier === undefined ? undefined : ({ kind: 'sameAs', volume: earlier } as const);
    const source = rule?.source ?? again ?? decide(bind, server.name, keys);
    if (!rule && !again && dockerVolume !== undefined) first.set(dockerVolume, name);
    const readOnly = rule?.readOnly ?? (source.kind === 'secret' || source.kind === 'configMap' || bind.readOnly);
    return { name, mountPath: bind.target, readOnly, source, ...(dockerVolume !== undefined && { dockerVolume }) };
  });
}

/** What of the host the volume would give away, or undefined. */
function refusalOf({ kind, source = '', target }: Bind): PartOfHost | undefined {
  if (kind !== 'host') return undefined;
  const path = source.replaceAll('\\', '/');
  if (/docker\.sock$|docker_engine$/.test(path) || target.endsWith('docker.sock')) return { kind: 'docker-socket' };
  if (/\.sock(et)?$/.test(path) || path.startsWith('//./pipe/')) return { kind: 'socket' };
  const system = /^\/(dev|proc|sys|run|var\/run|boot)(\/|$)/.exec(path);
  return system ? { kind: 'folder', path: system[0].replace(/\/$/, '') } : undefined;
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

function explain({ text, bind, about }: Mount, one: Volume, all: readonly Volume[], server: Server): Diagnostic {
  const { source, readOnly, mountPath: target } = one;
  const volume = { text, server: server.catalogName, target, readOnly };
  switch (source.kind) {
    case 'persistentVolumeClaim': {
      const { size } = source;
      if (bind.kind === 'named') return diagnose('volume/named', { ...volume, size }, about);
      const isEmpty = readOnly && !server.isOverlaid(one.name);
      return diagnose(isEmpty ? 'volume/empty' : 'volume/host', { ...volume, size }, about);
    }
    case 'sameAs': {
      const first = all.find(({ name }) => name === source.volume)?.mountPath ?? '';
      return diagnose('volume/same', { ...volume, first }, about);
    }
    case 'secret':
      return diagnose('volume/secret', { ...volume, secret: source.name, key: source.key ?? '' }, about);
    default:
      return diagnose('volume/anonymous', volume, about);
  }
}
