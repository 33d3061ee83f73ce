// A registry's JSON: which manifest of an index is for a platform, and what an image's configuration says.

import { compare } from '../diagnostics.ts';
import type { Descriptor } from './client.ts';
import { RegistryError } from './error.ts';
import { type Json, listOf, mapOf } from './json.ts';
import { isDigest } from './reference.ts';

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
  /** The label io.docker.server.metadata: the image's own catalog entry. */
  readonly metadata?: string;
}

/** A layer as its manifest describes it. */
export interface LayerDescriptor extends Descriptor {
  /** Those that say where its index is. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest of one platform. */
export interface ImageManifest {
  readonly config: Descriptor;
  readonly layers: readonly LayerDescriptor[];
}

/** More layers than a container runtime takes. */
const maxLayers = 512;
/** More platforms than there are, with an attestation for each. */
const maxManifests = 1000;
/** Of texts that decide how an image runs: Linux takes no longer argument (MAX_ARG_STRLEN). */
const maxText = 128 * 1024;
const maxTexts = 1000;
const maxAllTexts = 512 * 1024;
const maxPath = 4096;
const maxLayerBytes = 1024 ** 4;

export function isIndex(json: unknown): boolean {
  return mapOf(json)['manifests'] !== undefined;
}

/** One platform of an index, with the manifest that is for it. */
export interface PlatformEntry {
  readonly platform: string;
  readonly digest: string;
}

/** The platforms of an index, each once, in its order. */
export function listPlatforms(json: unknown): PlatformEntry[] {
  const entries = platformEntries(json).map(({ platform, digest }) => ({ platform, digest: checkDigest(digest) }));
  return entries.filter(({ platform }, index) => entries.findIndex((entry) => entry.platform === platform) === index);
}

function platformEntries(json: unknown): { platform: string; digest: unknown }[] {
  const manifests = listOf(mapOf(json)['manifests']);
  if (manifests.length > maxManifests) throw new RegistryError(`its index has ${manifests.length} manifests`);
  return manifests.flatMap((entry) => {
    const { os, architecture, variant } = mapOf(mapOf(entry)['platform']);
    // Signatures and attestations are there as manifests for no platform.
    if (!isWord(os) || !isWord(architecture) || os === 'unknown') return [];
    return [{ platform: formatPlatform(os, architecture, variant), digest: mapOf(entry)['digest'] }];
  });
}

/** The platforms of an index, and the digest of the manifest for the wanted one. */
export function readIndex(json: unknown, platform: string): { platforms: string[]; digest: string } {
  const entries = platformEntries(json);
  const platforms = [...new Set(entries.map((entry) => entry.platform))].sort(compare);
  const found = entries.find((entry) => entry.platform === normalizePlatform(platform));
  if (!found) {
    const some = [...platforms.slice(0, 20), ...(platforms.length > 20 ? ['…'] : [])].join(', ');
    throw new RegistryError(`it is not made for ${platform}, but for ${some || 'no platform'}`);
  }
  return { platforms, digest: checkDigest(found.digest) };
}

/** What a single manifest consists of. */
export function readManifest(json: unknown): ImageManifest {
  const { config, layers, schemaVersion } = mapOf(json);
  if (schemaVersion === 1)
    throw new RegistryError('it has a manifest of schema 1, which registries gave up: push it again');
  const configType = mapOf(config)['mediaType'];
  if (typeof configType === 'string' && !/container\.image|image\.config/.test(configType)) {
    throw new RegistryError(`it is not a container image, but ${configType.slice(0, 80)}`);
  }
  const list = listOf(layers);
  if (list.length > maxLayers) throw new RegistryError(`it has ${list.length} layers`);
  return { config: descriptor(config), layers: list.map(layerDescriptor) };
}

export function readConfig(json: unknown): ImageConfig {
  const { os, architecture, variant } = mapOf(json);
  const config = mapOf(mapOf(json)['config']);
  const env = textsOf(config, 'Env').map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  const metadata = mapOf(config['Labels'])['io.docker.server.metadata'];
  const read: ImageConfig = {
    platform: formatPlatform(isWord(os) ? os : 'linux', isWord(architecture) ? architecture : 'amd64', variant),
    entrypoint: textsOf(config, 'Entrypoint'),
    cmd: textsOf(config, 'Cmd'),
    user: text(config, 'User', 256),
    workingDir: text(config, 'WorkingDir', maxPath),
    env: new Map(env),
    volumes: namesOf(config, 'Volumes', maxPath),
    ports: namesOf(config, 'ExposedPorts', 32),
    ...(typeof metadata === 'string' && { metadata: bounded(metadata, 'label io.docker.server.metadata', maxText) }),
  };
  const texts = [...read.entrypoint, ...read.cmd, ...env.flat(), ...read.volumes];
  if (texts.reduce((sum, { length }) => sum + length, 0) > maxAllTexts) {
    throw new RegistryError(`its configuration has more than ${maxAllTexts / 1024} KiB of arguments and variables`);
  }
  return read;
}

/** `linux/arm64/v8` is `linux/arm64`, and `linux/arm` is `linux/arm/v7`: what a node says of itself (containerd's rule). */
export function normalizePlatform(platform: string): string {
  const [os = '', architecture = '', variant] = platform.split('/');
  return formatPlatform(os, architecture, variant);
}

function formatPlatform(os: string, architecture: string, variant: unknown): string {
  const usual = new Map([
    ['arm64', 'v8'],
    ['amd64', 'v1'],
  ]);
  const suffix = architecture === 'arm' ? (variant ?? 'v7') : variant;
  const shown = isWord(suffix) && suffix !== usual.get(architecture);
  return `${os}/${architecture}${shown ? `/${suffix}` : ''}`;
}

/** A part of a platform's name. */
function isWord(json: unknown): json is string {
  return typeof json === 'string' && /^[a-z0-9][a-z0-9._-]{0,31}$/.test(json);
}

function descriptor(json: unknown): Descriptor {
  const { digest, size } = mapOf(json);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > maxLayerBytes)
    throw new RegistryError('its manifest is damaged: a size in it is not a number of bytes');
  return { digest: checkDigest(digest), size };
}

function layerDescriptor(json: unknown): LayerDescriptor {
  const { mediaType, annotations } = mapOf(json);
  if (
    typeof mediaType === 'string' &&
    !/^$|^(?=.*\btar\b)(?!.*\bencrypted\b)|^application\/octet-stream$/.test(mediaType)
  ) {
    throw new RegistryError(`a layer of it holds no files, but ${mediaType.slice(0, 80)}`);
  }
  const entries = Object.entries(mapOf(annotations)).filter(
    (entry): entry is [string, string] => /stargz|zstd-chunked/.test(entry[0]) && String(entry[1]).length <= 256,
  );
  return { ...descriptor(json), annotations: Object.fromEntries(entries.slice(0, 16)) };
}

function checkDigest(digest: unknown): string {
  if (isDigest(digest)) return digest;
  const shown = typeof digest === 'string' ? `: ${digest.slice(0, 80)}` : '';
  throw new RegistryError(`its manifest has a digest that mcpgen cannot check${shown}`);
}

function bounded(text: string, what: string, limit: number): string {
  if (text.length <= limit) return text;
  throw new RegistryError(`the ${what} of its configuration is longer than ${limit} characters`);
}

/** A text that may be left out. What is something else must not be taken for that: '' is root. */
function text(config: Json, field: string, limit: number): string {
  const json = config[field] ?? '';
  if (typeof json !== 'string') throw new RegistryError(`its configuration is damaged: ${field} is not a string`);
  return bounded(json, field, limit);
}

/** A list of texts, or one alone. */
function textsOf(config: Json, field: string): string[] {
  const json = config[field] ?? [];
  const texts = Array.isArray(json) ? (json as unknown[]) : [json];
  if (!texts.every((item) => typeof item === 'string')) {
    throw new RegistryError(`its configuration is damaged: ${field} is not a list of strings`);
  }
  if (texts.length > maxTexts) throw new RegistryError(`its configuration has ${texts.length} entries in ${field}`);
  return texts.map((item) => bounded(item, field, maxText));
}

/** The keys of a map, sorted. */
function namesOf(config: Json, field: string, limit: number): string[] {
  const names = Object.keys(mapOf(config[field]));
  if (names.length > maxTexts) throw new RegistryError(`its configuration has ${names.length} entries in ${field}`);
  return names.map((name) => bounded(name, field, limit)).sort(compare);
}
