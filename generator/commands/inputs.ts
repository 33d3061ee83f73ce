// The files that options name, read: what a deployment is compiled from.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { parseSecrets } from '../catalog/config.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { readLock } from '../image/lock.ts';
import { lockFileName } from '../image/lock-file-name.ts';
import { imageArgument, selfDescribedCatalog } from '../image/self-described.ts';
import type { TextFile } from '../load.ts';
import type { CompileInput, SelectInput } from '../prepare.ts';
import { readSource } from '../source.ts';
import type { InputOptions } from './input-options.ts';
import { type Io, readFiles, readTextFile, UsageError } from './io.ts';
import type { LoadOptions, LockFileOptions } from './options.ts';

export async function readLoadInput(catalogs: readonly string[], options: LoadOptions, io: Io): Promise<SelectInput> {
  const all = [...catalogs, ...options.config, ...options.registry, ...options.toolsConfig];
  if (all.filter((name) => name === '-').length > 1) throw new UsageError(usageTexts.standardInputTwice());
  const [catalogFiles, configs, registries, toolsConfigs, overlay] = await Promise.all([
    readFiles(catalogs, io),
    readFiles(options.config, io),
    readFiles(options.registry, io),
    readFiles(options.toolsConfig, io),
    options.overlay === undefined ? undefined : readTextFile(options.overlay, io),
  ]);
  return {
    catalogs: catalogFiles,
    configs,
    registries,
    toolsConfigs,
    ...(options.servers && { servers: options.servers }),
    exclude: options.exclude,
    ...(overlay && { overlay }),
  };
}

/** The lock beside the first catalog, or in this folder where that is not a file. */
export async function readLockFile(
  catalogs: readonly string[],
  { lock }: LockFileOptions,
  io: Io,
): Promise<TextFile | undefined> {
  if (lock !== undefined) return readTextFile(lock, io);
  const [first = ''] = catalogs;
  const beside = join(imageArgument(first) === undefined ? dirname(first) : '.', lockFileName);
  return existsSync(beside) ? readTextFile(beside, io) : undefined;
}

export interface Inputs {
  readonly input: CompileInput;
  /** The values in the secrets file. Only `evaluate` may look at them. */
  readonly secretValues: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads all files that the options name. `catalogs`: in place of those that the arguments name, where they were read already. */
export async function readInputs(
  names: readonly string[],
  options: InputOptions,
  io: Io,
  catalogs?: SelectInput,
): Promise<Inputs> {
  const lock = await readLockFile(names, options, io);
  const load = catalogs ?? (await readLocked(names, lock, options, io));
  const secretsFile = options.secretsFile === undefined ? undefined : await readTextFile(options.secretsFile, io);
  const secrets = secretsFile && parseSecrets(secretsFile.name, secretsFile.text);
  const input: CompileInput = {
    ...load,
    entrypoints: await readFiles(options.entrypoints, io),
    ...(lock && { lock }),
    ...(secrets && { secretNames: new Set(secrets.value.keys()) }),
    secrets: options.secret,
    volumeRules: options.volume,
    allowRoot: options.allowRoot,
    allowPlain: options.allowPlain,
    internal: options.internal,
    features: options.features,
    registryMaps: options.registryMap,
    skipUnsupported: options.skipUnsupported ?? false,
  };
  return { input, secretValues: secrets?.value ?? new Map(), diagnostics: secrets?.diagnostics ?? [] };
}

/** `docker://IMAGE` is read from the lock, which holds the catalog entry that the image carries. */
async function readLocked(
  names: readonly string[],
  lockFile: TextFile | undefined,
  options: LoadOptions,
  io: Io,
): Promise<SelectInput> {
  const files = names.filter((name) => imageArgument(name) === undefined);
  const input = await readLoadInput(files, options, io);
  if (files.length === names.length) return input;
  const source = lockFile && readSource(lockFile.name, lockFile.text).value;
  const lock = source && readLock(source).value;
  const described = names.map((name): TextFile => {
    const image = imageArgument(name);
    if (image === undefined) return input.catalogs[files.indexOf(name)] ?? { name, text: '' };
    const metadata = lock?.images.get(image)?.metadata;
    if (metadata !== undefined) return { name, text: selfDescribedCatalog(image, metadata) };
    throw new UsageError(usageTexts.notInLock({ name }));
  });
  return { ...input, catalogs: described };
}
