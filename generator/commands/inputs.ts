// What a deployment is compiled from, as options and as files: every command that looks at one reads it here.

import { type Command, InvalidArgumentError } from 'commander';
import { parseSecrets } from '../catalog/config.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { readLock } from '../image/lock.ts';
import { imageArgument, selfDescribedCatalog } from '../image/self-described.ts';
import type { TextFile } from '../load.ts';
import type { CompileInput, SelectInput } from '../prepare.ts';
import { readSource } from '../source.ts';
import type { SecretKey } from '../workload/model.ts';
import { type Feature, features } from '../workload/run-as/choose-user.ts';
import { type VolumeRule, volumeRuleForms } from '../workload/volume-rules.ts';
import { groups } from './help.ts';
import { type Io, readFiles, readTextFile, UsageError } from './io.ts';
import {
  addLoadOptions,
  addLockOption,
  collect,
  collectNames,
  collectPlain,
  collectSecret,
  collectVolumeRule,
  type LoadOptions,
  type LockFileOptions,
  once,
  readLoadInput,
  readLockFile,
} from './options.ts';
import type { RegistryAccessOptions } from './registry-access.ts';

/** All that decides about a deployment, but for how registries are reached. */
export interface InputOptions extends LoadOptions, LockFileOptions, Pick<RegistryAccessOptions, 'registryMap'> {
  readonly skipUnsupported?: boolean;
  readonly entrypoints: readonly string[];
  readonly secret: ReadonlyMap<string, SecretKey>;
  readonly secretsFile?: string;
  readonly allowPlain: readonly string[];
  readonly volume: readonly VolumeRule[];
  readonly allowRoot: readonly string[];
  readonly features: readonly Feature[];
}

/** What the argument of a command that compiles is called, and what it may be. */
export const catalogsArgument = [
  '<catalogs...>',
  'catalog files or docker://IMAGE; - is standard input; the last one wins',
] as const;

/** The options of a deployment. Those of `--registry-map` come with the options of registries. */
export function addInputOptions(command: Command): Command {
  addLoadOptions(command).option('--skip-unsupported', 'leave out servers that cannot work in a cluster');
  return addLockOption(command)
    .option('--entrypoints <file>', 'entrypoints by server or image, to do without a lock (repeatable)', collect, [])
    .optionsGroup(groups.secrets)
    .option('--secret <mapping>', 'read a secret from here: NAME=SECRET/KEY (repeatable)', collectSecret, new Map())
    .option('--secrets-file <file>', "the gateway's secrets file, to check that it has every secret", once)
    .option(
      '--allow-plain <server.name>',
      'write this variable, header, flag or property although it looks like a credential (repeatable)',
      collectPlain,
      [],
    )
    .option('--volume <rule>', `replace a volume: ${volumeRuleForms} (repeatable)`, collectVolumeRule, [])
    .optionsGroup(groups.cluster)
    .option(
      '--features <names>',
      `what the cluster supports: ${features.join(', ')}, separated by commas (repeatable)`,
      collectFeatures,
      [],
    )
    .option(
      '--allow-root <server>',
      'run this server as root if no other user can run its image (repeatable)',
      collect,
      [],
    );
}

function collectFeatures(text: string, previous: readonly Feature[]): readonly Feature[] {
  const names = collectNames(text);
  const unknown = names.find((name) => !features.some((feature) => feature === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`\n${unknown} is invalid; choose from ${features.join(', ')}.`);
  return [...previous, ...(names as Feature[])];
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
    throw new UsageError(
      `cannot read ${name}: no lock file has its catalog entry. Run mcpgen lock ${name} first, or add --resolve`,
    );
  });
  return { ...input, catalogs: described };
}
