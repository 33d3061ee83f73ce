// A registry's JSON: which manifest of an index is for a platform, and what an image's configuration says.

import { compare } from '../diagnostics.ts';
import type { Descriptor } from './client.ts';
import { RegistryError } from './error.ts';

/** The part of an image's configuration that decides how it runs. */
export interface ImageConfig {
  readonly platform: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly env: ReadonlyMap<string, string>;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly labels: Readonly<Record<string, unknown>>;
}

/** A layer as its manifest describes it. */
export interface LayerDescriptor extends Descriptor {
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** A manifest of one platform. */
export interface ImageManifest {
  readonly config: Descriptor;
  readonly layers: readonly LayerDescriptor[];
}

type Json = Readonly<Record<string, unknown>>;

/** More layers than a container runtime takes. */
const maxLayers = 512;

export function isIndex(json: unknown): boolean {
  return Array.isArray((json as Json)['manifests']);
}

/** The platforms of an index, and the digest of the manifest for the wanted one. */
export function readIndex(json: unknown, platform: string): { platforms: string[]; digest: string } {
  const entries = listOf((json as Json)['manifests']).flatMap((entry) => {
    const { os, architecture, variant } = mapOf(mapOf(entry)['platform']);
    // Signatures and attestations are there as manifests for no platform.
    if (typeof os !== 'string' || typeof architecture !== 'string' || os === 'unknown') return [];
    return [{ platform: formatPlatform(os, architecture, variant), digest: String(mapOf(entry)['digest']) }];
  });
  const platforms = [...new Set(entries.map((entry) => entry.platform))].sort(compare);
  const found = entries.find((entry) => entry.platform === normalizePlatform(platform));
  if (!found)
    throw new RegistryError(`it is not made for ${platform}, but for ${platforms.join(', ') || 'no platform'}`);
  return { platforms, digest: checkDigest(found.digest) };
}

/** What a single manifest consists of. */
export function readManifest(json: unknown): ImageManifest {
  const { config, layers, schemaVersion } = json as Json;
  if (schemaVersion === 1)
    throw new RegistryError('it has a manifest of schema 1, which registries gave up: push it again');
  const configType = mapOf(config)['mediaType'];
  if (typeof configType === 'string' && !/container\.image|image\.config/.test(configType)) {
    throw new RegistryError(`it is no container image, but ${configType}`);
  }
  const list = listOf(layers);
  if (list.length > maxLayers) throw new RegistryError(`it has ${list.length} layers`);
  return {
    config: descriptor(config),
    layers: list.map((layer) => ({ ...descriptor(layer), annotations: mapOf(mapOf(layer)['annotations']) })),
  };
}

export function readConfig(json: unknown): ImageConfig {
  const { os, architecture, variant } = json as Json;
  const config = mapOf((json as Json)['config']);
  const env = textsOf(config['Env']).map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    platform: formatPlatform(String(os ?? 'linux'), String(architecture ?? 'amd64'), variant),
    entrypoint: textsOf(config['Entrypoint']),
    cmd: textsOf(config['Cmd']),
    user: textOf(config['User']),
    workingDir: textOf(config['WorkingDir']),
    env: new Map(env),
    volumes: Object.keys(mapOf(config['Volumes'])).sort(compare),
    ports: Object.keys(mapOf(config['ExposedPorts'])).sort(compare),
    labels: mapOf(config['Labels']),
  };
}

/** `linux/arm64/v8` is `linux/arm64`, and `linux/arm` is `linux/arm/v7`: what a node says of itself (containerd's rule). */
export function normalizePlatform(platform: string): string {
  const [os = '', architecture = '', variant] = platform.split('/');
  return formatPlatform(os, architecture, variant);
}

function formatPlatform(os: string, architecture: string, variant: unknown): string {
  const usual: Record<string, string> = { arm64: 'v8', amd64: 'v1' };
  const suffix = architecture === 'arm' ? (variant ?? 'v7') : variant;
  const shown = typeof suffix === 'string' && suffix !== '' && suffix !== usual[architecture];
  return `${os}/${architecture}${shown ? `/${suffix}` : ''}`;
}

function descriptor(json: unknown): Descriptor {
  const { digest, size } = mapOf(json);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new RegistryError('its manifest is damaged');
  return { digest: checkDigest(digest), size };
}

function checkDigest(digest: unknown): string {
  if (typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new RegistryError(`its manifest has a digest that mcpgen cannot check: ${String(digest).slice(0, 80)}`);
}

function mapOf(json: unknown): Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : {};
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function textOf(json: unknown): string {
  return typeof json === 'string' ? json : '';
}

function textsOf(json: unknown): string[] {
  return typeof json === 'string' ? [json] : listOf(json).map(String);
}
