// `mcpgen CATALOG...`: compiles catalogs to the values of the chart.

import { type Command, InvalidArgumentError } from 'commander';
import { parseSecrets } from '../catalog/config.ts';
import { compile } from '../compile.ts';
import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { type Feature, features } from '../workload/run-as/choose-user.ts';
import { defaultImages } from '../deployment/wanted.ts';
import { formatLock, lockFileName, readLock } from '../image/lock.ts';
import { imageArgument, selfDescribedCatalog } from '../image/self-described.ts';
import { load, type LoadInput, type TextFile } from '../load.ts';
import type { SecretKey } from '../workload/model.ts';
import { type VolumeRule, volumeRuleForms } from '../workload/volume-rules.ts';
import { readSource } from '../source.ts';
import { addHelp, groups } from './help.ts';
import { type Io, readFiles, readTextFile, UsageError, writeTextFile } from './io.ts';
import { makeLock, readInput } from './lock.ts';
import {
  addLoadOptions,
  addLockOption,
  addReportOptions,
  collect,
  collectNames,
  collectPlain,
  collectSecret,
  collectVolumeRule,
  finish,
  type LoadOptions,
  type LockFileOptions,
  once,
  readLoadInput,
  readLockFile,
  type ReportOptions,
} from './options.ts';
import { addRegistryOptions, type RegistryAccessOptions } from './registry-access.ts';

interface CompileOptions extends LoadOptions, LockFileOptions, ReportOptions, RegistryAccessOptions {
  readonly resolve?: boolean;
  readonly entrypoints: readonly string[];
  readonly overlay?: string;
  readonly secret: ReadonlyMap<string, SecretKey>;
  readonly volume: readonly VolumeRule[];
  readonly secretsFile?: string;
  readonly allowRoot: readonly string[];
  readonly allowPlain: readonly string[];
  readonly features: readonly Feature[];
  readonly skipUnsupported?: boolean;
  readonly output?: string;
}

export function compileCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(
    command.argument('<catalogs...>', 'catalog files or docker://IMAGE; - is standard input; the last one wins'),
  )
    .option('--skip-unsupported', 'leave out servers that cannot work in a cluster')
    .optionsGroup(groups.inputs)
    .option('--overlay <file>', 'changes to the values, with servers by their catalog names', once);
  addLockOption(command)
    .option('--resolve', 'inspect the images now, as mcpgen lock does, and write no lock file')
    .option('--entrypoints <file>', 'entrypoints by server or image, to do without a lock (repeatable)', collect, []);
  addSecretOptions(command)
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
  addRegistryOptions(command)
    .optionsGroup(groups.output)
    .option('-o, --output <file>', 'write the values to this file instead of standard output (-)', once);
  return addHelp(addReportOptions(command), compileExamples).action(
    async (catalogs: string[], options: CompileOptions) => {
      exit(await runCompile(catalogs, options, io));
    },
  );
}

const compileExamples = [
  'mcpgen catalog.yaml > values.yaml',
  'mcpgen catalog.yaml --config config.yaml --servers time,fetch -o values.yaml',
];

function addSecretOptions(command: Command): Command {
  return command
    .optionsGroup(groups.secrets)
    .option('--secret <mapping>', 'read a secret from here: NAME=SECRET/KEY (repeatable)', collectSecret, new Map())
    .option('--secrets-file <file>', 'check that this secrets file has every secret that servers need', once)
    .option(
      '--allow-plain <server.name>',
      'write this variable, header, flag or property although it looks like a credential (repeatable)',
      collectPlain,
      [],
    )
    .option('--volume <rule>', `replace a volume: ${volumeRuleForms} (repeatable)`, collectVolumeRule, []);
}

function collectFeatures(text: string, previous: readonly Feature[]): readonly Feature[] {
  const names = collectNames(text);
  const unknown = names.find((name) => !features.some((feature) => feature === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`\n${unknown} is invalid; choose from ${features.join(', ')}.`);
  return [...previous, ...(names as Feature[])];
}

async function runCompile(catalogs: string[], options: CompileOptions, io: Io): Promise<number> {
  const lockFile = await readLockFile(catalogs, options, io);
  const input = options.resolve
    ? await readInput(catalogs, { ...options, platform }, io)
    : await readLocked(catalogs, lockFile, options, io);
  const overlay = options.overlay === undefined ? undefined : await readTextFile(options.overlay, io);
  const secretsFile = options.secretsFile === undefined ? undefined : await readTextFile(options.secretsFile, io);
  const secrets = secretsFile && parseSecrets(secretsFile.name, secretsFile.text);
  const found = options.resolve ? await resolve(input, options, io) : { lock: lockFile, diagnostics: [] };
  if (found.isUnreadable) {
    await finish(found.diagnostics, options, io);
    return 2;
  }
  const { value, diagnostics } = compile({
    ...input,
    entrypoints: await readFiles(options.entrypoints, io),
    ...(overlay && { overlay }),
    ...(found.lock && { lock: found.lock }),
    ...(secrets && { secretNames: new Set(secrets.value.keys()) }),
    secrets: options.secret,
    volumeRules: options.volume,
    allowRoot: options.allowRoot,
    allowPlain: options.allowPlain,
    features: options.features,
    registryMaps: options.registryMap,
    skipUnsupported: options.skipUnsupported ?? false,
  });
  const failed = await finish([...(secrets?.diagnostics ?? []), ...found.diagnostics, ...diagnostics], options, io);
  if (failed || !value) return 1;
  if (options.output === undefined) await io.writeOut(value.text);
  else await writeTextFile(options.output, value.text, io);
  return 0;
}

/** The platform whose files --resolve looks at; mcpgen lock can look at others. */
const platform = 'linux/amd64';

/** `docker://IMAGE` is read from the lock, which holds the catalog entry that the image carries. */
async function readLocked(
  catalogs: readonly string[],
  lockFile: TextFile | undefined,
  options: CompileOptions,
  io: Io,
): Promise<LoadInput> {
  const files = catalogs.filter((name) => imageArgument(name) === undefined);
  const input = await readLoadInput(files, options, io);
  if (files.length === catalogs.length) return input;
  const source = lockFile && readSource(lockFile.name, lockFile.text).value;
  const lock = source && readLock(source).value;
  const described = catalogs.map((name): TextFile => {
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

interface FoundLock {
  readonly lock: TextFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly isUnreadable?: boolean;
}

/** Looks into the images now. What is found goes through the lock file's form, so that it counts for as much. */
async function resolve(input: LoadInput, options: CompileOptions, io: Io): Promise<FoundLock> {
  const loaded = load(input);
  if (hasErrors(loaded.diagnostics)) return { lock: undefined, diagnostics: [] }; // compiling tells them
  const own = { gatewayImage: defaultImages.gateway, relayImage: defaultImages.relay };
  const access = { ...options, ...own, platform, parallel: 4 };
  const { lock, diagnostics, isUnreadable, bug } = await makeLock(loaded.value, undefined, access, io);
  if (bug !== undefined) throw bug;
  return { lock: { name: lockFileName, text: formatLock(lock) }, diagnostics, isUnreadable };
}
